// SPDX-License-Identifier: Apache-2.0
#include "server/broker/policy/effective.h"

#include <algorithm>

namespace sudare::policy {
namespace {

using I = FieldId;
constexpr std::uint32_t kDaySeconds = 24 * 60 * 60;

std::string target_of(const std::string& rule) {
    return rule.substr(rule.find(':') + 1);
}

struct NumberedRule {
    std::uint32_t number;
    const std::string* text;
};

const std::vector<std::string>& rules_of(const Layer& layer) {
    static const std::vector<std::string> kNone;
    const auto& value = layer.at(I::kWebHosts);
    return value ? std::get<std::vector<std::string>>(*value) : kNone;
}

std::vector<NumberedRule> merged_rules(const Layer& defaults, const Layer& user) {
    std::vector<NumberedRule> out;
    std::vector<std::string> own;
    const auto& mine = rules_of(user);
    for (std::size_t i = 0; i < mine.size(); ++i) {
        out.push_back({kUserRuleBase + static_cast<std::uint32_t>(i) + 1, &mine[i]});
        own.push_back(target_of(mine[i]));
    }
    std::ranges::sort(own);
    const auto& general = rules_of(defaults);
    for (std::size_t i = 0; i < general.size(); ++i)
        if (!std::ranges::binary_search(own, target_of(general[i])))
            out.push_back({static_cast<std::uint32_t>(i) + 1, &general[i]});
    return out;
}

unsigned weekday_bit(const std::tm& local) {
    return static_cast<unsigned>((local.tm_wday + 6) % 7);
}

ipc::WebPolicy web_policy(const Effective& effective, const Layer& defaults, const Layer& user) {
    ipc::WebPolicy web;
    web.allow_by_default = effective.number(I::kWebAllowByDefault) != 0;
    web.plain_http = effective.number(I::kWebPlainHttp) != 0;
    web.clipboard_in_browser = effective.number(I::kWebClipboard) != 0;
    web.start_page = std::get<std::string>(effective.at(I::kWebStartPage));
    for (const NumberedRule& rule : merged_rules(defaults, user))
        if (const auto parsed = parse_host_rule(*rule.text))
            web.hosts.push_back({rule.number, parsed->allow, parsed->port, parsed->pattern});
    web.denied_urls = effective.list(I::kWebDeniedUrls);
    for (const std::string& entry : effective.list(I::kWebBookmarks)) {
        const std::size_t bar = entry.find('|');
        web.bookmarks.push_back({entry.substr(0, bar), entry.substr(bar + 1)});
    }
    web.connections_max = effective.number(I::kWebConnectionsMax);
    web.megabytes_per_day = effective.number(I::kWebMegabytesPerDay);
    return web;
}

}  // namespace

std::string_view name_of(Origin origin) {
    switch (origin) {
        case Origin::kBuiltIn:
            return "built-in";
        case Origin::kDefault:
            return "default";
        case Origin::kUser:
            return "user";
    }
    return "unknown";
}

Effective merge(const Layer& defaults, const Layer& user) {
    Effective out;
    for (const FieldRow& row : field_rows()) {
        const auto at = static_cast<std::size_t>(row.id);
        out.values[at] = parse(row, row.initial).value();  // the table is checked by a test
        for (const auto& [layer, origin] :
             {std::pair(&defaults, Origin::kDefault), std::pair(&user, Origin::kUser)})
            if (const auto& value = layer->at(row.id)) {
                out.values[at] = *value;
                out.origins[at] = origin;
            }
    }
    std::vector<std::string> hosts;
    for (const NumberedRule& rule : merged_rules(defaults, user))
        hosts.push_back(*rule.text);
    out.values[static_cast<std::size_t>(I::kWebHosts)] = std::move(hosts);
    return out;
}

ipc::SessionPolicy session_policy(const Effective& effective, const Layer& defaults,
                                  const Layer& user, std::uint32_t version) {
    ipc::SessionPolicy out;
    out.version = version;
    out.idle_minutes = effective.number(I::kAccessIdleMinutes);
    out.total_minutes = effective.number(I::kAccessTotalMinutes);
    out.resume_minutes = static_cast<std::uint16_t>(effective.number(I::kAccessResumeMinutes));
    out.recording = static_cast<ipc::Recording>(effective.number(I::kEvidenceRecording));
    out.web = web_policy(effective, defaults, user);
    out.input.keyboard = effective.number(I::kInputKeyboard) != 0;
    out.input.pointer = effective.number(I::kInputPointer) != 0;
    out.input.text = effective.number(I::kInputText) != 0;
    out.input.characters_per_minute =
        static_cast<std::uint16_t>(effective.number(I::kInputCharactersPerMinute));
    out.input.blocked_combinations = effective.number(I::kInputBlocked);
    out.display.width_max = static_cast<std::uint16_t>(effective.number(I::kDisplayWidthMax));
    out.display.height_max = static_cast<std::uint16_t>(effective.number(I::kDisplayHeightMax));
    out.display.frames_per_second =
        static_cast<std::uint8_t>(effective.number(I::kDisplayFramesPerSecond));
    out.display.kilobits_per_second = effective.number(I::kDisplayKilobitsPerSecond);
    out.display.watermark = static_cast<std::uint8_t>(effective.number(I::kDisplayWatermark));
    return out;
}

std::optional<EndReason> access_denied(const Effective& effective, std::string_view terminal,
                                       const std::tm& local) {
    const auto& terminals = effective.list(I::kAccessTerminals);
    const bool here =
        terminals.empty() || std::ranges::find(terminals, terminal) != terminals.end();
    if (effective.number(I::kAccessEnabled) == 0 || !here ||
        seconds_permitted(effective, local) == 0)
        return EndReason::kNotPermitted;
    return std::nullopt;
}

std::uint32_t seconds_permitted(const Effective& effective, const std::tm& local) {
    const auto& ranges = std::get<std::vector<HourRange>>(effective.at(I::kAccessHours));
    if ((effective.number(I::kAccessWeekdays) >> weekday_bit(local) & 1U) == 0)
        return 0;
    const auto now =
        static_cast<std::uint32_t>(local.tm_hour * 3600 + local.tm_min * 60 + local.tm_sec);
    // Ranges are sorted; those that touch or overlap count as one.
    std::uint32_t until = 0;
    for (const HourRange& range : ranges) {
        const std::uint32_t from = range.from * 60U;
        const std::uint32_t to = range.to * 60U;
        if (from <= std::max(now, until) && to > now)
            until = std::max(until, to);
    }
    if (until <= now)
        return 0;
    // All day and all week is no end at all: midnight must not end a night shift's session.
    const bool endless = until == kDaySeconds && effective.number(I::kAccessWeekdays) == 0x7f &&
                         ranges.front().from == 0;
    return endless ? 7 * kDaySeconds : until - now;
}

}  // namespace sudare::policy
