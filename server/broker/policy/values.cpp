// SPDX-License-Identifier: Apache-2.0
// Texts to values and back, and which change loosens.
#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <bitset>
#include <charconv>
#include <functional>
#include <set>

#include "protocol/core/limits.h"
#include "protocol/ipc/text.h"
#include "server/broker/policy/fields.h"
#include "server/broker/policy/hosts.h"

namespace sudare::policy {
namespace {

constexpr std::size_t kTitleBytesMax = 128;
constexpr std::size_t kHourRangesMax = 8;
constexpr std::uint16_t kMinutesPerDay = 24 * 60;

tl::unexpected<Error> refuse(const FieldRow& row, std::string_view text, std::string why = {}) {
    std::string shown(text.substr(0, 80));
    return fail(Errc::kBadInput, std::string(row.name) + " = \"" + shown +
                                     "\": " + (why.empty() ? "" : why + "; ") +
                                     "permitted: " + syntax_of(row));
}

std::string_view trimmed(std::string_view text) {
    const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\r'; };
    while (!text.empty() && blank(text.front()))
        text.remove_prefix(1);
    while (!text.empty() && blank(text.back()))
        text.remove_suffix(1);
    return text;
}

std::vector<std::string_view> split(std::string_view text, std::string_view separators) {
    std::vector<std::string_view> parts;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find_first_of(separators), text.size());
        if (const auto part = trimmed(text.substr(0, end)); !part.empty())
            parts.push_back(part);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return parts;
}

std::optional<std::uint32_t> number_from(std::string_view text) {
    std::uint32_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size())
        return std::nullopt;
    return value;
}

bool is_url(std::string_view text) {
    if (text == "about:blank")
        return true;
    const std::size_t scheme = text.starts_with("https://")  ? 8
                               : text.starts_with("http://") ? 7
                                                             : 0;
    return scheme != 0 && text.size() > scheme && text.size() <= limits::kUrlBytesMax &&
           text[scheme] != '/' && text.find_first_of(" \"<>\\^`{|}") == std::string_view::npos &&
           ipc::is_plain_text(text);
}

// After the URL standard's host parser: such a name is an address, in one of many spellings.
bool ends_in_number(std::string_view host) {
    const std::string_view last = host.substr(host.rfind('.') + 1);  // npos + 1 is 0
    const auto all = [](std::string_view text, std::string_view digits) {
        return text.find_first_not_of(digits) == std::string_view::npos;
    };
    return all(last, "0123456789") ||
           (last.starts_with("0x") && all(last.substr(2), "0123456789abcdef"));
}

bool is_canonical_ipv4(std::string_view host) {
    in_addr address{};
    std::array<char, INET_ADDRSTRLEN> again{};
    return ::inet_pton(AF_INET, std::string(host).c_str(), &address) == 1 &&
           ::inet_ntop(AF_INET, &address, again.data(), again.size()) != nullptr &&
           host == again.data();
}

// At most what the egress takes (server/egress/host_rules.cpp), which refuses a configuration with
// any other pattern in it; a unit test compares the two.
bool is_host_pattern(std::string_view pattern) {
    const bool suffix = pattern.starts_with('.');
    if (suffix)
        pattern.remove_prefix(1);
    if (ends_in_number(pattern))
        return !suffix && is_canonical_ipv4(pattern);
    if (pattern.empty() || pattern.size() > limits::kHostBytesMax || pattern.ends_with('.'))
        return false;
    for (const std::string_view label : split(pattern, "."))
        if (label.size() > 63 || label.front() == '-' || label.back() == '-')
            return false;
    return pattern.find("..") == std::string_view::npos && pattern.front() != '.' &&
           std::ranges::all_of(pattern, [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
           });
}

Result<Value> parse_words(const FieldRow& row, std::string_view text) {
    std::uint32_t bits = 0;
    if (trimmed(text) == "none")
        return Value(bits);
    for (const std::string_view word : split(text, ",")) {
        const auto found = std::ranges::find(row.words, word);
        if (found == row.words.end())
            return refuse(row, text, "\"" + std::string(word.substr(0, 32)) + "\" is not known");
        bits |= 1U << (found - row.words.begin());
    }
    if (bits == 0)
        return refuse(row, text, "empty");
    return Value(bits);
}

std::optional<std::uint16_t> minute_from(std::string_view text) {
    if (text.size() != 5 || text[2] != ':')
        return std::nullopt;
    const auto hour = number_from(text.substr(0, 2));
    const auto minute = number_from(text.substr(3, 2));
    if (!hour || !minute || *minute > 59 || *hour * 60 + *minute > kMinutesPerDay)
        return std::nullopt;
    return static_cast<std::uint16_t>(*hour * 60 + *minute);
}

Result<Value> parse_hours(const FieldRow& row, std::string_view text) {
    std::vector<HourRange> ranges;
    for (const std::string_view part : split(text, ",")) {
        const auto from = minute_from(part.substr(0, std::min<std::size_t>(5, part.size())));
        const auto to =
            part.size() == 11 && part[5] == '-' ? minute_from(part.substr(6)) : std::nullopt;
        if (!from || !to || *from >= *to)
            return refuse(row, text, "\"" + std::string(part.substr(0, 32)) + "\" is not a range");
        ranges.push_back({*from, *to});
    }
    if (ranges.empty() || ranges.size() > kHourRangesMax)
        return refuse(row, text, "1 to 8 ranges");
    std::ranges::sort(ranges, {}, &HourRange::from);
    return Value(ranges);
}

Result<Value> parse_names(const FieldRow& row, std::string_view text) {
    std::vector<std::string> names;
    if (trimmed(text) == "any")
        return Value(names);
    for (const std::string_view name : split(text, ",")) {
        if (name.size() > limits::kTerminalNameBytesMax || name == "any")
            return refuse(row, text, "a name has 1 to 64 bytes and \"any\" stands alone");
        names.emplace_back(name);
    }
    if (names.empty() || names.size() > limits::kTerminalsMax)
        return refuse(row, text, "1 to 256 names");
    std::ranges::sort(names);
    names.erase(std::unique(names.begin(), names.end()), names.end());
    return Value(names);
}

// Lists keep their order: it is the number of a rule and the order of bookmarks.
Result<Value> parse_list(const FieldRow& row, std::string_view text, std::string_view separators,
                         std::size_t maximum, const std::function<bool(std::string_view)>& good) {
    std::vector<std::string> entries;
    for (const std::string_view entry : split(text, separators)) {
        if (!good(entry))
            return refuse(row, text,
                          "entry " + std::to_string(entries.size() + 1) + " \"" +
                              std::string(entry.substr(0, 64)) + "\" is malformed");
        entries.emplace_back(entry);
    }
    if (entries.size() > maximum)
        return refuse(row, text, "at most " + std::to_string(maximum) + " entries");
    return Value(entries);
}

bool is_bookmark(std::string_view entry) {
    const std::size_t bar = entry.find('|');
    return bar != std::string_view::npos && bar > 0 && bar <= kTitleBytesMax &&
           ipc::is_plain_text(entry.substr(0, bar)) && is_url(entry.substr(bar + 1));
}

std::string joined(const std::vector<std::string>& entries, std::string_view separator) {
    std::string out;
    for (const std::string& entry : entries)
        out.append(out.empty() ? "" : separator).append(entry);
    return out;
}

std::bitset<kMinutesPerDay> minutes_of(const Value& value) {
    std::bitset<kMinutesPerDay> minutes;
    for (const HourRange& range : std::get<std::vector<HourRange>>(value))
        for (std::size_t i = range.from; i < range.to; ++i)
            minutes.set(i);
    return minutes;
}

bool has_more(const std::vector<std::string>& wide, const std::vector<std::string>& narrow) {
    const std::set<std::string_view> known(narrow.begin(), narrow.end());
    return std::ranges::any_of(wide,
                               [&](const std::string& entry) { return !known.contains(entry); });
}

bool hosts_loosen(const std::vector<std::string>& before, const std::vector<std::string>& after) {
    const auto part = [](const std::vector<std::string>& all, std::string_view prefix) {
        std::vector<std::string> out;
        std::ranges::copy_if(all, std::back_inserter(out),
                             [&](const std::string& entry) { return entry.starts_with(prefix); });
        return out;
    };
    return has_more(part(after, "allow:"), part(before, "allow:")) ||
           has_more(part(before, "deny:"), part(after, "deny:"));
}

}  // namespace

Result<HostRuleText> parse_host_rule(std::string_view text) {
    HostRuleText rule;
    rule.allow = text.starts_with("allow:");
    if (!rule.allow && !text.starts_with("deny:"))
        return fail(Errc::kBadInput, "a host rule begins with allow: or deny:");
    std::string_view rest = text.substr(text.find(':') + 1);
    if (const std::size_t colon = rest.find(':'); colon != std::string_view::npos) {
        const auto port = number_from(rest.substr(colon + 1));
        if (!port || *port == 0 || *port > 65535)
            return fail(Errc::kBadInput, "a port is 1 to 65535");
        rule.port = static_cast<std::uint16_t>(*port);
        rest = rest.substr(0, colon);
    }
    if (!is_host_pattern(rest))
        return fail(Errc::kBadInput, "a host is lower case, IDNA A-labels (xn--...)");
    rule.pattern = std::string(rest);
    return rule;
}

Result<Value> parse(const FieldRow& row, std::string_view text) {
    const std::string_view word = trimmed(text);
    switch (row.type) {
        case FieldType::kFlag:
            if (word != "true" && word != "false")
                return refuse(row, text);
            return Value(std::uint32_t{word == "true" ? 1U : 0U});
        case FieldType::kNumber: {
            const auto number = number_from(word);
            if (!number || *number < row.low || *number > row.high)
                return refuse(row, text);
            return Value(*number);
        }
        case FieldType::kChoice: {
            const auto found = std::ranges::find(row.words, word);
            if (found == row.words.end())
                return refuse(row, text);
            return Value(static_cast<std::uint32_t>(found - row.words.begin()));
        }
        case FieldType::kWords:
            return parse_words(row, text);
        case FieldType::kHours:
            return parse_hours(row, text);
        case FieldType::kNames:
            return parse_names(row, text);
        case FieldType::kUrl:
            if (!is_url(word))
                return refuse(row, text);
            return Value(std::string(word));
        case FieldType::kHostRules:
            return parse_list(
                row, text, ",\n", limits::kHostEntriesMax, [](std::string_view entry) {
                    const auto list = list_named(entry);
                    return list ? is_list_name(*list) : parse_host_rule(entry).has_value();
                });
        case FieldType::kUrlList:
            return parse_list(row, text, "\n", limits::kDeniedUrlsMax, [](std::string_view entry) {
                return entry.size() <= limits::kUrlBytesMax && ipc::is_plain_text(entry);
            });
        case FieldType::kBookmarks:
            return parse_list(row, text, "\n", limits::kBookmarksMax, is_bookmark);
    }
    return refuse(row, text);
}

std::string format(const FieldRow& row, const Value& value) {
    switch (row.type) {
        case FieldType::kFlag:
            return std::get<std::uint32_t>(value) != 0 ? "true" : "false";
        case FieldType::kNumber:
            return std::to_string(std::get<std::uint32_t>(value));
        case FieldType::kChoice:
            return std::string(row.words[std::get<std::uint32_t>(value)]);
        case FieldType::kWords: {
            std::vector<std::string> words;
            for (std::size_t i = 0; i < row.words.size(); ++i)
                if ((std::get<std::uint32_t>(value) >> i & 1U) != 0)
                    words.emplace_back(row.words[i]);
            return words.empty() ? "none" : joined(words, ",");
        }
        case FieldType::kHours: {
            std::string out;
            const auto two = [](unsigned n) { return (n < 10 ? "0" : "") + std::to_string(n); };
            for (const HourRange& range : std::get<std::vector<HourRange>>(value))
                out += (out.empty() ? "" : ",") + two(range.from / 60U) + ":" +
                       two(range.from % 60U) + "-" + two(range.to / 60U) + ":" +
                       two(range.to % 60U);
            return out;
        }
        case FieldType::kNames: {
            const auto& names = std::get<std::vector<std::string>>(value);
            return names.empty() ? "any" : joined(names, ",");
        }
        case FieldType::kUrl:
            return std::get<std::string>(value);
        case FieldType::kHostRules:
            return joined(std::get<std::vector<std::string>>(value), ",");
        case FieldType::kUrlList:
        case FieldType::kBookmarks:
            return joined(std::get<std::vector<std::string>>(value), "\n");
    }
    return {};
}

// Scheme, host and port as written.
static std::string_view origin_of(std::string_view url) {
    const std::size_t host = url.find("://");
    return host == std::string_view::npos ? url : url.substr(0, url.find_first_of("/?#", host + 3));
}

bool loosens(const FieldRow& row, const Value& before, const Value& after) {
    const auto number = [](const Value& value) { return std::get<std::uint32_t>(value); };
    const auto list = [](const Value& value) -> const auto& {
        return std::get<std::vector<std::string>>(value);
    };
    switch (row.loosens) {
        case Loosens::kNever:
            return false;
        case Loosens::kWhenTrue:
        case Loosens::kWhenGreater:
            return number(after) > number(before);
        case Loosens::kWhenGreaterZeroUnlimited:
            return number(before) != 0 && (number(after) == 0 || number(after) > number(before));
        case Loosens::kWhenSmallerZeroUnlimited:
            return number(after) != 0 && (number(before) == 0 || number(after) < number(before));
        case Loosens::kWhenSmaller:
            return number(after) < number(before);
        case Loosens::kWhenWordAdded:
            return (number(after) & ~number(before)) != 0;
        case Loosens::kWhenWordRemoved:
            return (number(before) & ~number(after)) != 0;
        case Loosens::kHours:
            return (minutes_of(after) & ~minutes_of(before)).any();
        case Loosens::kNames:
            return !list(before).empty() &&
                   (list(after).empty() || has_more(list(after), list(before)));
        case Loosens::kHostRules:
            return hosts_loosen(list(before), list(after));
        case Loosens::kListShrinks:
            return has_more(list(before), list(after));
        case Loosens::kOrigin: {
            const auto& page = std::get<std::string>(after);
            return page != "about:blank" && origin_of(page) != origin_of(std::get<std::string>(before));
        }
    }
    return true;
}

}  // namespace sudare::policy
