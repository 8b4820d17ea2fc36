// SPDX-License-Identifier: Apache-2.0
#include "server/broker/evidence/asked.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

#include "server/base/log.h"
#include "server/broker/audit/events.h"

namespace sudare::search {
namespace {

template <typename T = void>
using AskResult = tl::expected<T, ipc::CtlFailure>;

constexpr std::uint64_t kLastMax = 10'000;
constexpr std::size_t kTextMax = 1024;
constexpr std::int64_t kSecondsMax = std::int64_t{1} << 33;
constexpr std::int64_t kNanoseconds = 1'000'000'000;

tl::unexpected<ipc::CtlFailure> failed(std::string english, std::string japanese) {
    return tl::unexpected(
        ipc::CtlFailure{Errc::kBadInput, std::move(english), std::move(japanese)});
}

tl::unexpected<ipc::CtlFailure> wrong(const std::string& name, const std::string& value,
                                      const std::string& english, const std::string& japanese) {
    const std::string shown = printable(value.substr(0, kTextMax));
    return failed(name + " \"" + shown + "\" " + english, name + "「" + shown + "」: " + japanese);
}

std::optional<std::uint64_t> whole(const std::string& text) {
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return !text.empty() && error == std::errc() && end == text.data() + text.size()
               ? std::optional(number)
               : std::nullopt;
}

std::optional<std::array<std::uint8_t, 16>> address_of(const std::string& text) {
    std::array<std::uint8_t, 16> out{};
    if (text.find('\0') != std::string::npos)
        return std::nullopt;
    if (::inet_pton(AF_INET6, text.c_str(), out.data()) == 1)
        return out;
    if (::inet_pton(AF_INET, text.c_str(), out.data() + 12) != 1)
        return std::nullopt;
    out[10] = out[11] = 0xff;
    return out;
}

AskResult<> take_events(Asked& asked, const std::string& value) {
    std::vector<std::uint16_t> numbers;
    for (std::size_t at = 0; at <= value.size();) {
        const std::size_t comma = std::min(value.find(',', at), value.size());
        const std::string name = value.substr(at, comma - at);
        const auto rows = audit::event_rows();
        const auto row = std::ranges::find(rows, name, &audit::EventRow::name);
        if (row == rows.end())
            return wrong("event", name, "is no event; docs/audit-log.md has the table",
                         "そのような事象はありません。docs/audit-log.md の表を見てください");
        numbers.push_back(static_cast<std::uint16_t>(row->type));
        at = comma + 1;
    }
    asked.query.events(numbers);
    return {};
}

AskResult<> take_number(Asked& asked, const std::string& name, const std::string& value) {
    const auto number = whole(value);
    const bool time = name == "from" || name == "until";
    if (!number || (time && *number > std::uint64_t{kSecondsMax}) ||
        (name == "last" && (*number == 0 || *number > kLastMax)))
        return wrong(
            name, value, name == "last" ? "must be a number from 1 to 10000" : "must be a number",
            name == "last" ? "1 から 10000 の数字で指定してください" : "数字で指定してください");
    if (time)
        (name == "from" ? asked.query.from : asked.query.until) =
            static_cast<std::int64_t>(*number) * kNanoseconds;
    else if (name == "session")
        asked.query.session(*number);
    else if (name == "connection")
        asked.query.connection(*number);
    else
        (name == "last" ? asked.last : asked.query.first) = *number;
    return {};
}

AskResult<> take(Asked& asked, const std::string& name, const std::string& value) {
    if (value.empty() || value.size() > kTextMax)
        return wrong(name, value, "must have 1 to 1024 bytes", "1〜1024 バイトで指定してください");
    if (name == "user")
        asked.query.user(value);
    else if (name == "terminal")
        asked.query.terminal(value);
    else if (name == "host")
        asked.query.host(value);
    else if (name == "kind")
        asked.query.kind(value);
    else if (name == "text")
        asked.query.text(value);
    else if (name == "event")
        return take_events(asked, value);
    else if (name == "full")
        asked.full = true;
    else if (name == "from" || name == "until" || name == "session" || name == "connection" || name == "first" ||
             name == "last")
        return take_number(asked, name, value);
    else if (name == "address") {
        const auto address = address_of(value);
        if (!address)
            return wrong(name, value, "is no IP address", "IP アドレスではありません");
        asked.query.address(*address);
    } else if (name != "use")
        return wrong("condition", name, "is not known", "そのような条件はありません");
    return {};
}

// A value with a space does not read as two conditions.
std::string quoted(const std::string& value) {
    if (value.find_first_of(" =\"") == std::string::npos)
        return value;
    std::string out = "\"";
    for (const char c : value)
        out += c == '"' ? std::string("\\x22") : std::string(1, c);
    return out + '"';
}

}  // namespace

// Each name once, so that the record of the search says what it was.
AskResult<Asked> asked_for(const std::vector<std::string>& arguments) {
    Asked asked;
    std::vector<std::string> seen;
    if (arguments.size() % 2 != 0)
        return failed("names and values must come in pairs", "名前と値を組で指定してください");
    for (std::size_t i = 0; i < arguments.size(); i += 2) {
        const std::string &name = arguments[i], &value = arguments[i + 1];
        if (std::ranges::find(seen, name) != seen.end())
            return wrong("condition", name, "is there twice", "二度指定されています");
        seen.push_back(name);
        if (name == "reason") {
            asked.reason = value;
            continue;
        }
        if (auto taken = take(asked, name, value); !taken)
            return tl::unexpected(taken.error());
        asked.filter += (asked.filter.empty() ? "" : " ") + name + "=" + quoted(value);
    }
    return asked;
}

}  // namespace sudare::search
