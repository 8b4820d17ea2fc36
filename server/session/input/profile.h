// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>
#include <vector>

#include "protocol/core/geometry.h"
#include "protocol/ipc/policy.h"
#include "protocol/wire/messages.h"

// How much may go up (policy input.profile), as a rate of each kind of message and how finely it
// may speak. A program on the terminal that pretends to be a person gets this many bits a second to
// the Internet zone and no more: budget() computes them, docs/policy.md publishes them
// (`sudarectl policy budget`). Reference: reference/security.md section 5; NIST SP 800-53 SC-31.
namespace sudare::input {

// `count` in each `period`, sustained; `burst` saved up while nothing comes.
struct Rate {
    std::uint32_t count = 0;
    std::uint32_t burst = 0;
    std::chrono::seconds period{1};
    [[nodiscard]] double per_second() const {
        return double{1} * count / static_cast<double>(period.count());
    }
};

struct Profile {
    Rate keys;          // in key events, see press_price
    Rate moves;
    Rate buttons;       // in button events
    Rate wheel;
    Rate texts;
    Rate code_points;   // count 0: only the policy's characters per minute bound them
    Rate beats;         // Held
    Rate resizes;
    // Tokens of a press. Strict: two, its own and its release's, so that events are bounded, not
    // only presses, and no release has to be refused.
    std::uint32_t press_price = 1;
    // Positions are multiples of this. Device pixels.
    std::uint16_t position_step = 1;
    // Wheel: one notch (120) along one axis, instead of any step.
    bool notches_only = false;
    // What passes leaves the border at multiples of this only, one of a kind each time. Zero: at
    // once, so that its time carries information too.
    std::chrono::milliseconds slot{0};
    // Acknowledgements that come closer together than this are one, the newest.
    std::chrono::milliseconds ack_interval{4};
};

const Profile& profile_of(ipc::InputProfile name);

// The nearest that `profile` can say; the viewer asks for nothing finer, the link makes sure.
void coarsen(wire::UpMessage& message, const Profile& profile);
// What coarsen() would not change.
[[nodiscard]] bool is_coarse(const wire::PointerMove& move, const Profile& profile);
[[nodiscard]] bool is_coarse(const wire::Wheel& wheel, const Profile& profile);

// The most that one kind of message can carry, sustained, by somebody who chooses every value and
// every time freely. Bits per second.
struct BudgetRow {
    std::string_view kind;
    double per_second = 0;        // messages (text: code points)
    double bits_each = 0;         // of the values
    double timing_bits = 0;       // per second: when it was sent, or whether
    [[nodiscard]] double bits() const { return per_second * bits_each + timing_bits; }
};
// Without slots a time can be read to `kTimingResolution` behind a network's jitter.
inline constexpr std::chrono::milliseconds kTimingResolution{1};
// `characters_per_minute` as in ipc::InputPolicy: it bounds what text can carry further.
std::vector<BudgetRow> budget(ipc::InputProfile name, Size canvas,
                              std::uint16_t characters_per_minute);

}  // namespace sudare::input
