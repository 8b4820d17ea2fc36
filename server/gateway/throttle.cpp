// SPDX-License-Identifier: Apache-2.0
#include "server/gateway/throttle.h"

#include <algorithm>
#include <utility>

namespace sudare::gateway {

std::chrono::seconds penalty_of(int exit_status) {
    using std::chrono::seconds;
    switch (static_cast<ipc::LinkExit>(exit_status)) {
        case ipc::LinkExit::kOrderly:
        case ipc::LinkExit::kOurFault:
            return seconds(0);
        case ipc::LinkExit::kNoHandshake:
        case ipc::LinkExit::kNoLogin:
            return seconds(1);
        case ipc::LinkExit::kLoginFailed:
            return seconds(5);
        case ipc::LinkExit::kProtocolFault:
            return seconds(10);
    }
    return seconds(90);
}

Address source_of(const Address& address) {
    static constexpr Address kMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    Address source = address;
    if (!std::equal(kMapped.begin(), kMapped.begin() + 12, address.begin()))
        std::fill(source.begin() + 8, source.end(), std::uint8_t{0});
    return source;
}

std::string_view name_of(Throttle::Verdict verdict) {
    switch (verdict) {
        case Throttle::Verdict::kAccept:     return "accept";
        case Throttle::Verdict::kTooMany:    return "too_many";
        case Throttle::Verdict::kEarlyDrop:  return "early_drop";
        case Throttle::Verdict::kSourceBusy: return "source_busy";
        case Throttle::Verdict::kPenalty:    return "penalty";
    }
    return "unknown";
}

std::optional<std::uint64_t> Repeats::count(Throttle::Clock::time_point now) {
    ++silent_;
    if (last_ && now - *last_ < kInterval)
        return std::nullopt;
    last_ = now;
    return std::exchange(silent_, 0);
}

Throttle::Verdict Throttle::judge(const Address& address, Clock::time_point now) {
    const Address source = source_of(address);
    if (connections_ >= settings_.connections_max)
        return Verdict::kTooMany;
    if (sources_.size() >= kSourcesMax)
        forget_harmless(now);
    Source& known = sources_[source];
    if (settings_.penalties && known.penalty_until > now + kPenaltyThreshold)
        return Verdict::kPenalty;
    if (known.unproven >= settings_.unproven_per_source ||
        known.connections >= settings_.connections_per_source)
        return Verdict::kSourceBusy;
    if (early_drop())
        return Verdict::kEarlyDrop;
    ++known.connections;
    ++known.unproven;
    ++unproven_;
    ++connections_;
    return Verdict::kAccept;
}

// Linear from early_drop_percent to 100 between the two marks.
bool Throttle::early_drop() {
    if (unproven_ < settings_.early_drop_from)
        return false;
    if (unproven_ >= settings_.early_drop_full)
        return true;
    const std::uint32_t span = settings_.early_drop_full - settings_.early_drop_from;
    const std::uint32_t percent =
        settings_.early_drop_percent + (100 - settings_.early_drop_percent) *
                                           (unproven_ - settings_.early_drop_from) / span;
    return random_() % 100 < percent;
}

void Throttle::proven(const Address& address) {
    const auto known = sources_.find(source_of(address));
    if (known != sources_.end() && known->second.unproven > 0)
        --known->second.unproven;
    if (unproven_ > 0)
        --unproven_;
}

void Throttle::ended(const Address& address, bool was_proven, int exit_status,
                     Clock::time_point now) {
    if (!was_proven)
        proven(address);
    if (connections_ > 0)
        --connections_;
    const auto known = sources_.find(source_of(address));
    if (known == sources_.end() || known->second.connections == 0)
        return;
    --known->second.connections;
    auto& until = known->second.penalty_until;
    until = std::min(std::max(until, now) + penalty_of(exit_status), now + kPenaltyMax);
    if (known->second.connections == 0 && until <= now)
        sources_.erase(known);
}

// An attacker with many addresses must not grow our memory: those without a connection go.
void Throttle::forget_harmless(Clock::time_point now) {
    std::erase_if(sources_, [&](const auto& entry) {
        return entry.second.connections == 0 && entry.second.penalty_until <= now;
    });
    if (sources_.size() >= kSourcesMax)
        std::erase_if(sources_, [](const auto& entry) { return entry.second.connections == 0; });
}

}  // namespace sudare::gateway
