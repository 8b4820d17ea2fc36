// SPDX-License-Identifier: Apache-2.0
#include "client/probe/keyboard.h"

#include <algorithm>

#include "protocol/core/limits.h"

namespace sudare::probe {
namespace {

// A little below the limits: the clocks of the two sides do not agree to the microsecond.
constexpr double kPerMicrosecond = limits::kKeysPerSecond * 0.9 / 1e6;
constexpr double kBurst = limits::kKeysBurst * 0.75;
constexpr unsigned kEventsPerStroke = 4;  // key and Shift, down and up

}  // namespace

std::chrono::microseconds KeyPace::reserve(unsigned events) {
    const auto now = Watch::Clock::now();
    const std::chrono::duration<double, std::micro> since = now - refilled_;
    refilled_ = now;
    tokens_ = std::min(kBurst, tokens_ + since.count() * kPerMicrosecond);
    const double missing = events - tokens_;
    if (missing > 0)
        return std::chrono::microseconds(static_cast<std::int64_t>(missing / kPerMicrosecond) + 1);
    tokens_ -= events;
    return std::chrono::microseconds(0);
}

void press_together(client::InputSender& input, const std::vector<std::uint16_t>& codes) {
    for (const std::uint16_t code : codes)
        input.key(code, true);
    for (auto code = codes.rbegin(); code != codes.rend(); ++code)
        input.key(*code, false);
}

Waiting::Judge type_all(client::InputSender& input, KeyPace& pace, Waiting& waiting,
                        std::vector<client::KeyStroke> strokes) {
    const auto left = std::make_shared<std::vector<client::KeyStroke>>(std::move(strokes));
    std::reverse(left->begin(), left->end());
    return [&input, &pace, &waiting, left](Watch::Event) -> std::optional<Answer> {
        while (!left->empty()) {
            if (const auto time = pace.reserve(kEventsPerStroke); time.count() > 0) {
                waiting.look_again_after(time);
                return std::nullopt;
            }
            const client::KeyStroke stroke = left->back();
            left->pop_back();
            if (stroke.shift)
                press_together(input, {client::kLeftShift, stroke.code});
            else
                press_together(input, {stroke.code});
        }
        return success();
    };
}

}  // namespace sudare::probe
