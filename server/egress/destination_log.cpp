// SPDX-License-Identifier: Apache-2.0
#include "server/egress/destination_log.h"

#include <algorithm>

#include "server/egress/limits.h"

namespace sudare::egress {
namespace {

// Stands for all refused destinations beyond limits::kRefusedMax; no host is called so.
constexpr std::string_view kOverflowHost = "*";

bool is_refusal(const ipc::Destination& destination) {
    return destination.verdict != ipc::Verdict::kAllowed;
}

std::string report_host(std::string_view host) {
    std::string out(host.substr(0, sudare::limits::kHostBytesMax));
    std::replace_if(
        out.begin(), out.end(), [](char c) { return c <= 0x20 || c >= 0x7f; }, '?');
    return out;
}

}  // namespace

std::shared_ptr<DestinationLog::Entry> DestinationLog::open(const Target& target,
                                                            std::uint32_t rule,
                                                            const IpAddress& address,
                                                            Clock::time_point now) {
    ipc::Destination destination;
    destination.rule = rule;
    destination.port = target.port;
    destination.address = to_bytes(address);
    destination.host = target.host;
    return count(std::move(destination), now);
}

void DestinationLog::refuse(std::string_view host, std::uint16_t port, Decision decision,
                            const AddressBytes& address, Clock::time_point now) {
    ipc::Destination destination;
    destination.verdict = decision.verdict;
    destination.rule = decision.rule;
    destination.port = port;
    destination.address = address;
    destination.host = report_host(host);
    if (count(std::move(destination), now))
        return;
    ipc::Destination overflow;
    overflow.verdict = decision.verdict;
    overflow.host = kOverflowHost;
    count(std::move(overflow), now);
}

bool DestinationLog::has_room(const ipc::Destination& destination) const {
    if (is_refusal(destination))
        return refused_ < limits::kRefusedMax || destination.host == kOverflowHost;
    return entries_.size() - refused_ < limits::kDestinationsMax;
}

std::shared_ptr<DestinationLog::Entry> DestinationLog::count(ipc::Destination destination,
                                                             Clock::time_point now) {
    Key key(destination.host, destination.port, destination.address, destination.verdict,
            destination.rule);
    if (const auto found = entries_.find(key); found != entries_.end()) {
        ++found->second->pending_.requests;
        return found->second;
    }
    if (!has_room(destination))
        return nullptr;
    refused_ += is_refusal(destination) ? 1 : 0;
    sink_(destination);
    auto entry = std::make_shared<Entry>();
    destination.requests = 0;
    entry->pending_ = std::move(destination);
    entry->window_start_ = now;
    entries_.emplace(std::move(key), entry);
    return entry;
}

void DestinationLog::send_pending(Entry& entry) {
    ipc::Destination& pending = entry.pending_;
    if (pending.requests == 0 && pending.bytes_up == 0 && pending.bytes_down == 0)
        return;
    sink_(pending);
    pending.requests = 0;
    pending.bytes_up = 0;
    pending.bytes_down = 0;
}

void DestinationLog::tick(Clock::time_point now) {
    for (auto at = entries_.begin(); at != entries_.end();) {
        Entry& entry = *at->second;
        if (now - entry.window_start_ < limits::kReportWindow) {
            ++at;
            continue;
        }
        send_pending(entry);
        entry.window_start_ = now;
        // Without a holder nothing more can be counted; the next connection is news again.
        if (at->second.use_count() > 1) {
            ++at;
            continue;
        }
        refused_ -= is_refusal(entry.pending_) ? 1 : 0;
        at = entries_.erase(at);
    }
}

void DestinationLog::flush() {
    for (auto& [key, entry] : entries_)
        send_pending(*entry);
}

}  // namespace sudare::egress
