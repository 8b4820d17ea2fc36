// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "protocol/ipc/broker_link.h"
#include "server/link/signal_flag.h"
#include "server/tls/local_stream.h"

namespace sudare::link {

// The link's side of broker_link.h: one request at a time, reports that need no answer, and what
// the broker pushes. One thread.
class BrokerClient {
   public:
    struct Pushes {
        std::function<void(const ipc::SessionPolicy&)> policy_changed;
        std::function<void(const ipc::ReviewerKeys&)> reviewers;  // for recordings from now on
        std::function<void(EndReason)> terminate;
        std::function<void()> lost;  // the stream ended or carried nonsense
    };

    static Result<std::unique_ptr<BrokerClient>> create(asio::io_context& io, UniqueFd socket);
    void set_pushes(Pushes pushes) { pushes_ = std::move(pushes); }

    // Reads until the broker is lost; spawn it before the first request.
    asio::awaitable<void> listen();

    // Requests; kBrokerLost when there is no (sensible) answer.
    template <typename T>
    using Answer = asio::awaitable<tl::expected<T, EndReason>>;
    Answer<std::optional<EndReason>> connected(const ipc::Connected& message);
    Answer<ipc::LoginVerdict> login(ipc::Login message);
    // protocol/enrol: whatever of it needs an answer.
    Answer<enrol::DownMessage> enrol(enrol::UpMessage message);
    // Granted, or the reason of the refusal.
    Answer<ipc::SessionGranted> open(const ipc::OpenSession& message);
    Answer<ipc::SessionGranted> resume(const ipc::ResumeSession& message);

    // Reports: in order, nothing comes back.
    asio::awaitable<void> report(ipc::BrokerLinkFrame type, std::vector<std::uint8_t> payload);
    void close() { stream_->close(); }

   private:
    struct Reply {
        std::uint8_t type = 0;
        std::vector<std::uint8_t> payload;
    };
    BrokerClient(asio::io_context& io, std::unique_ptr<LocalStream> stream);
    asio::awaitable<std::optional<Reply>> request(ipc::BrokerLinkFrame type,
                                                  std::vector<std::uint8_t> payload);
    static tl::expected<ipc::SessionGranted, EndReason> granted(const std::optional<Reply>& reply);
    bool push(const Frame& frame);

    std::unique_ptr<LocalStream> stream_;
    SignalFlag answered_;
    Pushes pushes_;
    std::optional<Reply> reply_;
    bool lost_ = false;
};

}  // namespace sudare::link
