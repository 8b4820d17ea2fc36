// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "client/core/input_sender.h"
#include "client/probe/command.h"
#include "client/probe/waiting.h"

namespace sudare::probe {

// Presses one key again and again and takes the time from before the press is sent until a
// picture is presented in which the area has changed. Before each press the picture must have
// been still for kQuiet, so that each press meets an idle chain.
class Measurement {
   public:
    static constexpr std::chrono::milliseconds kQuiet{40};
    static constexpr std::chrono::milliseconds kLongest{5000};  // of one press

    Measurement(Watch& watch, Waiting& waiting, const Measure& what)
        : watch_(watch), waiting_(waiting), what_(what) {}

    // Answered with "latencies_us", one number for each press.
    std::optional<Answer> judge(Watch::Event event);

   private:
    std::optional<Answer> press_when_still();
    std::optional<Answer> take_change();
    [[nodiscard]] QJsonArray latencies() const;

    Watch& watch_;
    Waiting& waiting_;
    const Measure what_;
    bool pressed_ = false;
    QImage before_;
    Watch::Clock::time_point begun_ = Watch::Clock::now();
    std::vector<std::chrono::microseconds> taken_;
};

}  // namespace sudare::probe
