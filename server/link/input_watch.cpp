// SPDX-License-Identifier: Apache-2.0
#include "server/link/input_watch.h"

#include <algorithm>
#include <numeric>

namespace sudare::link {

using ipc::InputAlarm;
using ipc::InputAlarmKind;

namespace {

std::int64_t second_of(InputWatch::TimePoint now) {
    return std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count();
}

}  // namespace

void InputWatch::forget_old(std::int64_t second) {
    const auto passed = std::min<std::int64_t>(second - second_, kSeconds);
    for (std::int64_t i = 1; i <= passed; ++i)
        typed_[static_cast<std::size_t>(second_ + i) % kSeconds] = 0;
    if (passed == kSeconds)  // a long silence: each of them is old
        typed_.fill(0);
    second_ = second;
}

std::optional<InputAlarm> InputWatch::typed(std::uint32_t characters, TimePoint now) {
    moves_ = 0;
    const std::int64_t second = second_of(now);
    forget_old(second);
    const auto at = static_cast<std::size_t>(second) % kSeconds;
    typed_[at] += characters;
    const std::uint32_t burst = typed_[at] + typed_[(at + kSeconds - 1) % kSeconds];
    if (burst >= kPastedCharacters)
        if (auto alarm = raise(InputAlarmKind::kPasted, burst, now))
            return alarm;
    const std::uint32_t minute = std::accumulate(typed_.begin(), typed_.end(), 0U);
    return minute > kFastCharacters ? raise(InputAlarmKind::kTypedFast, minute, now) : std::nullopt;
}

std::optional<InputAlarm> InputWatch::moved(TimePoint now) {
    if (moves_ == 0 || now - moves_since_ > kPointerSpan) {
        moves_ = 0;
        moves_since_ = now;
    }
    return ++moves_ >= kPointerMoves ? raise(InputAlarmKind::kPointer, moves_, now) : std::nullopt;
}

std::optional<InputAlarm> InputWatch::raise(InputAlarmKind kind, std::uint32_t number,
                                            TimePoint now) {
    auto& raised = raised_[static_cast<std::size_t>(kind) - 1];
    if (raised && now - *raised < kQuiet)
        return std::nullopt;
    raised = now;
    return InputAlarm{0, kind, number};
}

}  // namespace sudare::link
