// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <set>
#include <vector>

#include "protocol/core/geometry.h"
#include "protocol/ipc/policy.h"
#include "protocol/wire/messages.h"
#include "server/base/token_bucket.h"
#include "server/session/input/profile.h"

// The second filter of what goes up (the first is the link's): what the policy does not permit,
// what is not in the closed tables, and what comes faster than a person is dropped and counted.
// It never ends anything: the link judges its peer, this protects the browser. Contents are never
// kept or logged. One thread.
namespace sudare::input {

using TimePoint = TokenBucket::TimePoint;

// Why something was dropped.
enum class Drop : std::uint8_t {
    kPolicy,       // keyboard, pointer or text are not permitted
    kCombination,  // a blocked key combination
    kRate,         // above the rates of its profile, or the policy's characters per minute
    kUnknownKey,   // not in key_codes.h, or more keys at once than fingers
    kNotPressed,   // the release of what was never let through; no fault of the user
    kOutside,      // beyond the picture, a wheel step too large, or finer than its profile
    kBadText,      // text_rules.h
};
inline constexpr std::size_t kDropReasons = 7;

struct Counters {
    std::uint64_t passed = 0;
    std::array<std::uint64_t, kDropReasons> dropped{};
    [[nodiscard]] std::uint64_t of(Drop reason) const {
        return dropped[static_cast<std::size_t>(reason)];
    }
};

class InputFilter {
   public:
    using Clock = std::function<TimePoint()>;
    InputFilter(const ipc::InputPolicy& policy, Size canvas, Clock clock);

    // Takes effect with the next message; what is pressed may still be released.
    void set_policy(const ipc::InputPolicy& policy);
    void set_canvas(Size canvas) { canvas_ = canvas; }

    // True: hand it on.
    [[nodiscard]] bool admit(const wire::Key& key);
    [[nodiscard]] bool admit(const wire::PointerMove& move);
    [[nodiscard]] bool admit(const wire::PointerButton& button);
    [[nodiscard]] bool admit(const wire::Wheel& wheel);
    [[nodiscard]] bool admit(const wire::Text& text);
    [[nodiscard]] bool admit(const wire::Resize& resize);
    [[nodiscard]] bool admit(const wire::ReleaseAll&);
    [[nodiscard]] bool admit(const wire::Held&);

    // A key is pressed that the browser repeats: not a modifier, which does nothing by itself.
    [[nodiscard]] bool repeats() const;
    // Those count as released from now on: hand their releases on.
    std::vector<std::uint16_t> let_go();

    [[nodiscard]] const Counters& counters() const { return counters_; }

   private:
    static constexpr std::size_t kPressedMax = 32;
    struct Buckets {
        explicit Buckets(const Profile& profile);
        TokenBucket keys, moves, buttons, wheel, texts, code_points, resizes, beats;
    };

    bool drop(Drop reason);
    bool pass();
    bool press(std::uint16_t code);
    [[nodiscard]] bool completes_blocked(std::uint16_t code) const;
    [[nodiscard]] bool pointer_permitted() const;

    ipc::InputPolicy policy_;
    Size canvas_;
    Clock clock_;
    Counters counters_;
    std::set<std::uint16_t> pressed_;  // let through and not released
    std::uint8_t buttons_ = 0;         // bits, likewise
    bool locked_ = false;              // a lock key was let through: ReleaseAll has something to undo
    [[nodiscard]] const Profile& profile() const { return profile_of(policy_.profile); }

    Buckets buckets_;
    TokenBucket characters_;  // of the policy
};

}  // namespace sudare::input
