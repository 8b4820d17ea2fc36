// SPDX-License-Identifier: Apache-2.0
#include "server/egress/control.h"

#include <sys/socket.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/write.hpp>

#include "server/egress/limits.h"

namespace sudare::egress {

Control::Control(asio::io_context& io, int fd)
    : rules_(ipc::kEgressDownRows),
      frames_(rules_),
      socket_(io, asio::local::stream_protocol(), fd) {}

awaitable<Result<void>> Control::run(std::function<Result<void>(ipc::EgressConfig)> on_config) {
    for (;;) {
        const auto room = frames_.prepare(limits::kPieceBytes);
        const auto [error, count] =
            co_await socket_.async_read_some(asio::buffer(room.data(), room.size()), kTuple);
        // A host that dies with reports unread resets the stream: the same end.
        if (error == asio::error::eof || error == asio::error::connection_reset)
            co_return Result<void>();
        if (error)
            co_return fail(Errc::kSystem, "control stream: " + error.message());
        frames_.commit(count);
        auto taken = take_frames(on_config);
        if (!taken)
            co_return taken;
    }
}

Result<void> Control::take_frames(const std::function<Result<void>(ipc::EgressConfig)>& on_config) {
    while (const auto frame = frames_.next()) {
        SUDARE_TRY(ipc::EgressConfig config, ipc::read_egress_config(frame->payload));
        SUDARE_CHECK(on_config(std::move(config)));
    }
    if (frames_.failure())
        return fail(Errc::kBadInput, "control stream: " + std::string(name_of(*frames_.failure())));
    return {};
}

void Control::send(const ipc::Destination& destination) {
    Writer out(ipc::kDestinationMax);
    ipc::write_destination(out, destination);
    append_frame(queue_, static_cast<std::uint8_t>(ipc::EgressFrame::kDestination), out.view());
    if (queue_.size() > limits::kReportQueueBytes) {
        on_overflow();
        return;
    }
    if (!busy_)
        asio::co_spawn(socket_.get_executor(), write_queue(), asio::detached);
    busy_ = true;
}

awaitable<void> Control::write_queue() {
    while (!queue_.empty()) {
        writing_.swap(queue_);
        queue_.clear();
        const auto [error, count] =
            co_await asio::async_write(socket_, asio::buffer(writing_), kTuple);
        writing_.clear();
        if (error)
            break;  // run() sees the end of the stream
    }
    busy_ = false;
}

void Control::flush_now() {
    // A piece that is half written would be torn by a second writer.
    if (!writing_.empty() || queue_.empty())
        return;
    [[maybe_unused]] const auto sent =
        ::send(socket_.native_handle(), queue_.data(), queue_.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
}

}  // namespace sudare::egress
