// SPDX-License-Identifier: Apache-2.0
#include "server/session/input/input_filter.h"

#include <linux/input-event-codes.h>

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "protocol/core/limits.h"
#include "protocol/wire/key_codes.h"
#include "protocol/wire/text_rules.h"
#include "server/session/input/blocked_combinations.h"

namespace sudare::input {
namespace {

using std::chrono::minutes;

// Ten seconds' worth may come at once: an IME commits whole sentences. At least one Text message.
TokenBucket characters_bucket(std::uint16_t per_minute) {
    const auto burst = std::max<std::uint32_t>(per_minute / 6U, limits::kTextCodePointsMax);
    return {per_minute, minutes(1), burst};
}

TokenBucket bucket(const Rate& rate) {
    return {rate.count, rate.period, rate.burst};
}

}  // namespace

InputFilter::Buckets::Buckets(const Profile& profile)
    : keys(bucket(profile.keys)),
      moves(bucket(profile.moves)),
      buttons(bucket(profile.buttons)),
      wheel(bucket(profile.wheel)),
      texts(bucket(profile.texts)),
      code_points(bucket(profile.code_points)),
      resizes(bucket(profile.resizes)),
      beats(bucket(profile.beats)) {}

InputFilter::InputFilter(const ipc::InputPolicy& policy, Size canvas, Clock clock)
    : policy_(policy),
      canvas_(canvas),
      clock_(std::move(clock)),
      buckets_(profile_of(policy.profile)),
      characters_(characters_bucket(policy.characters_per_minute)) {}

void InputFilter::set_policy(const ipc::InputPolicy& policy) {
    // An unchanged rate keeps its bucket: repeating the policy must not refill it.
    if (policy.characters_per_minute != policy_.characters_per_minute)
        characters_ = characters_bucket(policy.characters_per_minute);
    if (policy.profile != policy_.profile)
        buckets_ = Buckets(profile_of(policy.profile));
    policy_ = policy;
}

bool InputFilter::drop(Drop reason) {
    ++counters_.dropped[static_cast<std::size_t>(reason)];
    return false;
}

bool InputFilter::pass() {
    ++counters_.passed;
    return true;
}

// --- keys ----------------------------------------------------------------------------------------

bool InputFilter::admit(const wire::Key& key) {
    if (!wire::is_permitted_key(key.code))
        return drop(Drop::kUnknownKey);
    if (key.down)
        return press(key.code);
    return pressed_.erase(key.code) != 0 ? pass() : drop(Drop::kNotPressed);
}

bool InputFilter::press(std::uint16_t code) {
    if (!policy_.keyboard || policy_.characters_per_minute == 0)
        return drop(Drop::kPolicy);
    if (pressed_.contains(code))
        return drop(Drop::kNotPressed);
    if (pressed_.size() >= kPressedMax)
        return drop(Drop::kUnknownKey);
    if (completes_blocked(code))
        return drop(Drop::kCombination);
    if (!buckets_.keys.take(profile().press_price, clock_()) ||
        (!is_modifier(code) && !characters_.take(1, clock_())))
        return drop(Drop::kRate);
    pressed_.insert(code);
    locked_ |= code == KEY_CAPSLOCK || code == KEY_NUMLOCK || code == KEY_SCROLLLOCK;
    return pass();
}

// Also when the modifier comes last: the browser repeats a held key, under the new modifier.
bool InputFilter::completes_blocked(std::uint16_t code) const {
    std::set<std::uint16_t> all = pressed_;
    all.insert(code);
    const Modifiers modifiers = modifiers_of(all);
    return std::ranges::any_of(all, [&](std::uint16_t key) {
        return is_blocked(key, modifiers, policy_.blocked_combinations);
    });
}

// Only when it releases something: each one then stands behind a press that was metered.
bool InputFilter::admit(const wire::ReleaseAll&) {
    if (pressed_.empty() && buttons_ == 0 && !locked_)
        return drop(Drop::kNotPressed);
    pressed_.clear();
    buttons_ = 0;
    locked_ = false;
    return pass();
}

// Says nothing that the presses before it did not say.
bool InputFilter::admit(const wire::Held&) {
    if (pressed_.empty() && buttons_ == 0)
        return drop(Drop::kNotPressed);
    return buckets_.beats.take(1, clock_()) ? pass() : drop(Drop::kNotPressed);
}

bool InputFilter::repeats() const {
    return std::ranges::any_of(pressed_, [](std::uint16_t code) { return !is_modifier(code); });
}

std::vector<std::uint16_t> InputFilter::let_go() {
    std::vector<std::uint16_t> out;
    for (const std::uint16_t code : pressed_)
        if (!is_modifier(code))
            out.push_back(code);
    for (const std::uint16_t code : out)
        pressed_.erase(code);
    return out;
}

// --- pointer -------------------------------------------------------------------------------------

bool InputFilter::pointer_permitted() const {
    return policy_.pointer && policy_.characters_per_minute != 0;
}

bool InputFilter::admit(const wire::PointerMove& move) {
    if (!pointer_permitted())
        return drop(Drop::kPolicy);
    if (move.x >= canvas_.width() || move.y >= canvas_.height())
        return drop(Drop::kOutside);
    if (!is_coarse(move, profile()))
        return drop(Drop::kOutside);
    return buckets_.moves.take(1, clock_()) ? pass() : drop(Drop::kRate);
}

bool InputFilter::admit(const wire::PointerButton& button) {
    const auto bit = static_cast<std::uint8_t>(1U << static_cast<unsigned>(button.button));
    if (!button.down) {
        const bool held = (buttons_ & bit) != 0;
        buttons_ = static_cast<std::uint8_t>(buttons_ & ~bit);
        return held ? pass() : drop(Drop::kNotPressed);
    }
    if (!pointer_permitted())
        return drop(Drop::kPolicy);
    if ((buttons_ & bit) != 0)
        return drop(Drop::kNotPressed);
    if (!buckets_.buttons.take(profile().press_price, clock_()))
        return drop(Drop::kRate);
    buttons_ |= bit;
    return pass();
}

bool InputFilter::admit(const wire::Wheel& wheel) {
    if (!pointer_permitted())
        return drop(Drop::kPolicy);
    if (std::abs(wheel.dx_120) > limits::kWheelStepMax ||
        std::abs(wheel.dy_120) > limits::kWheelStepMax || !is_coarse(wheel, profile()))
        return drop(Drop::kOutside);
    return buckets_.wheel.take(1, clock_()) ? pass() : drop(Drop::kRate);
}

// --- text and size -------------------------------------------------------------------------------

bool InputFilter::admit(const wire::Text& text) {
    if (!policy_.text || policy_.characters_per_minute == 0)
        return drop(Drop::kPolicy);
    const wire::TextJudgement judgement = wire::judge_text(text.utf8);
    if (judgement.fault != wire::TextFault::kNone)
        return drop(Drop::kBadText);
    const auto count = static_cast<std::uint32_t>(judgement.code_points);
    const bool metered = profile().code_points.count != 0;
    if (!buckets_.texts.take(1, clock_()) || !characters_.take(count, clock_()) ||
        (metered && !buckets_.code_points.take(count, clock_())))
        return drop(Drop::kRate);
    return pass();
}

bool InputFilter::admit(const wire::Resize&) {
    return buckets_.resizes.take(1, clock_()) ? pass() : drop(Drop::kRate);
}

}  // namespace sudare::input
