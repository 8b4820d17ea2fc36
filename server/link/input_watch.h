// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>

#include "protocol/ipc/broker_link.h"
#include "protocol/wire/messages.h"
#include "server/base/token_bucket.h"

namespace sudare::link {

// Sees input that no hand makes: a program on the terminal that types a file into a form, or
// draws it with the pointer. Counts only, of what the filter let through; an alarm is a record for
// security staff and stops nothing (the rates of the profile bound what it carries). One thread.
//   kTypedFast   more than kFastCharacters within a minute (12 a second: reference/security.md 5)
//   kPasted      kPastedCharacters within two seconds: the longest sentences committed at once have
//                about 60 characters
//   kPointer     kPointerMoves in five minutes in which nothing is pressed, scrolled or typed
class InputWatch {
   public:
    using TimePoint = TokenBucket::TimePoint;
    static constexpr std::uint32_t kFastCharacters = 720;
    static constexpr std::uint32_t kPastedCharacters = 120;
    static constexpr std::uint32_t kPointerMoves = 6000;
    static constexpr std::chrono::minutes kPointerSpan{5};
    // One alarm of a kind in this time: the first says it, the counters say how much.
    static constexpr std::chrono::minutes kQuiet{10};

    // Keys pressed and code points; the alarm with how many in its span.
    std::optional<ipc::InputAlarm> typed(std::uint32_t characters, TimePoint now);
    std::optional<ipc::InputAlarm> moved(TimePoint now);
    // A button or the wheel: somebody looks at what the pointer does.
    void acted() { moves_ = 0; }

   private:
    static constexpr std::size_t kSeconds = 60;
    void forget_old(std::int64_t second);
    std::optional<ipc::InputAlarm> raise(ipc::InputAlarmKind kind, std::uint32_t number,
                                         TimePoint now);

    std::array<std::uint32_t, kSeconds> typed_{};  // by second, as far back as kSeconds
    std::int64_t second_ = 0;                      // the newest of them
    std::uint32_t moves_ = 0;                      // since moves_since_
    TimePoint moves_since_{};
    std::array<std::optional<TimePoint>, ipc::kInputAlarmKinds> raised_{};
};

}  // namespace sudare::link
