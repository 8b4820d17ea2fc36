// SPDX-License-Identifier: Apache-2.0
// sudare-host: starts the sessions of a session host machine. See docs/man/sudare-host.8.md.
#include <fcntl.h>
#include <unistd.h>

#include <CLI/CLI.hpp>

#include "server/base/log.h"
#include "server/base/ready.h"
#include "server/base/signals.h"
#include "server/base/spawn.h"
#include "server/host/host.h"
#include "server/host/privileges.h"
#include "server/host/settings.h"

namespace sudare::host {
namespace {

// Children inherit descriptor 0: it must lead nowhere.
Result<void> detach_input() {
    const UniqueFd null(::open("/dev/null", O_RDWR | O_CLOEXEC));
    if (!null || ::dup2(null.get(), STDIN_FILENO) < 0)
        return fail_errno("open /dev/null");
    return {};
}

Result<void> serve(const std::string& settings_path) {
    SUDARE_CHECK(detach_input());
    SUDARE_TRY(UniqueFd signals, stop_signals());
    SUDARE_TRY(const std::string programs, own_directory());
    SUDARE_TRY(Config config, Config::load(settings_path));
    SUDARE_TRY(Settings settings, read_settings(std::move(config), programs));
    SUDARE_CHECK(reduce_privileges());
    SUDARE_TRY(const auto host, Host::create(std::move(settings), std::move(signals)));
    print_ready(host->address());
    host->run();
    return {};
}

}  // namespace
}  // namespace sudare::host

int main(int argc, char** argv) {
    CLI::App app{"starts browser sessions for the border machine"};
    std::string settings = "/etc/sudare/host.toml";
    app.add_option("--config", settings, "settings file")->capture_default_str();
    CLI11_PARSE(app, argc, argv);
    sudare::log_init("sudare-host");
    const auto served = sudare::host::serve(settings);
    if (served)
        return 0;
    sudare::log_error("{}", served.error().message);
    return 1;
}
