// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <deque>
#include <optional>
#include <vector>

#include "protocol/wire/messages.h"
#include "server/base/token_bucket.h"
#include "server/session/input/profile.h"

namespace sudare::link {

// When what the filter let through leaves for the session host. Profile normal: at once, only
// acknowledgements keep a distance. Profile strict: at multiples of its slot, one message of a kind
// each time and the kinds in one fixed order, so that neither the time nor the order says more than
// docs/policy.md publishes. Nothing is lost: what does not fit waits for the next slot; of pointer
// moves in a row only the last one counts. One thread.
class InputPacer {
   public:
    // Beyond it take nothing but releases: see full(). 128 slots are 2.6 seconds.
    static constexpr std::size_t kWaitingMax = 128;

    // What waits under another profile becomes due at once.
    void set_profile(const input::Profile& profile, TokenBucket::TimePoint now);
    void push(wire::UpMessage message, TokenBucket::TimePoint now);
    // Releases are bounded by the presses before them, everything else has to be refused.
    [[nodiscard]] bool full() const { return waiting_.size() >= kWaitingMax; }

    // What leaves now, in order.
    std::vector<wire::UpMessage> take_due(TokenBucket::TimePoint now);
    // When take_due() has something; nothing while nothing waits.
    [[nodiscard]] std::optional<TokenBucket::TimePoint> next_due() const;
    void clear();

   private:
    [[nodiscard]] TokenBucket::TimePoint boundary_after(TokenBucket::TimePoint now) const;
    void take_slot(std::vector<wire::UpMessage>& out);

    const input::Profile* profile_ = &input::profile_of(ipc::InputProfile::kNormal);
    std::deque<wire::UpMessage> waiting_;
    std::optional<TokenBucket::TimePoint> due_;  // of waiting_
    std::optional<wire::Ack> ack_;         // the newest
    TokenBucket::TimePoint ack_due_{};
};

}  // namespace sudare::link
