// SPDX-License-Identifier: Apache-2.0
#include "server/signer/server.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>

#include "server/base/log.h"
#include "server/base/unix_socket.h"

namespace sudare::signer {
namespace {

constexpr mode_t kSocketMode = 0660;
constexpr std::size_t kReadPiece = 4096;
// A broker that stopped in the middle of a question must not hold the place for ever.
constexpr timeval kPeerDeadline{5, 0};

}  // namespace

Result<Server> Server::create(const Settings& settings, UniqueFd stop_signal) {
    SUDARE_TRY(UniqueFd listener, unix_listen(settings.socket, kSocketMode));
    if (settings.broker_gid != ::getegid() &&
        ::chown(settings.socket.c_str(), static_cast<uid_t>(-1), settings.broker_gid) != 0)
        return fail_errno(("chown " + settings.socket).c_str());
    return Server(std::move(listener), std::move(stop_signal), settings.broker_uid);
}

bool Server::wait(int fd, int timeout_ms) {
    std::array<pollfd, 2> waiting{pollfd{stop_.get(), POLLIN, 0}, pollfd{fd, POLLIN, 0}};
    for (;;) {
        const int count = ::poll(waiting.data(), waiting.size(), timeout_ms);
        if (count < 0 && errno == EINTR)
            continue;
        if (waiting[0].revents != 0)
            stopping_ = true;
        return count > 0 && waiting[1].revents != 0 && !stopping_;
    }
}

Result<void> Server::run(Signer& signer) {
    while (!stopping_) {
        if (!wait(listener_.get(), -1))
            continue;
        welcome(signer);
        peer_ = UniqueFd();  // whoever it was and however it went
    }
    return {};
}

void Server::welcome(Signer& signer) {
    peer_ = UniqueFd(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (!peer_)
        return log_warn("accept failed: errno {}", errno);
    const auto who = peer_credentials(peer_.get());
    if (!who || who->uid != broker_)
        return log_warn("connection refused: uid {} is not the broker's", who ? who->uid : 0);
    for (const int option : {SO_RCVTIMEO, SO_SNDTIMEO})
        ::setsockopt(peer_.get(), SOL_SOCKET, option, &kPeerDeadline, sizeof kPeerDeadline);
    buffer_ = std::make_unique<FrameBuffer>(ipc::signer_ask_rules());
    // The next broker waits in the queue until this one hangs up.
    while (wait(peer_.get(), -1) && serve_some(signer)) {
    }
}

bool Server::serve_some(Signer& signer) {
    std::array<std::uint8_t, kReadPiece> bytes;
    const ssize_t count = ::read(peer_.get(), bytes.data(), bytes.size());
    if (count <= 0)
        return count < 0 && (errno == EINTR || errno == EAGAIN);
    buffer_->append({bytes.data(), static_cast<std::size_t>(count)});
    while (const auto frame = buffer_->next())
        if (!answer(signer, *frame))
            return false;
    if (buffer_->failure())
        log_warn("the broker's question was malformed; it is cut off");
    return !buffer_->failure();
}

bool Server::answer(Signer& signer, const Frame& frame) {
    if (frame.type == static_cast<std::uint8_t>(ipc::SignerAsk::kLast))
        return send(ipc::SignerAnswer::kLast, ipc::payload_of(signer.last()));
    const auto request = ipc::parse_sign_request(frame.payload);
    const auto result = request ? signer.sign(*request) : ipc::SignRefusal::kMalformed;
    if (const auto* note = std::get_if<std::string>(&result))
        return send(ipc::SignerAnswer::kSigned,
                    {reinterpret_cast<const std::uint8_t*>(note->data()), note->size()});
    const auto refusal = std::get<ipc::SignRefusal>(result);
    log_warn("not signed ({}): asked for {} records after {}, the last were {}", name_of(refusal),
             request ? request->size : 0, request ? request->old_size : 0, signer.last().size);
    const auto code = static_cast<std::uint8_t>(refusal);
    return send(ipc::SignerAnswer::kRefused, {&code, 1});
}

bool Server::send(ipc::SignerAnswer type, std::span<const std::uint8_t> payload) {
    std::vector<std::uint8_t> out;
    append_frame(out, static_cast<std::uint8_t>(type), payload);
    return write_all(peer_.get(), out).has_value();
}

}  // namespace sudare::signer
