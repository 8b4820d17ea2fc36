// SPDX-License-Identifier: Apache-2.0
// sudare-gateway: the listener of the border. It reads no byte of a peer: it accepts, throttles
// and starts one sudare-link per connection, as sshd does.
#include <sys/prctl.h>
#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <csignal>

#include "server/base/log.h"
#include "server/base/loop.h"
#include "server/base/ready.h"
#include "server/base/signals.h"
#include "server/tls/context.h"
#include "server/gateway/gateway.h"
#include "server/gateway/sandbox.h"

namespace sudare::gateway {
namespace {

// Keys are in this process's memory: no core file, no ptrace by others of the same user, and no
// way to more rights.
Result<void> harden() {
    const rlimit none{0, 0};
    if (::setrlimit(RLIMIT_CORE, &none) != 0 || ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0 ||
        ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return fail_errno("cannot harden the process");
    return {};
}

class Signals {
   public:
    Signals(asio::io_context& io, UniqueFd fd, Gateway& gateway)
        : io_(io), stream_(io, fd.release()), gateway_(gateway) {}

    void wait() {
        stream_.async_wait(asio::posix::stream_descriptor::wait_read,
                           [this](const boost::system::error_code& error) {
                               if (error)
                                   return;
                               if (take_signal(stream_.native_handle()) != SIGHUP)
                                   return gateway_.stop([this] { io_.stop(); });
                               gateway_.reload();
                               wait();
                           });
    }

   private:
    asio::io_context& io_;
    asio::posix::stream_descriptor stream_;
    Gateway& gateway_;
};

Result<void> run(const std::string& path) {
    SUDARE_CHECK(harden());
    SUDARE_CHECK(tls::initialise());
    SUDARE_TRY(Config config, Config::load(path));
    SUDARE_TRY(const Settings settings, read_settings(std::move(config)));
    SUDARE_TRY(const std::string directory, own_directory());
    SUDARE_TRY(UniqueFd signals, stop_signals());
    Loop io;
    SUDARE_TRY(auto gateway,
               Gateway::create(io, settings, directory + "/sudare-link"));
    Signals watcher(io, std::move(signals), *gateway);
    const LoopEnd end(io);
    watcher.wait();
    SUDARE_CHECK(enter_sandbox(settings, directory));
    gateway->serve();
    print_ready(gateway->endpoint());
    io.run();
    return {};
}

}  // namespace
}  // namespace sudare::gateway

int main(int argc, char** argv) {
    sudare::log_init("sudare-gateway");
    CLI::App app("Listener of the border", "sudare-gateway");
    std::string config = "/etc/sudare/gateway.toml";
    app.add_option("--config", config, "settings file")->capture_default_str();
    CLI11_PARSE(app, argc, argv);
    const auto result = sudare::gateway::run(config);
    if (!result)
        sudare::log_error("{}", result.error().message);
    return result ? 0 : 1;
}
