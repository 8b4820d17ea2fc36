// SPDX-License-Identifier: Apache-2.0
#include "server/ctl/times.h"

#include <array>
#include <cstdlib>
#include <ctime>
#include <string_view>

#include "server/base/log.h"

namespace sudare::ctl {
namespace {

constexpr std::size_t kDurationDigitsMax = 7;

// Only if all of the text is that. strptime takes February 31; the calendar does not.
std::optional<std::tm> parsed(const std::string& text, const char* format) {
    std::tm parts{};
    const char* end = ::strptime(text.c_str(), format, &parts);
    if (end == nullptr || *end != '\0')
        return std::nullopt;
    std::tm day{};
    day.tm_year = parts.tm_year;
    day.tm_mon = parts.tm_mon;
    day.tm_mday = parts.tm_mday;
    ::timegm(&day);
    if (day.tm_mday != parts.tm_mday || day.tm_mon != parts.tm_mon)
        return std::nullopt;
    parts.tm_isdst = -1;
    return parts;
}

}  // namespace

std::optional<std::int64_t> time_from(const std::string& text, DayEnd end) {
    if (auto day = parsed(text, "%Y-%m-%d")) {
        if (end == DayEnd::kEnd)
            ++day->tm_mday;  // not 24 hours: a day may have another length
        return std::int64_t{::mktime(&*day)};
    }
    for (const char* format : {"%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%dT%H:%M%z"})
        if (auto time = parsed(text, format)) {
            const long offset = time->tm_gmtoff;
            return std::int64_t{::timegm(&*time)} - offset;
        }
    for (const char* format : {"%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M"})
        if (auto time = parsed(text, format))
            return std::int64_t{::mktime(&*time)};
    return std::nullopt;
}

std::optional<std::int64_t> duration_from(const std::string& text) {
    const std::size_t unit = std::string_view("smhd").find(text.empty() ? 'x' : text.back());
    if (unit == std::string_view::npos || text.size() < 2 || text.size() > kDurationDigitsMax + 1 ||
        text.find_first_not_of("0123456789") != text.size() - 1)
        return std::nullopt;
    constexpr std::array<std::int64_t, 4> kSeconds{1, 60, 3600, 86400};
    return std::stoll(text) * kSeconds[unit];
}

std::string local_time(std::int64_t seconds) {
    const auto time = static_cast<std::time_t>(seconds);
    std::tm parts{};
    ::localtime_r(&time, &parts);
    const long minutes = std::labs(parts.tm_gmtoff) / 60;
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}{}{:02}:{:02}", parts.tm_year + 1900,
                       parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec,
                       parts.tm_gmtoff < 0 ? '-' : '+', minutes / 60, minutes % 60);
}

}  // namespace sudare::ctl
