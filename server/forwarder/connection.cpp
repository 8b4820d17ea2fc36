// SPDX-License-Identifier: Apache-2.0
#include "server/forwarder/connection.h"

#include <arpa/inet.h>
#include <linux/sockios.h>
#include <openssl/err.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "server/base/log.h"

namespace sudare::forwarder {
namespace {

using ipc::ForwardState;

constexpr std::size_t kWriteBytes = 16U << 10;  // a TLS record
// How often it is looked whether the collector's kernel has everything: nothing tells.
constexpr std::chrono::milliseconds kLook{10};

struct Address {
    sockaddr_storage storage{};
    socklen_t size = 0;
};

Address address_of(const Settings& settings) {
    Address out;
    sockaddr_in four{};
    sockaddr_in6 six{};
    if (::inet_pton(AF_INET, settings.address.c_str(), &four.sin_addr) == 1) {
        four.sin_family = AF_INET;
        four.sin_port = htons(settings.port);
        std::memcpy(&out.storage, &four, out.size = sizeof four);
    } else {
        ::inet_pton(AF_INET6, settings.address.c_str(), &six.sin6_addr);
        six.sin6_family = AF_INET6;
        six.sin6_port = htons(settings.port);
        std::memcpy(&out.storage, &six, out.size = sizeof six);
    }
    return out;
}

std::string text_of(int error) {
    return std::strerror(error);  // one thread
}

}  // namespace

Result<std::unique_ptr<Connection>> Connection::begin(const Settings& settings, SSL_CTX& context,
                                                      Clock::time_point now) {
    const Address to = address_of(settings);
    UniqueFd socket(::socket(to.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!socket)
        return fail_errno("socket");
    if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&to.storage), to.size) != 0 &&
        errno != EINPROGRESS)
        return fail(Errc::kUnavailable, "connect: " + text_of(errno));
    SUDARE_TRY(SessionPtr session, make_session(context, settings.name, socket.get()));
    return std::unique_ptr<Connection>(
        new Connection(settings, std::move(socket), std::move(session), now));
}

void Connection::queue(std::string_view message, const Mark& after) {
    if (written_ > 0 && written_ == buffer_.size()) {
        buffer_.clear();
        written_ = 0;
    }
    if (buffer_.empty())
        progress_ = now_;  // before, there was nothing to make progress with
    buffer_ += message;
    queued_ += message.size();
    boundaries_.push_back({queued_, after});
}

short Connection::events() const {
    const bool out = phase_ == Phase::kConnecting || wants_write_;
    return static_cast<short>((phase_ == Phase::kConnecting ? 0 : POLLIN) | (out ? POLLOUT : 0));
}

bool Connection::waits_for_peer() const {
    return phase_ != Phase::kOpen || unsent() > 0 || finishing_;
}

Connection::Clock::time_point Connection::deadline() const {
    if (phase_ == Phase::kAcknowledged)
        return std::min(now_ + kLook, progress_ + timeout_);
    return waits_for_peer() ? progress_ + timeout_ : Clock::time_point::max();
}

void Connection::step(Clock::time_point now) {
    now_ = now;
    ERR_clear_error();  // SSL_get_error looks at the queue
    while (!end_ && advance()) {
    }
    if (!end_ && waits_for_peer() && now >= progress_ + timeout_)
        ends(phase_ == Phase::kConnecting ? ForwardState::kUnreachable : ForwardState::kSilent,
             "no answer in time");
}

bool Connection::advance() {
    switch (phase_) {
        case Phase::kConnecting:
            return connect();
        case Phase::kHandshake:
            return shake_hands();
        case Phase::kOpen:
            return read() || write() || close();
        case Phase::kClosing:
            return read();
        case Phase::kDraining:
            return drain();
        case Phase::kAcknowledged:
            return acknowledge();
    }
    return false;
}

bool Connection::connect() {
    pollfd ready{socket_.get(), POLLOUT, 0};
    if (::poll(&ready, 1, 0) != 1)
        return false;
    int error = 0;
    socklen_t size = sizeof error;
    if (::getsockopt(socket_.get(), SOL_SOCKET, SO_ERROR, &error, &size) != 0)
        error = errno;
    if (error != 0) {
        ends(ForwardState::kUnreachable, "connect: " + text_of(error));
        return false;
    }
    phase_ = Phase::kHandshake;
    return true;
}

bool Connection::shake_hands() {
    wants_write_ = false;
    const int result = SSL_connect(session_.get());
    if (result == 1) {
        phase_ = Phase::kOpen;
        progress_ = now_;
        log_info("the collector has proven itself, {}", SSL_get_version(session_.get()));
        return true;
    }
    const int error = SSL_get_error(session_.get(), result);
    wants_write_ = error == SSL_ERROR_WANT_WRITE;
    if (error == SSL_ERROR_WANT_READ || wants_write_)
        return false;
    const long judged = SSL_get_verify_result(session_.get());
    if (judged != X509_V_OK)
        ends(ForwardState::kUntrusted,
             std::string("its certificate: ") + X509_verify_cert_error_string(judged));
    else
        broke_off(error, "TLS");
    return false;
}

// A receiver of syslog says nothing but the end.
bool Connection::read() {
    std::array<char, 512> bytes;
    const int result = SSL_read(session_.get(), bytes.data(), bytes.size());
    if (result > 0) {
        ends(ForwardState::kLost, "the collector sends data, as no receiver of syslog does");
        return false;
    }
    const int error = SSL_get_error(session_.get(), result);
    if (error == SSL_ERROR_WANT_READ)
        return false;
    if (error != SSL_ERROR_ZERO_RETURN) {
        broke_off(error, "read");
        return false;
    }
    if (phase_ == Phase::kOpen) {
        ends(ForwardState::kLost, "the collector ended the connection");
        end_->polite = true;
        return false;
    }
    phase_ = Phase::kDraining;
    progress_ = now_;
    return true;
}

bool Connection::write() {
    wants_write_ = false;
    if (end_ || unsent() == 0)
        return false;
    const int result = SSL_write(session_.get(), buffer_.data() + written_,
                                 static_cast<int>(std::min(unsent(), kWriteBytes)));
    if (result <= 0) {
        const int error = SSL_get_error(session_.get(), result);
        wants_write_ = error == SSL_ERROR_WANT_WRITE;
        if (!wants_write_ && error != SSL_ERROR_WANT_READ)
            broke_off(error, "write");
        return false;
    }
    written_ += static_cast<std::size_t>(result);
    progress_ = now_;
    const std::uint64_t out = queued_ - unsent();
    for (; !boundaries_.empty() && boundaries_.front().at <= out; boundaries_.pop_front())
        sent_ = boundaries_.front().after;
    return true;
}

bool Connection::close() {
    if (end_ || !finishing_ || unsent() > 0)
        return false;
    const int result = SSL_shutdown(session_.get());
    if (result < 0) {
        const int error = SSL_get_error(session_.get(), result);
        wants_write_ = error == SSL_ERROR_WANT_WRITE;
        if (!wants_write_ && error != SSL_ERROR_WANT_READ)
            broke_off(error, "close");
        return false;
    }
    ::shutdown(socket_.get(), SHUT_WR);  // for whoever hears only TCP's end
    phase_ = Phase::kClosing;
    progress_ = now_;
    return true;
}

bool Connection::drain() {
    char byte = 0;
    const ssize_t count = ::recv(socket_.get(), &byte, 1, 0);
    if (count < 0 && (errno == EAGAIN || errno == EINTR))
        return false;
    if (count != 0) {
        ends(ForwardState::kLost,
             count < 0 ? "end: " + text_of(errno) : "bytes behind the end of TLS");
        return false;
    }
    phase_ = Phase::kAcknowledged;
    return true;
}

bool Connection::acknowledge() {
    int unacknowledged = 0, error = 0;
    socklen_t size = sizeof error;
    if (::ioctl(socket_.get(), SIOCOUTQ, &unacknowledged) != 0 ||
        ::getsockopt(socket_.get(), SOL_SOCKET, SO_ERROR, &error, &size) != 0)
        error = errno;
    if (error != 0)
        ends(ForwardState::kLost, "end: " + text_of(error));
    else if (unacknowledged == 0)
        end_ = End{true, false, ForwardState::kDelivering, {}};
    return false;
}

void Connection::broke_off(int error, const char* what) {
    const int number = errno;
    if (error == SSL_ERROR_SSL &&
        ERR_GET_REASON(ERR_peek_error()) != SSL_R_UNEXPECTED_EOF_WHILE_READING)
        ends(ForwardState::kUntrusted, std::string(what) + ": " + tls_error());
    else
        ends(ForwardState::kLost,
             std::string(what) + ": " +
                 (error == SSL_ERROR_SYSCALL && number != 0 ? text_of(number)
                                                            : "it ended without close_notify"));
    ERR_clear_error();
}

void Connection::ends(ForwardState state, std::string why) {
    end_ = End{false, false, state, std::move(why)};
}

}  // namespace sudare::forwarder
