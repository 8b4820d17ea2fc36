// SPDX-License-Identifier: Apache-2.0
#include "server/session/input/profile.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "protocol/core/limits.h"
#include "protocol/wire/key_codes.h"

namespace sudare::input {
namespace {

constexpr std::int16_t kNotch = 120;

// A person types below 20 keys a second, and a mouse reports 125 moves.
constexpr Profile kNormal{
    .keys = {limits::kKeysPerSecond, limits::kKeysBurst},
    .moves = {limits::kMovesPerSecond, limits::kMovesBurst},
    .buttons = {limits::kButtonsPerSecond, limits::kButtonsBurst},
    .wheel = {limits::kWheelPerSecond, limits::kWheelBurst},
    .texts = {limits::kTextPerSecond, limits::kTextBurst},
    .code_points = {0, 0},
    .beats = {limits::kHeldPerSecond, limits::kHeldBurst},
    .resizes = {limits::kResizePerSecond, limits::kResizeBurst},
};

// reference/security.md section 5; code points: two commits of 32 and a second's worth at once.
constexpr Profile kStrict{
    .keys = {30, 60},
    .moves = {limits::kStrictMovesPerSecond, limits::kStrictMovesPerSecond},
    .buttons = {10, 20},
    .wheel = {limits::kStrictWheelPerSecond, limits::kStrictWheelPerSecond},
    .texts = {10, 10},
    .code_points = {40, 104},
    .beats = {limits::kHeldPerSecond, limits::kHeldBurst},
    .resizes = {1, 3, limits::kStrictResizeInterval},
    .press_price = 2,
    .position_step = limits::kStrictPositionStep,
    .notches_only = true,
    .slot = limits::kStrictSlot,
    .ack_interval = limits::kStrictSlot,
};

std::uint16_t down_to(std::uint16_t value, std::uint16_t step) {
    return static_cast<std::uint16_t>(value - value % step);
}

std::int16_t notch(std::int16_t step) {
    return step == 0 ? std::int16_t{0} : step > 0 ? kNotch : std::int16_t{-kNotch};
}

// --- budget --------------------------------------------------------------------------------------

double entropy(double p) {
    return p <= 0 || p >= 1 ? 0 : -p * std::log2(p) - (1 - p) * std::log2(1 - p);
}

// Whether something is sent in each of the moments that can be told apart: the most bits a second
// that `per_second` of them can make (H is largest at one half).
double timing(double per_second, const Profile& profile) {
    const auto moment = profile.slot.count() > 0 ? profile.slot : kTimingResolution;
    const double moments = 1000.0 / static_cast<double>(moment.count());
    return moments * entropy(std::min(per_second / moments, 0.5));
}

double positions(Size canvas, std::uint16_t step) {
    return std::ceil(1.0 * canvas.width() / step) * std::ceil(1.0 * canvas.height() / step);
}

double permitted_keys() {
    double count = 0;
    for (std::uint16_t code = 0; code <= wire::kHighestKey; ++code)
        count += wire::is_permitted_key(code) ? 1 : 0;
    return count;
}

// Any step on both axes, or one of four directions.
double wheel_steps(const Profile& profile) {
    const double axis = 2.0 * limits::kWheelStepMax + 1;
    return profile.notches_only ? 4 : axis * axis;
}

double sizes() {
    return double{limits::kWidthMax - limits::kWidthMin + 1} *
           double{limits::kHeightMax - limits::kHeightMin + 1} *
           double{limits::kScaleMax - limits::kScaleMin + 1};
}

// The next of the updates on their way, or a later one; and how many wait (server/link/ack_gate.h).
// Strict: only whether it is too many.
BudgetRow acknowledgements(const Profile& profile) {
    // A hostile host can have twice its window on the way: AckGate::kOnTheWayMax.
    const double waiting = profile.slot.count() > 0 ? 1 : 2;
    const double each = std::log2(2.0 * limits::kWindowUpdatesMax) + waiting;
    const double most = 1000.0 / static_cast<double>(profile.ack_interval.count());
    return {"ack", most, each, timing(most, profile)};
}

}  // namespace

const Profile& profile_of(ipc::InputProfile name) {
    return name == ipc::InputProfile::kStrict ? kStrict : kNormal;
}

void coarsen(wire::UpMessage& message, const Profile& profile) {
    if (auto* move = std::get_if<wire::PointerMove>(&message)) {
        move->x = down_to(move->x, profile.position_step);
        move->y = down_to(move->y, profile.position_step);
    } else if (auto* wheel = std::get_if<wire::Wheel>(&message); wheel && profile.notches_only) {
        const bool sideways = std::abs(wheel->dx_120) > std::abs(wheel->dy_120);
        wheel->dx_120 = sideways ? notch(wheel->dx_120) : std::int16_t{0};
        wheel->dy_120 = sideways ? std::int16_t{0} : notch(wheel->dy_120);
    }
}

bool is_coarse(const wire::PointerMove& move, const Profile& profile) {
    return move.x % profile.position_step == 0 && move.y % profile.position_step == 0;
}

bool is_coarse(const wire::Wheel& wheel, const Profile& profile) {
    if (!profile.notches_only)
        return true;
    const int sum = std::abs(wheel.dx_120) + std::abs(wheel.dy_120);
    return sum == kNotch && (wheel.dx_120 == 0 || wheel.dy_120 == 0);
}

std::vector<BudgetRow> budget(ipc::InputProfile name, Size canvas,
                              std::uint16_t characters_per_minute) {
    const Profile& profile = profile_of(name);
    // Where a press pays for its release there are as many events as tokens, else twice as many.
    const double events = profile.press_price == 2 ? 1 : 2;
    const auto row = [&](std::string_view kind, double rate, double values) {
        return BudgetRow{kind, rate, std::log2(values), timing(rate, profile)};
    };
    const double texts = profile.texts.per_second();
    // A message holds kTextCodePointsMax at most.
    const double points = std::min(profile.code_points.count != 0 ? profile.code_points.per_second()
                                                                  : texts * limits::kTextCodePointsMax,
                                   characters_per_minute / 60.0);
    std::vector<BudgetRow> rows{
        row("key", profile.keys.per_second() * events, 2 * permitted_keys()),
        row("pointer", profile.moves.per_second(), positions(canvas, profile.position_step)),
        row("button", profile.buttons.per_second() * events, 2 * 5),
        row("wheel", profile.wheel.per_second(), wheel_steps(profile)),
        row("resize", profile.resizes.per_second(), sizes()),
        row("held", profile.beats.per_second(), 1),
        acknowledgements(profile),
    };
    // 21 bits: any of Unicode's 1,114,112 code points, and whether a message ends behind it.
    rows.push_back({"text", points, 21, timing(texts, profile)});
    return rows;
}

}  // namespace sudare::input
