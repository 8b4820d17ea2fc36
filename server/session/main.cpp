// SPDX-License-Identifier: Apache-2.0
// sudare-session: one person's compositor and encoder, outside the browser's sandbox and inside
// its own. No arguments. Descriptors: protocol/ipc/host_session.h.
#include <sys/socket.h>

#include <array>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <span>
#include <vector>

#include "protocol/ipc/host_session.h"
#include "server/base/log.h"
#include "server/base/unique_fd.h"
#include "server/session/session.h"
#include "server/session/session_sandbox.h"

namespace sudare::session {
namespace {

constexpr std::size_t kConfigMax = 4096;  // as in kSessionDownRows

Result<void> receive_exactly(int fd, std::span<std::uint8_t> bytes) {
    const ssize_t count = ::recv(fd, bytes.data(), bytes.size(), MSG_WAITALL);
    if (count < 0)
        return fail_errno("recv");
    if (static_cast<std::size_t>(count) != bytes.size())
        return fail(Errc::kUnavailable, "the launcher is gone");
    return {};
}

// Exactly the first frame and not a byte more: what follows belongs to the loop, with its
// descriptors.
Result<ipc::SessionConfig> read_config(int control) {
    std::array<std::uint8_t, limits::kFrameHeaderBytes> header{};
    SUDARE_CHECK(receive_exactly(control, header));
    const std::size_t length =
        std::size_t{header[1]} << 16 | std::size_t{header[2]} << 8 | header[3];
    if (header[0] != static_cast<std::uint8_t>(ipc::HostSessionFrame::kConfig) ||
        length > kConfigMax)
        return fail(Errc::kBadInput, "the first frame is no configuration");
    std::vector<std::uint8_t> payload(length);
    SUDARE_CHECK(receive_exactly(control, payload));
    return ipc::read_session_config(payload);
}

Result<EndReason> serve() {
    Session::Sockets sockets{UniqueFd(ipc::kSessionControlFd), UniqueFd(ipc::kSessionWaylandFd),
                             UniqueFd(ipc::kSessionInputMethodFd)};
    SUDARE_TRY(const ipc::SessionConfig config, read_config(sockets.control.get()));
    SUDARE_TRY(EventLoop loop, EventLoop::create());
    SUDARE_TRY(const std::unique_ptr<Session> session,
               Session::create(loop, config, std::move(sockets)));
    SUDARE_CHECK(enter_sandbox());
    loop.run();
    return session->ended().value_or(EndReason::kInternal);
}

}  // namespace
}  // namespace sudare::session

int main() {
    sudare::log_init("sudare-session");
    const auto reason = sudare::session::serve();
    if (!reason) {
        sudare::log_error("{}", reason.error().message);
        return EXIT_FAILURE;
    }
    return EXIT_SUCCESS;
}
