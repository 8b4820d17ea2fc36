// SPDX-License-Identifier: Apache-2.0
#include "protocol/ipc/policy.h"

#include <string_view>

#include "protocol/core/geometry.h"
#include "protocol/ipc/text.h"

namespace sudare::ipc {
namespace {

constexpr std::size_t kBookmarkTitleBytesMax = 128;

tl::unexpected<Error> bad(std::string_view field) {
    return fail(Errc::kBadInput, "policy field \"" + std::string(field) + "\" is malformed");
}

void write_web(Writer& out, const WebPolicy& web) {
    out.u8(web.allow_by_default);
    out.u8(web.plain_http);
    out.u8(web.clipboard_in_browser);
    out.u32(web.connections_max);
    out.u32(web.megabytes_per_day);
    write_text(out, web.start_page);
    write_host_rules(out, web.hosts);
    out.u16(static_cast<std::uint16_t>(web.denied_urls.size()));
    for (const std::string& url : web.denied_urls)
        write_text(out, url);
    out.u16(static_cast<std::uint16_t>(web.bookmarks.size()));
    for (const Bookmark& bookmark : web.bookmarks) {
        write_text(out, bookmark.title);
        write_text(out, bookmark.url);
    }
}

// A bool is 0 or 1 on every border: another value is a fault of the sender.
bool read_flag(Reader& in, bool& out) {
    const std::uint8_t value = in.u8();
    out = value == 1;
    return in.ok() && value <= 1;
}

Result<void> read_lists(Reader& in, WebPolicy& web) {
    const std::uint16_t urls = in.u16();
    if (!in.ok() || urls > limits::kDeniedUrlsMax)
        return bad("web.denied_urls");
    for (std::uint16_t i = 0; i < urls; ++i) {
        auto url = read_text(in, limits::kUrlBytesMax);
        if (!url || url->empty())
            return bad("web.denied_urls");
        web.denied_urls.push_back(std::move(*url));
    }
    const std::uint16_t bookmarks = in.u16();
    if (!in.ok() || bookmarks > limits::kBookmarksMax)
        return bad("web.bookmarks");
    for (std::uint16_t i = 0; i < bookmarks; ++i) {
        auto title = read_text(in, kBookmarkTitleBytesMax);
        auto url = read_text(in, limits::kUrlBytesMax);
        if (!title || !url || url->empty())
            return bad("web.bookmarks");
        web.bookmarks.push_back({std::move(*title), std::move(*url)});
    }
    return {};
}

Result<void> read_web(Reader& in, WebPolicy& web) {
    if (!read_flag(in, web.allow_by_default) || !read_flag(in, web.plain_http) ||
        !read_flag(in, web.clipboard_in_browser))
        return bad("web");
    web.connections_max = in.u32();
    web.megabytes_per_day = in.u32();
    auto start_page = read_text(in, limits::kUrlBytesMax);
    if (!start_page || start_page->empty())
        return bad("web.start_page");
    web.start_page = std::move(*start_page);
    auto hosts = read_host_rules(in);
    if (!hosts)
        return bad("web.hosts");
    web.hosts = std::move(*hosts);
    return read_lists(in, web);
}

Result<void> read_input(Reader& in, InputPolicy& input) {
    if (!read_flag(in, input.keyboard) || !read_flag(in, input.pointer) ||
        !read_flag(in, input.text))
        return bad("input");
    input.characters_per_minute = in.u16();
    input.blocked_combinations = in.u32();
    const std::uint8_t profile = in.u8();
    if (profile > static_cast<std::uint8_t>(InputProfile::kNormal))
        return bad("input.profile");
    input.profile = static_cast<InputProfile>(profile);
    return {};
}

Result<void> read_display_policy(Reader& in, DisplayPolicy& display) {
    display.width_max = in.u16();
    display.height_max = in.u16();
    display.frames_per_second = in.u8();
    display.kilobits_per_second = in.u32();
    display.watermark = in.u8();
    if (!Size::make(display.width_max, display.height_max))
        return bad("display.width_max, display.height_max");
    if (display.frames_per_second == 0)
        return bad("display.frames_per_second");
    return {};
}

}  // namespace

void write_policy(Writer& out, const SessionPolicy& policy) {
    out.u32(policy.version);
    out.u32(policy.idle_minutes);
    out.u32(policy.total_minutes);
    out.u16(policy.resume_minutes);
    out.u8(static_cast<std::uint8_t>(policy.recording));
    write_web(out, policy.web);
    out.u8(policy.input.keyboard);
    out.u8(policy.input.pointer);
    out.u8(policy.input.text);
    out.u16(policy.input.characters_per_minute);
    out.u32(policy.input.blocked_combinations);
    out.u8(static_cast<std::uint8_t>(policy.input.profile));
    out.u16(policy.display.width_max);
    out.u16(policy.display.height_max);
    out.u8(policy.display.frames_per_second);
    out.u32(policy.display.kilobits_per_second);
    out.u8(policy.display.watermark);
}

Result<SessionPolicy> read_policy(Reader& in) {
    SessionPolicy policy;
    policy.version = in.u32();
    policy.idle_minutes = in.u32();
    policy.total_minutes = in.u32();
    policy.resume_minutes = in.u16();
    const std::uint8_t recording = in.u8();
    if (!in.ok() || recording > static_cast<std::uint8_t>(Recording::kRequired))
        return bad("recording");
    policy.recording = static_cast<Recording>(recording);
    SUDARE_CHECK(read_web(in, policy.web));
    SUDARE_CHECK(read_input(in, policy.input));
    SUDARE_CHECK(read_display_policy(in, policy.display));
    if (!in.ok())
        return bad("(end)");
    return policy;
}

}  // namespace sudare::ipc
