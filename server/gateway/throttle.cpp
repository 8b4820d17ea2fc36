// SPDX-License-Identifier: Apache-2.0
#include "server/gateway/throttle.h"

#include <algorithm>
#include <utility>

namespace sudare::gateway {
namespace {

constexpr int kCrashed = -1;  // no LinkExit

}  // namespace

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
    if (known.proof_until <= now && early_drop())
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

void Throttle::leave_unproven(Source& source) {
    source.unproven -= source.unproven > 0 ? 1 : 0;
    unproven_ -= unproven_ > 0 ? 1 : 0;
}

void Throttle::proven(const Address& address, Clock::time_point now) {
    Source& known = sources_[source_of(address)];  // it has a connection, so it is there
    leave_unproven(known);
    known.proof_until = now + kProofHolds;
}

void Throttle::ended(const Address& address, bool was_proven, int exit_status,
                     Clock::time_point now) {
    const auto found = sources_.find(source_of(address));
    if (found == sources_.end() || found->second.connections == 0)
        return;
    Source& known = found->second;
    if (!was_proven)
        leave_unproven(known);
    --known.connections;
    connections_ -= connections_ > 0 ? 1 : 0;
    known.penalty_until =
        std::min(std::max(known.penalty_until, now) + penalty(known, was_proven, exit_status, now),
                 now + kPenaltyMax);
    if (known.connections == 0 && known.penalty_until <= now && known.proof_until <= now)
        sources_.erase(found);
}

// A crash is a fault of ours or an attack. The first one is believed to be ours when the terminal
// is known: it costs what is just not refused yet. Whoever provokes a second one waits in full.
std::chrono::seconds Throttle::penalty(Source& source, bool was_proven, int exit_status,
                                       Clock::time_point now) {
    const std::chrono::seconds full = penalty_of(exit_status);
    if (full != penalty_of(kCrashed))
        return full;
    const bool again = source.crash_until > now;
    source.crash_until = now + kCrashForgotten;
    return was_proven && !again ? kPenaltyThreshold : full;
}

// An attacker with many addresses must not grow our memory: those without a connection go, and
// those that anybody can make before those that took a certificate.
void Throttle::forget_harmless(Clock::time_point now) {
    const auto forget = [&](auto&& harmless) {
        if (sources_.size() >= kSourcesMax)
            std::erase_if(sources_, [&](const auto& entry) {
                return entry.second.connections == 0 && harmless(entry.second);
            });
    };
    forget([&](const Source& s) { return s.penalty_until <= now && s.proof_until <= now; });
    forget([&](const Source& s) { return s.proof_until <= now; });
    forget([](const Source&) { return true; });
}

}  // namespace sudare::gateway
