// SPDX-License-Identifier: Apache-2.0
#include "client/core/input_sender.h"

#include <algorithm>
#include <cstdlib>

#include "protocol/core/limits.h"
#include "protocol/wire/text_rules.h"

namespace sudare::client {
namespace {

constexpr bool within(const InputSender::Pace& pace, std::uint32_t moves, std::uint32_t wheel) {
    return 1000 / pace.moves.count() <= moves && 1000 / pace.wheel.count() <= wheel;
}
static_assert(within(InputSender::kNormal, limits::kMovesPerSecond, limits::kWheelPerSecond));
static_assert(within(InputSender::kStrict, limits::kStrictMovesPerSecond,
                     limits::kStrictWheelPerSecond));
static_assert(1000 / limits::kHeldInterval.count() <= limits::kHeldPerSecond);
static_assert(1000 / InputSender::kNormal.resizes.count() <= limits::kResizePerSecond);

constexpr int kNotch = 120;
// Strict sends a notch in 50 ms: what a flick of the wheel leaves over ends in a quarter second.
constexpr int kStrictWheelMost = 5 * kNotch;

std::int16_t one_message(int step) {
    const int most = limits::kWheelStepMax;
    return static_cast<std::int16_t>(std::clamp(step, -most, most));
}

// The code points that may cross, in order; counts those left out.
QString permitted_text(const QString& committed, int& left_out) {
    QString kept;
    for (const char32_t point : committed.toUcs4()) {
        const QString one = QString::fromUcs4(&point, 1);
        // Judged behind a letter: a variation selector is legal only behind a character.
        const std::string probe = (QStringLiteral("x") + one).toStdString();
        if (wire::judge_text(probe).fault == wire::TextFault::kNone)
            kept += one;
        else
            ++left_out;
    }
    return kept;
}

}  // namespace

InputSender::InputSender(Sink sink, QObject* parent) : QObject(parent), sink_(std::move(sink)) {
    for (QTimer* timer : {&move_timer_, &wheel_timer_}) {
        timer->setSingleShot(true);
        timer->setTimerType(Qt::PreciseTimer);
    }
    connect(&move_timer_, &QTimer::timeout, this, &InputSender::flush_move);
    connect(&wheel_timer_, &QTimer::timeout, this, &InputSender::flush_wheel);
    connect(&held_timer_, &QTimer::timeout, this, [this] { sink_(wire::Held{}); });
    resize_timer_.setSingleShot(true);
    connect(&resize_timer_, &QTimer::timeout, this, [this] {
        if (waiting_display_)
            resize(*std::exchange(waiting_display_, std::nullopt));
    });
}

void InputSender::key(std::uint16_t code, bool down) {
    if (!wire::is_permitted_key(code) || keys_.test(code) == down)
        return;
    flush();
    keys_.set(code, down);
    sink_(wire::Key{code, down});
    watch_held();
}

void InputSender::stroke(std::uint16_t code, std::optional<std::uint16_t> held) {
    if (held)
        key(*held, true);
    key(code, true);
    key(code, false);
    if (held)
        key(*held, false);
}

void InputSender::move(wire::PointerMove position) {
    const auto coarse = [step = pace().position_step](std::uint16_t value) {
        return static_cast<std::uint16_t>(value - value % step);
    };
    waiting_move_ = {coarse(position.x), coarse(position.y)};
    if (!move_timer_.isActive())
        flush_move();
}

void InputSender::button(wire::Button button, bool down) {
    const auto index = static_cast<std::size_t>(button);
    if (buttons_.test(index) == down)
        return;
    flush();
    buttons_.set(index, down);
    sink_(wire::PointerButton{button, down});
    watch_held();
}

void InputSender::wheel(wire::Wheel step) {
    const int most = strict_ ? kStrictWheelMost : limits::kWheelStepMax;
    waiting_dx_ = std::clamp(waiting_dx_ + step.dx_120, -most, most);
    waiting_dy_ = std::clamp(waiting_dy_ + step.dy_120, -most, most);
    if (!wheel_timer_.isActive())
        flush_wheel();
}

int InputSender::text(const QString& committed) {
    int left_out = 0;
    const std::string utf8 = permitted_text(committed, left_out).toStdString();
    if (utf8.empty())
        return left_out;
    flush();
    for (const std::string_view piece : wire::split_text(utf8))
        sink_(wire::Text{std::string(piece)});
    return left_out;
}

// The first of a burst goes at once, the last one after Pace::resizes: dragging a window edge
// makes dozens of sizes a second, and every one of them would make the browser lay out again.
void InputSender::resize(const Display& display) {
    if (resize_timer_.isActive()) {
        waiting_display_ = display;
        return;
    }
    if (sent_display_ == display)
        return;
    if (sink_(wire::Resize{display}))
        sent_display_ = display;
    resize_timer_.start(pace().resizes);
}

void InputSender::release_all() {
    flush();
    keys_.reset();
    buttons_.reset();
    sink_(wire::ReleaseAll{});
    watch_held();
}

void InputSender::watch_held() {
    if (keys_.none() && buttons_.none())
        held_timer_.stop();
    else if (!held_timer_.isActive())
        held_timer_.start(limits::kHeldInterval);
}

void InputSender::reset() {
    keys_.reset();
    buttons_.reset();
    waiting_move_.reset();
    waiting_dx_ = waiting_dy_ = 0;
    waiting_display_.reset();
    sent_display_.reset();
    move_timer_.stop();
    wheel_timer_.stop();
    held_timer_.stop();
    resize_timer_.stop();
}

void InputSender::set_strict(bool strict) {
    strict_ = strict;
}

// Before a press, so that it happens at the place where the user sees the pointer.
void InputSender::flush() {
    flush_move();
    if (!strict_)
        flush_wheel();
}

void InputSender::flush_move() {
    if (!waiting_move_)
        return;
    sink_(*std::exchange(waiting_move_, std::nullopt));
    move_timer_.start(pace().moves);  // keeps the distance to the next one
}

bool InputSender::wheel_waits() const {
    const int least = strict_ ? kNotch : 1;
    return std::abs(waiting_dx_) >= least || std::abs(waiting_dy_) >= least;
}

// Strict: one notch along the axis that is further behind; what is less than a notch waits.
wire::Wheel InputSender::next_step() {
    if (!strict_)
        return {one_message(std::exchange(waiting_dx_, 0)),
                one_message(std::exchange(waiting_dy_, 0))};
    const bool sideways = std::abs(waiting_dx_) > std::abs(waiting_dy_);
    int& waiting = sideways ? waiting_dx_ : waiting_dy_;
    const std::int16_t notch = one_message(waiting > 0 ? kNotch : -kNotch);
    waiting -= notch;
    return sideways ? wire::Wheel{notch, 0} : wire::Wheel{0, notch};
}

void InputSender::flush_wheel() {
    if (!wheel_waits())
        return;
    sink_(next_step());
    wheel_timer_.start(pace().wheel);
}

}  // namespace sudare::client
