// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace sudare::broker {

// What session hosts have last told of the age of their browser (setting browser.max_age_days of
// host.toml), for `sudarectl status` and the log. In memory only: after a restart it is unknown
// until a session starts, and told again. One thread.
class BrowserWatch {
public:
    // From here on it is announced: two weeks to install an update, and Chromium's come weekly.
    static constexpr std::uint32_t kAnnouncedDays = 14;

    // A session has started, and may do so for `days` more. `today`: any number that changes at
    // midnight. True: record it; at most once a day.
    bool days_left(std::uint32_t days, int today) {
        days_ = days;
        refused_ = false;
        if (days > kAnnouncedDays || today == announced_)
            return false;
        announced_ = today;
        return true;
    }
    // A session did not start because of it.
    void refused() {
        days_ = 0;
        refused_ = true;
    }

    // "unknown": no host has told, or none has the setting. "ok", "update_soon", "too_old".
    [[nodiscard]] std::string_view state() const {
        return !days_                    ? "unknown"
               : refused_                ? "too_old"
               : *days_ > kAnnouncedDays ? "ok"
                                         : "update_soon";
    }
    [[nodiscard]] std::optional<std::uint32_t> days() const { return days_; }

private:
    std::optional<std::uint32_t> days_;
    bool refused_ = false;
    int announced_ = -1;
};

}  // namespace sudare::broker
