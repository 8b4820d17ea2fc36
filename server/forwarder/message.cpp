// SPDX-License-Identifier: Apache-2.0
#include "server/forwarder/message.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <span>
#include <vector>

#include "protocol/core/reader.h"
#include "protocol/core/reason.h"
#include "server/base/log.h"
#include "server/broker/audit/events.h"

namespace sudare::forwarder {
namespace {

using audit::EventType;
using audit::Field;
using audit::FieldKind;

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
constexpr std::uint32_t kAlert = 1, kError = 3, kWarning = 4, kNotice = 5, kInformational = 6;
constexpr std::size_t kNoLimit = evidence::kRecordBytesMax;
// What a value is cut to, step by step, until the message fits.
constexpr std::array<std::size_t, 6> kCuts{kNoLimit, 4096, 1024, 256, 64, 16};

struct Parameter {
    std::string name;
    std::string value;  // not yet escaped for structured data
};

std::string address_or_hex(std::uint16_t field, std::span<const std::uint8_t> bytes) {
    const bool address = field == static_cast<std::uint16_t>(Field::kAddress) ||
                         field == static_cast<std::uint16_t>(Field::kHostAddress);
    if (!address || bytes.size() != 16)
        return evidence::hex(bytes);
    constexpr std::array<std::uint8_t, 12> kMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (std::equal(kMapped.begin(), kMapped.end(), bytes.begin()))
        ::inet_ntop(AF_INET, bytes.data() + 12, text.data(), text.size());
    else
        ::inet_ntop(AF_INET6, bytes.data(), text.data(), text.size());
    return text.data();
}

std::string number_text(std::uint16_t field, std::uint64_t number) {
    if (field == static_cast<std::uint16_t>(Field::kReason) && number <= 0xffff)
        if (const auto reason = end_reason_from(static_cast<std::uint16_t>(number)))
            return std::string(name_of(*reason));
    return std::to_string(number);
}

std::string value_of(const evidence::FieldView& view) {
    Reader in(view.value);
    switch (static_cast<FieldKind>(view.kind)) {
        case FieldKind::kNumber:
            return number_text(view.field, in.u64());
        case FieldKind::kFlag:
            return in.u8() != 0 ? "true" : "false";
        case FieldKind::kText:
            return printable({reinterpret_cast<const char*>(view.value.data()), view.value.size()});
        case FieldKind::kBytes:
            return address_or_hex(view.field, view.value);
    }
    return {};
}

// A field of a later version is named by its number.
std::string name_of_field(std::uint16_t field) {
    const auto* row = audit::row_of(static_cast<Field>(field));
    return row != nullptr ? std::string(row->name) : "field_" + std::to_string(field);
}

std::string name_of_event(std::uint16_t event) {
    const auto* row = audit::row_of(static_cast<EventType>(event));
    return row != nullptr ? std::string(row->name) : "event_" + std::to_string(event);
}

// RFC 5424 section 6.3.3: these three, and no others.
void append_parameter(std::string& out, std::string_view name, std::string_view value) {
    out += ' ';
    out += name;
    out += "=\"";
    for (const char one : value) {
        if (one == '"' || one == '\\' || one == ']')
            out += '\\';
        out += one;
    }
    out += '"';
}

// At most so many bytes, and no half character.
std::string_view cut_to(std::string_view text, std::size_t most) {
    if (text.size() <= most)
        return text;
    while (most > 0 && (static_cast<std::uint8_t>(text[most]) & 0xc0U) == 0x80U)
        --most;
    return text.substr(0, most);
}

std::string time_text(std::int64_t nanoseconds) {
    constexpr std::int64_t kSecond = 1'000'000'000;
    std::int64_t rest = nanoseconds % kSecond;
    std::time_t seconds = nanoseconds / kSecond;
    if (rest < 0) {
        rest += kSecond;
        --seconds;
    }
    std::tm parts{};
    // RFC 3339 has four digits of year; "-" is RFC 5424's word for "not known".
    if (::gmtime_r(&seconds, &parts) == nullptr || parts.tm_year < -1900 || parts.tm_year > 8099)
        return "-";
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z", parts.tm_year + 1900,
                       parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec,
                       rest / 1000);
}

std::string header(std::uint32_t severity, std::int64_t time, std::string_view event,
                   const MessageOptions& options) {
    return fmt::format("<{}>1 {} {} sudare - {} [sudare@{}", kFacility * 8 + severity,
                       time_text(time), options.host, event, options.enterprise);
}

std::string with_values(std::string message, std::span<const Parameter> parameters,
                        std::size_t most, std::string_view words) {
    std::string cut;
    for (const Parameter& one : parameters) {
        const std::string_view shown = cut_to(one.value, most);
        append_parameter(message, one.name, shown);
        if (shown.size() < one.value.size())
            cut += (cut.empty() ? "" : " ") + one.name;
    }
    if (!cut.empty())
        append_parameter(message, "cut", cut);
    message += ']';
    if (!words.empty())
        message.append(" ").append(kByteOrderMark).append(words);
    return message;
}

}  // namespace

std::uint32_t severity_of(std::uint16_t event) {
    if (audit::row_of(static_cast<EventType>(event)) == nullptr)
        return kNotice;
    switch (static_cast<EventType>(event)) {
        case EventType::kLogLost:
        case EventType::kLogUnsigned:
        case EventType::kLinkViolation:
        case EventType::kForwardViolation:
        case EventType::kSelfTestAlarm:
        case EventType::kEmergencyStarted:
            return kAlert;
        case EventType::kChangeFailed:
        case EventType::kRecordingFailed:
            return kError;
        case EventType::kLogRecovered:
        case EventType::kClockBack:
        case EventType::kDatabaseOlder:
        case EventType::kInputAlarm:
        case EventType::kAdminRefused:
        case EventType::kIndexRebuilt:
        case EventType::kRenewalRefused:
        case EventType::kForwardBehind:
        case EventType::kRetentionWaits:
        case EventType::kSpaceLow:
        case EventType::kSelfTestMissing:
            return kWarning;
        case EventType::kConnectionRefused:
        case EventType::kHandshakeFailed:
        case EventType::kLoginRefused:
        case EventType::kSessionRefused:
        case EventType::kRefusal:
        case EventType::kExpiresSoon:
        case EventType::kRecordingOpened:
        case EventType::kLogSegmentDeleted:
        case EventType::kRecordingDeleted:
        case EventType::kHoldEnded:
        case EventType::kEmergencyEnded:
        case EventType::kEvidenceExported:
        case EventType::kBackupMade:
            return kNotice;
        default:
            return kInformational;
    }
}

std::string message_of(const evidence::RecordView& record, const evidence::Hash& leaf, bool again,
                       const MessageOptions& options) {
    std::string start =
        header(severity_of(record.event), record.time, name_of_event(record.event), options);
    append_parameter(start, "index", std::to_string(record.index));
    append_parameter(start, "leaf", evidence::hex(leaf));
    if (again)
        append_parameter(start, "again", "true");
    std::vector<Parameter> parameters;
    record.each([&](const evidence::FieldView& view) {
        parameters.push_back({name_of_field(view.field), value_of(view)});
    });
    const auto* row = audit::row_of(static_cast<EventType>(record.event));
    const std::string_view words = row != nullptr ? row->japanese : std::string_view();
    for (const std::size_t most : kCuts) {
        std::string message = with_values(start, parameters, most, words);
        if (message.size() <= options.bytes_max)
            return message;
    }
    append_parameter(start, "cut", "all");
    return with_values(std::move(start), {}, 0, words);
}

std::string gap_message(std::uint64_t first, std::uint64_t end, std::int64_t time,
                        const MessageOptions& options) {
    std::string start = header(kWarning, time, "not_forwarded", options);
    append_parameter(start, "first", std::to_string(first));
    append_parameter(start, "end", std::to_string(end));
    return with_values(std::move(start), {}, 0, "転送前に規則により削除");
}

std::string framed(std::string_view message) {
    return std::to_string(message.size()) + " " + std::string(message);
}

}  // namespace sudare::forwarder
