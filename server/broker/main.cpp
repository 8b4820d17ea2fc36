// SPDX-License-Identifier: Apache-2.0
// sudare-broker: users, policy, sessions and the audit log. One loop thread, two password
// threads, one log writer; no network.
#include <ctime>

#include <CLI/CLI.hpp>
#include <boost/asio.hpp>

#include "server/base/log.h"
#include "server/base/loop.h"
#include "server/base/ready.h"
#include "server/base/signals.h"
#include "server/broker/core.h"
#include "server/broker/expiry.h"
#include "server/broker/sandbox.h"
#include "server/broker/self_test.h"
#include "server/broker/server.h"
#include "server/broker/settings.h"

namespace sudare::broker {
namespace {

Result<void> serve(const std::string& path) {
    SUDARE_TRY(UniqueFd stop, stop_signals());
    // Above a file size limit a write must fail, not kill: the log then fails closed.
    ::signal(SIGXFSZ, SIG_IGN);
    SUDARE_TRY(Settings settings, load_settings(path));
    SUDARE_CHECK(auth::initialise());
    ::tzset();  // later the time zone files are out of reach
    Loop loop;
    SUDARE_TRY(const std::unique_ptr<Core> core, Core::create(loop, std::move(settings)));
    SUDARE_TRY(const std::unique_ptr<Server> server, Server::create(loop, *core, std::move(stop)));
    SUDARE_CHECK(enter_sandbox(core->settings()));
    const LoopEnd end(loop);
    server->start();
    ExpiryWatch expiry(loop, *core);
    expiry.start();
    SelfTestWatch self_tests(loop, *core);
    self_tests.start();
    print_ready(core->settings().admin_socket);
    loop.run();
    core->pool().stop();
    core->finish();
    return {};
}

// No loop, no socket, no stranger's byte: reads, writes one record and ends.
Result<void> accept_log_loss(const std::string& path) {
    SUDARE_TRY(const Settings settings, load_settings(path));
    SUDARE_CHECK(auth::initialise());
    return Core::accept_log_loss(settings);
}

}  // namespace
}  // namespace sudare::broker

int main(int argc, char** argv) {
    sudare::log_init("sudare-broker");
    std::string path;
    CLI::App app("The broker of Sudare: accounts, policy, evidence", "sudare-broker");
    app.add_option("--config", path, "settings file (broker.toml)")->required();
    bool accept_loss = false;
    app.add_flag("--accept-log-loss", accept_loss,
                 "record that the audit log lost records, and end; the next start then works");
    CLI11_PARSE(app, argc, argv);
    const auto served =
        accept_loss ? sudare::broker::accept_log_loss(path) : sudare::broker::serve(path);
    if (!served) {
        sudare::log_error("{}", served.error().message);
        return 1;
    }
    return 0;
}
