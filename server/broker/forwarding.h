// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>

#include "protocol/ipc/broker_forwarder.h"
#include "server/broker/audit/record.h"
#include "server/broker/forward_watch.h"
#include "server/broker/settings.h"
#include "server/broker/stream.h"

namespace sudare::broker {

class ForwarderPeer;

// The broker's side of sudare-forwarder: tells it the log's end once a second, hears how far the
// collector is, and announces when that is too far behind. Nothing waits for it. Loop thread only.
class Forwarding {
public:
    struct Callbacks {
        std::function<ipc::ForwardDurable()> end;                  // of the log
        std::function<std::uint64_t(const audit::Event&)> record;  // its index
    };

    Forwarding(boost::asio::io_context& loop, const ForwardSettings& settings)
        : settings_(settings), timer_(loop), watch_(settings.behind, ForwardWatch::Clock::now()) {}
    void start(Callbacks callbacks);

    [[nodiscard]] bool configured() const { return !settings_.socket.empty(); }
    [[nodiscard]] std::uint64_t confirmed() const { return report_.confirmed; }
    // "off", "ok", or why the collector does not have everything.
    [[nodiscard]] std::string_view state() const;

    // False: there is one already.
    bool attach(const std::shared_ptr<ForwarderPeer>& peer);
    void detach(const ForwarderPeer* peer);
    // False: no forwarder says that.
    bool reported(const ipc::ForwardReport& report);
    // It sent what its border forbids. Recorded at most once in ten minutes: each one costs the log.
    void violated(EndReason reason);

private:
    void tick();
    void judge();
    [[nodiscard]] std::string_view cause() const;

    const ForwardSettings& settings_;
    boost::asio::steady_timer timer_;
    Callbacks callbacks_;
    ForwardWatch watch_;
    std::shared_ptr<ForwarderPeer> peer_;
    ipc::ForwardReport report_;  // the last one
    unsigned unanswered_ = 0;    // ticks
    std::optional<ForwardWatch::Clock::time_point> violated_;  // recorded then
};

// The connection of sudare-forwarder.
class ForwarderPeer final : public Stream {
public:
    ForwarderPeer(UnixSocket socket, Forwarding& forwarding);
    // False: the one before is unanswered. A forwarder that sleeps is sent nothing.
    bool tell(const ipc::ForwardDurable& durable);

private:
    void on_frame(const Frame& frame) override;
    void on_fault(EndReason reason) override;
    void on_closed() override { forwarding_.detach(this); }

    Forwarding& forwarding_;
    bool asked_ = false;
};

}  // namespace sudare::broker
