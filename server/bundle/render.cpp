// SPDX-License-Identifier: Apache-2.0
#include "server/bundle/render.h"

#include <arpa/inet.h>

#include <array>
#include <cstdio>
#include <ctime>

#include "protocol/core/reader.h"
#include "protocol/core/reason.h"
#include "server/broker/audit/events.h"
#include "server/bundle/csv_text.h"
#include "server/bundle/text.h"

namespace sudare::bundle {
namespace {

using audit::Field;
using evidence::FieldView;

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kJapan = 9 * 3600;  // no summer time

const audit::FieldRow* row_of(const FieldView& field) {
    return audit::row_of(static_cast<Field>(field.field));
}

std::string name_of(const FieldView& field) {
    const auto* row = row_of(field);
    return row != nullptr ? std::string(row->name) : "field_" + std::to_string(field.field);
}

std::string name_of_event(std::uint16_t event) {
    const auto* row = audit::row_of(static_cast<audit::EventType>(event));
    return row != nullptr ? std::string(row->name) : "event_" + std::to_string(event);
}

struct Moment {
    std::tm parts{};
    std::int64_t nanoseconds = 0;
};
Moment moment_of(std::int64_t nanoseconds, std::int64_t offset) {
    std::int64_t seconds = nanoseconds / kSecond, rest = nanoseconds % kSecond;
    if (rest < 0)
        rest += kSecond, --seconds;
    Moment out{{}, rest};
    const std::time_t time = seconds + offset;
    ::gmtime_r(&time, &out.parts);
    return out;
}

std::string address_of(std::span<const std::uint8_t> bytes) {
    constexpr std::array<std::uint8_t, 12> kMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    if (bytes.size() != 16)
        return evidence::hex(bytes);
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (std::equal(kMapped.begin(), kMapped.end(), bytes.begin()))
        ::inet_ntop(AF_INET, bytes.data() + 12, text.data(), text.size());
    else
        ::inet_ntop(AF_INET6, bytes.data(), text.data(), text.size());
    return text.data();
}

struct Plain {
    std::string text;  // as it is, not escaped
    bool bare = false;  // a number or a flag
};

Plain value_of(const FieldView& field) {
    Reader in(field.value);
    if (field.kind == static_cast<std::uint8_t>(audit::FieldKind::kNumber)) {
        const std::uint64_t number = in.u64();
        if (static_cast<Field>(field.field) == Field::kReason && number <= 0xffff)
            if (const auto reason = end_reason_from(static_cast<std::uint16_t>(number)))
                return {std::string(sudare::name_of(*reason))};
        return {std::to_string(number), true};
    }
    if (field.kind == static_cast<std::uint8_t>(audit::FieldKind::kFlag))
        return {in.u8() == 1 ? "true" : "false", true};
    if (field.kind == static_cast<std::uint8_t>(audit::FieldKind::kText))
        return {std::string(as_text(field.value))};
    const bool address = static_cast<Field>(field.field) == Field::kAddress ||
                         static_cast<Field>(field.field) == Field::kHostAddress;
    return {address ? address_of(field.value) : evidence::hex(field.value)};
}

constexpr Field kColumns[] = {Field::kUser, Field::kTerminal, Field::kSession, Field::kHost,
                              Field::kVerdict, Field::kKind, Field::kReason, Field::kCause};

// So that no value looks like more fields.
std::string word(const std::string& value) {
    const std::string shown = visible(value);
    if (shown.find_first_of(" =\"") == std::string::npos)
        return shown;
    std::string out = "\"";
    for (const char c : shown)
        out += c == '"' ? std::string("\\x22") : std::string(1, c);
    return out + '"';
}

}  // namespace

std::string utc(std::int64_t nanoseconds) {
    const auto [p, rest] = moment_of(nanoseconds, 0);
    char text[80];
    std::snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%02d.%09lldZ", p.tm_year + 1900,
                  p.tm_mon + 1, p.tm_mday, p.tm_hour, p.tm_min, p.tm_sec,
                  static_cast<long long>(rest));
    return text;
}

std::string japan_time(std::int64_t nanoseconds) {
    const auto [p, rest] = moment_of(nanoseconds, kJapan);
    char text[80];
    std::snprintf(text, sizeof text, "%04d-%02d-%02d %02d:%02d:%02d", p.tm_year + 1900,
                  p.tm_mon + 1, p.tm_mday, p.tm_hour, p.tm_min, p.tm_sec);
    return text;
}

bool is_known(const evidence::RecordView& record) {
    bool known = audit::row_of(static_cast<audit::EventType>(record.event)) != nullptr;
    record.each([&](const FieldView& field) { known = known && row_of(field) != nullptr; });
    return known;
}

std::string json_line(const evidence::RecordView& record) {
    std::string out = "{\"index\":" + std::to_string(record.index) + ",\"time\":\"" +
                      utc(record.time) + "\",\"event\":\"" + name_of_event(record.event) + '"';
    record.each([&](const FieldView& field) {
        const Plain value = value_of(field);
        out += ",\"" + name_of(field) + "\":" + (value.bare ? value.text : json_text(value.text));
    });
    return out + "}\n";
}

std::string csv_header() {
    std::vector<std::string> cells{"index", "time_utc", "time_japan", "event", "event_ja"};
    for (const Field field : kColumns)
        cells.emplace_back(audit::row_of(field)->name);
    cells.emplace_back("all");
    return kByteOrderMark + csv_line(cells);
}

std::string csv_row(const evidence::RecordView& record) {
    const auto* event = audit::row_of(static_cast<audit::EventType>(record.event));
    std::vector<std::string> cells{std::to_string(record.index), utc(record.time),
                                   japan_time(record.time), name_of_event(record.event),
                                   event != nullptr ? std::string(event->japanese) : ""};
    std::string all;
    std::array<std::string, std::size(kColumns)> columns;
    record.each([&](const FieldView& field) {
        const Plain value = value_of(field);
        for (std::size_t i = 0; i < columns.size(); ++i)
            if (static_cast<std::uint16_t>(kColumns[i]) == field.field)
                columns[i] = csv_cell(visible(value.text));
        all += (all.empty() ? "" : "  ") + name_of(field) + "=" + word(value.text);
    });
    cells.insert(cells.end(), columns.begin(), columns.end());
    cells.push_back(csv_cell(all));
    return csv_line(cells);
}

}  // namespace sudare::bundle
