// SPDX-License-Identifier: Apache-2.0
#include "server/bundle/text.h"

#include <algorithm>
#include <cstdio>

namespace sudare::bundle {
namespace {

struct Range {
    std::uint32_t first, last;
};
// Categories Cc, Cf, Zl and Zp of Unicode 15, surrogates left out (they are no UTF-8). Fixed: part of
// the format.
constexpr Range kHidden[] = {
    {0x00, 0x1F},       {0x7F, 0x9F},       {0xAD, 0xAD},       {0x600, 0x605},
    {0x61C, 0x61C},     {0x6DD, 0x6DD},     {0x70F, 0x70F},     {0x890, 0x891},
    {0x8E2, 0x8E2},     {0x180E, 0x180E},   {0x200B, 0x200F},   {0x2028, 0x202E},
    {0x2060, 0x206F},   {0xFEFF, 0xFEFF},   {0xFFF9, 0xFFFB},   {0x110BD, 0x110BD},
    {0x110CD, 0x110CD}, {0x13430, 0x1343F}, {0x1BCA0, 0x1BCA3}, {0x1D173, 0x1D17A},
    {0xE0000, 0xE007F}};

bool is_hidden(std::uint32_t code) {
    return std::ranges::any_of(
        kHidden, [code](const Range& range) { return code >= range.first && code <= range.last; });
}

struct Character {
    std::uint32_t code = 0;
    std::size_t size = 0;  // 0: these bytes are no UTF-8
};

// The first character of a text that is not empty; shortest form only, no surrogates.
Character first_of(std::string_view text) {
    const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
    const std::uint8_t lead = byte(0);
    if (lead < 0x80)
        return {lead, 1};
    const std::size_t size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    constexpr std::uint32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};
    if (lead < 0xC2 || lead > 0xF4 || text.size() < size)
        return {};
    std::uint32_t code = lead & (0x7FU >> size);
    for (std::size_t i = 1; i < size; ++i) {
        if ((byte(i) & 0xC0) != 0x80)
            return {};
        code = code << 6 | (byte(i) & 0x3FU);
    }
    const bool good = code >= kSmallest[size] && code <= 0x10FFFF && (code < 0xD800 || code > 0xDFFF);
    return good ? Character{code, size} : Character{};
}

std::string u_escape(std::uint32_t unit) {
    char text[8];
    std::snprintf(text, sizeof text, "\\u%04x", static_cast<unsigned>(unit & 0xffffU));
    return text;
}

std::string escape(std::uint32_t code) {
    if (code < 0x10000)
        return u_escape(code);
    const std::uint32_t rest = code - 0x10000;
    return u_escape(0xD800 + (rest >> 10)) + u_escape(0xDC00 + (rest & 0x3FF));
}

std::string written(std::string_view text, bool json) {
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        const Character one = first_of(text);
        const std::size_t size = std::max<std::size_t>(one.size, 1);
        if (one.size == 0) {
            char byte[8];
            std::snprintf(byte, sizeof byte, "\\x%02x",
                          static_cast<unsigned>(static_cast<std::uint8_t>(text[0])));
            out += json ? "\\" + std::string(byte) : byte;
        } else if (is_hidden(one.code)) {
            out += escape(one.code);
        } else {
            if (json && (one.code == '"' || one.code == '\\'))
                out += '\\';
            out += text.substr(0, size);
        }
        text.remove_prefix(size);
    }
    return out;
}

}  // namespace

std::string json_text(std::string_view text) {
    return '"' + written(text, true) + '"';
}

bool is_json_text(std::string_view text) {
    if (text.size() < 2 || text.front() != '"' || text.back() != '"' || visible(text) != text)
        return false;
    text = text.substr(1, text.size() - 2);
    while (!text.empty()) {
        const bool escape = text.front() == '\\';
        if (text.front() == '"' || (escape && text.size() < 2))
            return false;
        const bool unit = escape && text[1] == 'u';
        const std::size_t size = unit ? 6 : escape ? 2 : 1;
        if (escape && !unit && text[1] != '"' && text[1] != '\\')
            return false;
        if (text.size() < size || (unit && text.substr(2, 4).find_first_not_of("0123456789abcdef") !=
                                               std::string_view::npos))
            return false;
        text.remove_prefix(size);
    }
    return true;
}

std::string visible(std::string_view text) {
    return written(text, false);
}

}  // namespace sudare::bundle
