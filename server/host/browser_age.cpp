// SPDX-License-Identifier: Apache-2.0
#include "server/host/browser_age.h"

#include <sys/stat.h>

namespace sudare::host {

using std::chrono::system_clock;

Result<std::uint32_t> browser_age_days(const std::string& program, system_clock::time_point now) {
    struct stat file {};
    if (::stat(program.c_str(), &file) != 0)
        return fail(Errc::kNotFound, "the date of \"" + program +
                                         "\" cannot be read; install Debian's package chromium");
    const auto built = system_clock::from_time_t(file.st_mtim.tv_sec);
    if (built > now + kClockSlack)
        return fail(Errc::kState, "\"" + program +
                                      "\" has a date in the future; set the clock, or install "
                                      "chromium again");
    const auto age = std::chrono::duration_cast<std::chrono::hours>(now - built).count() / 24;
    return age < 0 ? 0U : static_cast<std::uint32_t>(age);
}

Result<std::uint32_t> browser_days_left(const std::string& program, std::uint32_t max_age_days,
                                        system_clock::time_point now) {
    SUDARE_TRY(const std::uint32_t age, browser_age_days(program, now));
    if (age > max_age_days)
        return fail(Errc::kLimit, "the browser is " + std::to_string(age) +
                                      " days old, browser.max_age_days is " +
                                      std::to_string(max_age_days) +
                                      "; update the package chromium");
    return max_age_days - age;
}

}  // namespace sudare::host
