// SPDX-License-Identifier: Apache-2.0
// sudare-forwarder: sends the audit log to a collector as syslog over TLS (RFC 5424, 5425). It only
// reads the log; the broker neither needs it nor waits for it.
#include <sys/stat.h>

#include <CLI/CLI.hpp>
#include <cerrno>

#include "server/base/harden.h"
#include "server/base/log.h"
#include "server/base/ready.h"
#include "server/base/signals.h"
#include "server/forwarder/forwarder.h"
#include "server/forwarder/sandbox.h"

namespace sudare::forwarder {
namespace {

Result<void> serve(const std::string& path) {
    SUDARE_CHECK(harden());
    SUDARE_TRY(UniqueFd stop, stop_signals());
    SUDARE_TRY(const Settings settings, load_settings(path));
    if (::mkdir(settings.state_dir.c_str(), 0700) != 0 && errno != EEXIST)
        return fail_errno(("mkdir " + settings.state_dir).c_str());
    SUDARE_TRY(PositionFile position, PositionFile::open(settings.position_file(), settings.confirm,
                                                         PositionFile::Clock::now()));
    SUDARE_TRY(const ContextPtr context, make_context(settings));
    SUDARE_CHECK(enter_sandbox(settings));
    Forwarder forwarder(settings, *context, position, std::move(stop));
    print_ready(settings.name);
    return forwarder.run();
}

}  // namespace
}  // namespace sudare::forwarder

int main(int argc, char** argv) {
    sudare::log_init("sudare-forwarder");
    std::string path = "/etc/sudare/forwarder.toml";
    CLI::App app("Sends Sudare's audit log to a collector of syslog over TLS", "sudare-forwarder");
    app.add_option("--config", path, "settings file")->capture_default_str();
    CLI11_PARSE(app, argc, argv);
    if (const auto served = sudare::forwarder::serve(path); !served) {
        sudare::log_error("{}", served.error().message);
        return 1;
    }
    return 0;
}
