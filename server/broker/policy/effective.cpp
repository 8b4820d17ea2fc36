// SPDX-License-Identifier: Apache-2.0
#include "server/broker/policy/effective.h"

#include <algorithm>

namespace sudare::policy {
namespace {

using I = FieldId;
constexpr std::uint32_t kDaySeconds = 24 * 60 * 60;

unsigned weekday_bit(const std::tm& local) {
    return static_cast<unsigned>((local.tm_wday + 6) % 7);
}

ipc::WebPolicy web_policy(const Effective& effective, ipc::HostRules hosts) {
    ipc::WebPolicy web;
    web.allow_by_default = effective.number(I::kWebAllowByDefault) != 0;
    web.plain_http = effective.number(I::kWebPlainHttp) != 0;
    web.clipboard_in_browser = effective.number(I::kWebClipboard) != 0;
    web.start_page = std::get<std::string>(effective.at(I::kWebStartPage));
    web.hosts = std::move(hosts);
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

std::string describe(const NamedLayer& layer) {
    switch (layer.origin) {
        case Origin::kBuiltIn:
            return std::string(kBuiltInName);
        case Origin::kDefault:
            return "default";
        case Origin::kGroup:
            return "group " + layer.name;
        case Origin::kUser:
            return "user";
        case Origin::kException:
            return "exception " + layer.name;
    }
    return "unknown";
}

Decision decide(const FieldRow& row, const Layers& layers) {
    const NamedLayer* decides = nullptr;
    const auto last = std::find_if(layers.rbegin(), layers.rend(), [&row](const NamedLayer& one) {
        return one.layer->at(row.id).has_value();
    });
    if (last != layers.rend())
        decides = &*last;
    std::string origin = decides != nullptr ? describe(*decides) : std::string(kBuiltInName);
    if (row.id == I::kWebHosts) {
        std::vector<std::string> hosts;
        for (const MergedRule& one : merged_rules(layers))
            hosts.push_back(one.rule->text);
        return {std::move(hosts), std::move(origin)};
    }
    if (decides != nullptr)
        return {*decides->layer->at(row.id), std::move(origin)};
    return {parse(row, row.initial).value(), std::move(origin)};  // the table is checked by a test
}

Effective merge_without_hosts(const Layers& layers) {
    Effective out;
    for (const FieldRow& row : field_rows()) {
        if (row.id == I::kWebHosts) {
            out.values[static_cast<std::size_t>(row.id)] = std::vector<std::string>();
            continue;
        }
        const auto at = static_cast<std::size_t>(row.id);
        Decision one = decide(row, layers);
        out.values[at] = std::move(one.value);
        out.origins[at] = std::move(one.origin);
    }
    return out;
}

Effective merge(const Layers& layers) {
    Effective out = merge_without_hosts(layers);
    Decision hosts = decide(row_of(I::kWebHosts), layers);
    const auto at = static_cast<std::size_t>(I::kWebHosts);
    out.values[at] = std::move(hosts.value);
    out.origins[at] = std::move(hosts.origin);
    return out;
}

ipc::SessionPolicy session_policy(const Effective& effective, const Layers& layers,
                                  std::uint32_t version, HostMerges& merges) {
    ipc::SessionPolicy out;
    out.version = version;
    out.idle_minutes = effective.number(I::kAccessIdleMinutes);
    out.total_minutes = effective.number(I::kAccessTotalMinutes);
    out.resume_minutes = static_cast<std::uint16_t>(effective.number(I::kAccessResumeMinutes));
    out.recording = static_cast<ipc::Recording>(effective.number(I::kEvidenceRecording));
    out.web = web_policy(effective, merges.of(layers));
    out.input.keyboard = effective.number(I::kInputKeyboard) != 0;
    out.input.pointer = effective.number(I::kInputPointer) != 0;
    out.input.text = effective.number(I::kInputText) != 0;
    out.input.characters_per_minute =
        static_cast<std::uint16_t>(effective.number(I::kInputCharactersPerMinute));
    out.input.blocked_combinations = effective.number(I::kInputBlocked);
    out.input.profile = static_cast<ipc::InputProfile>(effective.number(I::kInputProfile));
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
