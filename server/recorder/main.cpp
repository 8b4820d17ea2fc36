// SPDX-License-Identifier: Apache-2.0
// sudare-recorder: the disk of the recordings. Links hand it sealed bytes over a Unix socket; it
// cannot read them, and nothing that it stores can be changed through it.
#include <sys/stat.h>

#include <CLI/CLI.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <csignal>
#include <ctime>

#include "server/base/log.h"
#include "server/base/loop.h"
#include "server/base/ready.h"
#include "server/base/signals.h"
#include "server/recorder/sandbox.h"
#include "server/recorder/server.h"
#include "server/recorder/sweep.h"

namespace sudare::recorder {
namespace {

Result<void> serve(const std::string& path) {
    SUDARE_TRY(UniqueFd signals, stop_signals());
    ::signal(SIGXFSZ, SIG_IGN);  // above a file size limit a write must fail, not kill
    ::umask(027);
    SUDARE_TRY(const Settings settings, load_settings(path));
    SUDARE_TRY(Directory directory, Directory::open(settings));
    Loop io;
    SUDARE_TRY(const std::unique_ptr<Server> server,
               Server::create(io, settings, std::move(directory)));
    asio::posix::stream_descriptor stop(io, signals.release());
    stop.async_wait(asio::posix::descriptor_base::wait_read,
                    [&](const boost::system::error_code&) { io.stop(); });
    ::tzset();  // the log's gmtime_r would open /etc/localtime later
    SUDARE_CHECK(enter_sandbox(settings));
    const LoopEnd end(io);
    server->serve();
    print_ready(settings.socket);
    io.run();
    return {};
}

// No socket, no stranger's byte but the broker's list: removes, says what, and ends.
Result<void> sweep_once(const std::string& path) {
    ::umask(027);
    SUDARE_TRY(const Settings settings, load_settings(path));
    ::tzset();
    SUDARE_CHECK(enter_sweep_sandbox(settings));
    SUDARE_TRY(const ipc::Swept done, sweep(settings, std::time(nullptr)));
    log_info("removed {} recordings; {} are on the list but younger than {} days, {} failed",
             done.removed, done.young, settings.sweep_floor_days, done.failed);
    if (done.failed != 0)
        return fail(Errc::kSystem, "some recordings could not be removed");
    return {};
}

}  // namespace
}  // namespace sudare::recorder

int main(int argc, char** argv) {
    sudare::log_init("sudare-recorder");
    std::string path = "/etc/sudare/recorder.toml";
    CLI::App app("The disk of the recordings", "sudare-recorder");
    app.add_option("--config", path, "settings file")->capture_default_str();
    bool sweep = false;
    app.add_flag("--sweep", sweep,
                 "remove the recordings that the broker's rules let go, and end; for a timer");
    CLI11_PARSE(app, argc, argv);
    const auto served = sweep ? sudare::recorder::sweep_once(path) : sudare::recorder::serve(path);
    if (!served)
        sudare::log_error("{}", served.error().message);
    return served ? 0 : 1;
}
