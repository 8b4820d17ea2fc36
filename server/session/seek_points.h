// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <chrono>
#include <optional>

namespace sudare::session {

// When a recorded session sends its whole picture again, so that a replay can begin there: kEvery
// after the last one in which something was shown, in a moment in which nobody waits for the
// picture (it has been quiet for kQuiet), or kLate after it was due. Nothing is sent while nothing
// changes.
class SeekPoints {
public:
    using Clock = std::chrono::steady_clock;
    static constexpr std::chrono::minutes kEvery{5};
    static constexpr std::chrono::seconds kQuiet{2}, kLate{60};

    // From now on, or not; the first whole picture of a recording is the caller's.
    void follow(bool recorded, Clock::time_point now) {
        recorded_ = recorded;
        whole(now);
    }
    // A whole picture was sent, whoever wanted it.
    void whole(Clock::time_point now) {
        last_ = now;
        changed_.reset();
    }
    void changed(Clock::time_point now) { changed_ = now; }

    // When due() will be true, if nothing changes until then; nullopt: not before something
    // changes.
    [[nodiscard]] std::optional<Clock::time_point> next() const {
        if (!recorded_ || !changed_)
            return std::nullopt;
        const auto quiet = *changed_ + kQuiet;
        return quiet > last_ + kEvery + kLate ? last_ + kEvery + kLate
                                              : std::max(quiet, last_ + kEvery);
    }
    [[nodiscard]] bool due(Clock::time_point now) const {
        const auto when = next();
        return when && now >= *when;
    }

private:
    bool recorded_ = false;
    Clock::time_point last_{};
    std::optional<Clock::time_point> changed_;  // since the last whole picture
};

}  // namespace sudare::session
