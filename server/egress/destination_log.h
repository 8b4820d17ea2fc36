// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <tuple>

#include "protocol/ipc/destination.h"
#include "server/egress/access.h"
#include "server/egress/address.h"

namespace sudare::egress {

// Turns connections into reports for the audit log. The first connection to a destination (host,
// port, address, verdict, rule) is reported at once, before a byte of it is forwarded: a process
// that is broken afterwards cannot unsay it. What follows is summed up and reported when the
// window of limits::kReportWindow ends, so that a page with a hundred requests makes two reports.
// One owner thread.
class DestinationLog {
public:
    using Clock = std::chrono::steady_clock;
    using Sink = std::function<void(const ipc::Destination&)>;

    explicit DestinationLog(Sink sink) : sink_(std::move(sink)) {}

    // Counts for one destination; lives as long as somebody holds it.
    class Entry {
    public:
        void add_up(std::uint64_t bytes) { pending_.bytes_up += bytes; }
        void add_down(std::uint64_t bytes) { pending_.bytes_down += bytes; }

    private:
        friend class DestinationLog;
        ipc::Destination pending_;
        Clock::time_point window_start_;
    };

    // A connection that is permitted. nullptr: limits::kDestinationsMax different ones are in this
    // window already; the caller refuses the connection with Verdict::kQuota.
    std::shared_ptr<Entry> open(const Target& target, std::uint32_t rule, const IpAddress& address,
                                Clock::time_point now);

    // A refusal. host may be a peer's bytes: what is not visible ASCII becomes '?'. Beyond
    // limits::kRefusedMax different ones in this window it is counted under the host "*", by
    // verdict and without rule, port and address.
    void refuse(std::string_view host, std::uint16_t port, Decision decision,
                const AddressBytes& address, Clock::time_point now);

    // Reports the windows that have ended; call about once a second.
    void tick(Clock::time_point now);

    // Reports everything: the process is about to end.
    void flush();

    [[nodiscard]] std::size_t size() const { return entries_.size(); }

private:
    using Key = std::tuple<std::string, std::uint16_t, AddressBytes, ipc::Verdict, std::uint32_t>;
    [[nodiscard]] bool has_room(const ipc::Destination& destination) const;
    std::shared_ptr<Entry> count(ipc::Destination destination, Clock::time_point now);
    void send_pending(Entry& entry);

    Sink sink_;
    std::map<Key, std::shared_ptr<Entry>> entries_;
    std::size_t refused_ = 0;  // of entries_
};

}  // namespace sudare::egress
