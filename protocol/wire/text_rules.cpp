// SPDX-License-Identifier: Apache-2.0
#include "protocol/wire/text_rules.h"

#include <utf8proc.h>

#include "protocol/core/limits.h"

namespace sudare::wire {
namespace {

bool is_variation_selector(utf8proc_int32_t code) {
    return (code >= 0xfe00 && code <= 0xfe0f) || (code >= 0xe0100 && code <= 0xe01ef);
}

bool is_permitted(utf8proc_int32_t code, bool first) {
    if (is_variation_selector(code))
        return !first;
    switch (utf8proc_category(code)) {
        case UTF8PROC_CATEGORY_CN:  // not assigned
        case UTF8PROC_CATEGORY_CC:  // control
        case UTF8PROC_CATEGORY_CF:  // format: bidi, joiners, tags
        case UTF8PROC_CATEGORY_CS:  // surrogate
        case UTF8PROC_CATEGORY_CO:  // private use
        case UTF8PROC_CATEGORY_ZL:
        case UTF8PROC_CATEGORY_ZP:
            return false;
        default:
            return true;
    }
}

bool stays_with_base(utf8proc_int32_t code) {
    const auto category = utf8proc_category(code);
    return is_variation_selector(code) || category == UTF8PROC_CATEGORY_MN ||
           category == UTF8PROC_CATEGORY_ME || category == UTF8PROC_CATEGORY_MC;
}

// Reads one code point; its length in bytes, 0 when the bytes are not UTF-8.
std::size_t next_code_point(std::string_view text, utf8proc_int32_t& code) {
    const utf8proc_ssize_t used =
        utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                         static_cast<utf8proc_ssize_t>(text.size()), &code);
    return used > 0 ? static_cast<std::size_t>(used) : 0;
}

}  // namespace

TextJudgement judge_text(std::string_view utf8) {
    TextJudgement judgement;
    if (utf8.empty())
        return {TextFault::kEmpty, 0};
    while (!utf8.empty()) {
        utf8proc_int32_t code = -1;
        const std::size_t used = next_code_point(utf8, code);
        if (used == 0)
            return {TextFault::kNotUtf8, judgement.code_points};
        if (!is_permitted(code, judgement.code_points == 0))
            return {TextFault::kNotPermitted, judgement.code_points};
        if (++judgement.code_points > limits::kTextCodePointsMax)
            return {TextFault::kTooLong, judgement.code_points};
        utf8.remove_prefix(used);
    }
    return judgement;
}

std::vector<std::string_view> split_text(std::string_view utf8) {
    std::vector<std::string_view> pieces;
    std::size_t begin = 0;
    std::size_t base = 0;        // where the newest base character starts
    std::size_t count = 0;       // code points since begin
    std::size_t since_base = 0;  // code points since base
    for (std::size_t at = 0; at < utf8.size();) {
        utf8proc_int32_t code = -1;
        const std::size_t used = next_code_point(utf8.substr(at), code);
        if (used == 0)
            return {};
        if (!stays_with_base(code)) {
            base = at;
            since_base = 0;
        }
        if (count == limits::kTextCodePointsMax) {
            // A cluster longer than a whole message is cut where it stands.
            const std::size_t cut = base > begin ? base : at;
            pieces.push_back(utf8.substr(begin, cut - begin));
            begin = cut;
            count = cut == at ? 0 : since_base;
        }
        ++count;
        ++since_base;
        at += used;
    }
    if (begin < utf8.size())
        pieces.push_back(utf8.substr(begin));
    return pieces;
}

}  // namespace sudare::wire
