// SPDX-License-Identifier: Apache-2.0
#include "server/broker/retention/log_days.h"

#include <algorithm>

#include "server/broker/audit/deletion.h"

namespace sudare::retention {
namespace {

// An empty one, as a crash may leave it: the newest, and nothing is known of it.
bool is_empty(const evidence::Segment& segment) {
    return segment.bytes && segment.bytes->size() == 0;
}

// When the segment behind this one began; nullopt: none did.
Result<std::optional<std::int64_t>> next_time(std::span<const evidence::Segment> rest) {
    if (rest.empty() || is_empty(rest.front()))
        return std::optional<std::int64_t>();
    if (!rest.front().bytes)
        return rest.front().deleted ? std::optional(rest.front().deleted->first_time) : std::nullopt;
    SUDARE_TRY(const auto first, audit::first_record(rest.front()));
    return std::optional(first.time);
}

}  // namespace

Result<std::vector<LogDay>> log_days(std::span<const evidence::Segment> segments) {
    std::vector<LogDay> out;
    for (std::size_t i = 0; i < segments.size(); ++i) {
        const evidence::Segment& now = segments[i];
        if (!now.bytes || is_empty(now))
            continue;
        SUDARE_TRY(const auto first, audit::first_record(now));
        SUDARE_TRY(const auto next, next_time(segments.subspan(i + 1)));
        LogDay day;
        day.file = now.name;
        day.first = now.first;
        day.from_time = std::min(first.time, next.value_or(first.time));
        day.until_time = std::max(first.time, next.value_or(first.time));
        day.bytes = now.bytes->size();
        day.closed = next.has_value();
        if (day.closed)
            day.end = segments[i + 1].first;
        out.push_back(std::move(day));
    }
    return out;
}

Result<DayDeletion> read_for_deletion(std::span<const evidence::Segment> segments,
                                      const std::string& file) {
    const auto found = std::ranges::find(segments, file, &evidence::Segment::name);
    if (found == segments.end())
        return fail(Errc::kNotFound, file + " is not there any more");
    DayDeletion out;
    SUDARE_TRY(out.stays, audit::summarize(*found));
    SUDARE_TRY(out.repeats, audit::repeated(*found));
    return out;
}

}  // namespace sudare::retention
