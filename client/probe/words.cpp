// SPDX-License-Identifier: Apache-2.0
#include "client/probe/words.h"

#include <algorithm>
#include <charconv>

#include "protocol/core/limits.h"

namespace sudare::probe {
namespace {

constexpr std::string_view kBlanks = " \t\r";
constexpr std::size_t kShownMax = 64;  // of a wrong word in its error

std::string_view without_blanks_before(std::string_view text) {
    const std::size_t begin = text.find_first_not_of(kBlanks);
    return begin == std::string_view::npos ? std::string_view() : text.substr(begin);
}

}  // namespace

tl::unexpected<Error> not_expected(std::string_view found, const std::string& expected) {
    if (found.empty())
        return fail(Errc::kBadInput, "the line ends where " + expected + " was expected");
    const bool cut = found.size() > kShownMax;
    return fail(Errc::kBadInput, "\"" + std::string(found.substr(0, kShownMax)) +
                                     (cut ? "...\"" : "\"") + ": expected " + expected);
}

Words::Words(std::string_view line) : rest_(line) {}

std::string_view Words::peek() const {
    const std::string_view text = without_blanks_before(rest_);
    return text.substr(0, text.find_first_of(kBlanks));
}

std::size_t Words::left() const {
    Words copy(rest_);
    std::size_t count = 0;
    while (copy.word(""))
        ++count;
    return count;
}

Result<std::string_view> Words::word(const std::string& expected) {
    const std::string_view found = peek();
    if (found.empty())
        return not_expected(found, expected);
    rest_ = without_blanks_before(rest_).substr(found.size());
    return found;
}

Result<std::int64_t> Words::number(const std::string& name, std::int64_t low, std::int64_t high) {
    const std::string expected =
        name + ", a number from " + std::to_string(low) + " to " + std::to_string(high);
    SUDARE_TRY(const std::string_view found, word(expected));
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(found.data(), found.data() + found.size(), value);
    if (error != std::errc() || end != found.data() + found.size() || value < low || value > high)
        return not_expected(found, expected);
    return value;
}

Result<std::string_view> Words::rest(const std::string& expected) {
    std::string_view found = rest_.starts_with(' ') ? rest_.substr(1) : rest_;
    if (found.ends_with('\r'))
        found.remove_suffix(1);
    if (found.empty())
        return not_expected(found, expected);
    rest_ = {};
    return found;
}

Result<void> Words::end() const {
    if (const std::string_view found = peek(); !found.empty())
        return not_expected(found, "the end of the line");
    return {};
}

Result<std::optional<QRect>> Words::area() {
    if (left() < 4)
        return std::nullopt;
    SUDARE_TRY(const std::int64_t x, number("X", 0, limits::kWidthMax - 1));
    SUDARE_TRY(const std::int64_t y, number("Y", 0, limits::kHeightMax - 1));
    SUDARE_TRY(const std::int64_t width, number("W", 1, limits::kWidthMax));
    SUDARE_TRY(const std::int64_t height, number("H", 1, limits::kHeightMax));
    return QRect(static_cast<int>(x), static_cast<int>(y), static_cast<int>(width),
                 static_cast<int>(height));
}

}  // namespace sudare::probe
