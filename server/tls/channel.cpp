// SPDX-License-Identifier: Apache-2.0
#include "server/tls/channel.h"

#include <sys/socket.h>

#include <boost/asio/ssl/error.hpp>

#include "server/tls/stream_options.h"

namespace sudare::tls {
namespace {

constexpr std::size_t kReadPiece = 16U << 10;  // one TLS record
constexpr std::chrono::seconds kFinishDeadline{2};
constexpr std::size_t kDrainMax = 1U << 20;  // bytes read off and thrown away at the end

}  // namespace

Result<std::unique_ptr<Channel>> Channel::create(asio::io_context& io, UniqueFd socket,
                                                 const Context& context, const FrameRules& rules) {
    SUDARE_CHECK(tune_stream(socket.get()));
    int domain = 0;
    socklen_t length = sizeof domain;
    if (::getsockopt(socket.get(), SOL_SOCKET, SO_DOMAIN, &domain, &length) != 0)
        return fail_errno("getsockopt SO_DOMAIN");
    Socket owner(io);
    boost::system::error_code error;
    owner.assign(asio::generic::stream_protocol(domain, 0), socket.get(), error);
    if (error)
        return fail(Errc::kSystem, "cannot watch the socket: " + error.message());
    [[maybe_unused]] const int now_owned_by_asio = socket.release();
    owner.native_non_blocking(true, error);
    if (error)
        return fail(Errc::kSystem, "O_NONBLOCK: " + error.message());
    SUDARE_TRY(ConnectionPtr connection, context.new_connection());
    return std::unique_ptr<Channel>(
        new Channel(io, std::move(owner), std::move(connection), context.side(), rules));
}

Channel::Channel(asio::io_context& io, Socket socket, ConnectionPtr connection, Side side,
                 const FrameRules& rules)
    : io_(io),
      native_(connection.get()),
      stream_(std::move(socket), connection.release()),
      side_(side),
      frames_(rules),
      writing_(io) {
    floods_.attach(native_);
}

Channel::~Channel() { FloodGuard::detach(native_); }

asio::awaitable<tl::expected<Identity, Fault>> Channel::handshake(std::chrono::seconds deadline) {
    deadline_ = Deadline{Clock::now() + deadline, EndReason::kStalled};
    boost::system::error_code error;
    co_await stream_.async_handshake(side_ == Side::kServer ? asio::ssl::stream_base::server
                                                            : asio::ssl::stream_base::client,
                                     into(error));
    deadline_.reset();
    if (error) {
        const Fault fault = handshake_fault(error);
        co_await drain();
        co_return tl::unexpected(fault);
    }
    auto peer = proven_peer(*native_);
    if (!peer)
        co_return tl::unexpected(Fault::kWrongIdentity);
    co_return std::move(*peer);
}

Fault Channel::handshake_fault(const boost::system::error_code& error) const {
    if (closed_ == EndReason::kStalled)
        return Fault::kTimeout;
    const long verdict = SSL_get_verify_result(native_);
    if (verdict != X509_V_OK && SSL_get0_peer_certificate(native_) == nullptr &&
        error.category() != asio::error::get_ssl_category())
        return Fault::kClosed;
    if (verdict != X509_V_OK)
        return fault_of_verification(verdict);
    if (error.category() == asio::error::get_ssl_category())
        return fault_of_error(static_cast<unsigned long>(static_cast<unsigned>(error.value())));
    return Fault::kClosed;
}

EndReason Channel::reason_of(const boost::system::error_code& error) const {
    if (closed_)
        return *closed_;
    // Broken records are the peer's doing; everything else is a connection that went away.
    if (error.category() == asio::error::get_ssl_category() &&
        fault_of_error(static_cast<unsigned long>(static_cast<unsigned>(error.value()))) ==
            Fault::kGarbage)
        return EndReason::kMalformed;
    return EndReason::kConnectionClosed;
}

asio::awaitable<bool> Channel::fill() {
    boost::system::error_code error;
    const auto room = frames_.prepare(kReadPiece);
    const std::size_t got =
        co_await stream_.async_read_some(asio::buffer(room.data(), room.size()), into(error));
    bytes_in_ += got;
    frames_.commit(got);
    if (floods_.tripped())
        close(EndReason::kTooFast);
    else if (error)
        close(reason_of(error));
    co_return !closed_;
}

asio::awaitable<tl::expected<Frame, EndReason>> Channel::read() {
    for (;;) {
        if (closed_)
            co_return tl::unexpected(*closed_);
        if (const auto frame = frames_.next()) {
            deadline_.reset();
            co_return *frame;
        }
        if (frames_.failure()) {
            deadline_.reset();
            co_return tl::unexpected(*frames_.failure());
        }
        // Only time spent waiting for the peer counts, and only once half a frame is here.
        if (!frames_.partial())
            deadline_.reset();
        else if (!deadline_)
            deadline_ = Deadline{Clock::now() + limits::kFrameDeadline, EndReason::kStalled};
        co_await fill();
    }
}

asio::awaitable<bool> Channel::send(std::span<const std::uint8_t> bytes) {
    co_await writing_.enter();
    boost::system::error_code error;
    if (!closed_)
        bytes_out_ += co_await asio::async_write(
            stream_, asio::buffer(bytes.data(), bytes.size()), into(error));
    writing_.leave();
    if (error)
        close(reason_of(error));
    co_return !closed_;
}

void Channel::post(std::vector<std::uint8_t> bytes) {
    if (closed_)
        return;
    if (posted_ + bytes.size() > kPostedMax) {
        close(EndReason::kStalled);
        return;
    }
    posted_ += bytes.size();
    asio::co_spawn(
        io_,
        [this, bytes = std::move(bytes)]() -> asio::awaitable<void> {
            co_await send(bytes);
            posted_ -= bytes.size();
        },
        asio::detached);
}

asio::awaitable<void> Channel::finish() {
    if (closed_)
        co_return;
    deadline_ = Deadline{Clock::now() + kFinishDeadline, EndReason::kConnectionClosed};
    co_await writing_.enter();
    boost::system::error_code ignored;
    co_await stream_.async_shutdown(into(ignored));
    writing_.leave();
    co_await drain();
}

asio::awaitable<void> Channel::drain() {
    if (!deadline_)
        deadline_ = Deadline{Clock::now() + kFinishDeadline, EndReason::kConnectionClosed};
    boost::system::error_code error;
    stream_.next_layer().shutdown(Socket::shutdown_send, error);
    std::array<std::uint8_t, 4096> thrown_away;
    for (std::size_t total = 0; !error && !closed_ && total < kDrainMax;)
        total += co_await stream_.next_layer().async_read_some(asio::buffer(thrown_away),
                                                               into(error));
    close();
}

void Channel::close(EndReason reason) {
    if (closed_)
        return;
    closed_ = reason;
    boost::system::error_code ignored;
    stream_.next_layer().close(ignored);
}

void Channel::enforce(Clock::time_point now) {
    if (deadline_ && now >= deadline_->at)
        close(deadline_->reason);
    // A flood without one byte of data in it never lets the read above return.
    if (floods_.tripped())
        close(EndReason::kTooFast);
}

}  // namespace sudare::tls
