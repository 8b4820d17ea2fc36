// SPDX-License-Identifier: Apache-2.0
// sudare-egress: the way out of one session's browser. Started by sudare-host with descriptors
// 3 (listening Unix stream socket) and 4 (control stream, protocol/ipc/host_egress.h); takes no
// arguments. Exit 0: the host closed the control stream or sent SIGTERM.
#include <ctime>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <optional>

#include "server/base/log.h"
#include "server/base/loop.h"
#include "server/base/ready.h"
#include "server/base/signals.h"
#include "server/egress/sandbox.h"
#include "server/egress/server.h"

namespace sudare::egress {
namespace {

constexpr int kListenerFd = 3;
constexpr int kControlFd = 4;

Result<void> serve() {
    SUDARE_TRY(UniqueFd signals, stop_signals());
    Loop io;
    SUDARE_TRY(std::unique_ptr<Resolver> resolver, Resolver::create(io));
    Server server(io, kListenerFd, kControlFd, std::move(resolver));
    asio::posix::stream_descriptor stop(io, signals.release());
    stop.async_wait(asio::posix::descriptor_base::wait_read, [&](error_code) { io.stop(); });
    ::tzset();  // the log's gmtime_r would open /etc/localtime later
    SUDARE_CHECK(enter_sandbox());

    std::optional<Result<void>> ended;
    const LoopEnd end(io);
    asio::co_spawn(io, server.run([] { print_ready(); }),
                   [&](std::exception_ptr failure, Result<void> result) {
                       ended = failure ? fail(Errc::kSystem, "exception") : std::move(result);
                       io.stop();
                   });
    io.run();
    server.report_rest();
    return ended.value_or(Result<void>());
}

}  // namespace
}  // namespace sudare::egress

int main() {
    sudare::log_init("sudare-egress");
    const auto result = sudare::egress::serve();
    if (result)
        return 0;
    sudare::log_error("{}", result.error().message);
    return 1;
}
