// SPDX-License-Identifier: Apache-2.0
#include "protocol/ipc/sweep_list.h"

#include <algorithm>
#include <array>

#include "protocol/evidence/hash.h"

namespace sudare::ipc {
namespace {

constexpr std::string_view kListHead = "sudare sweep list 1\n", kSweptHead = "sudare swept 1";
constexpr std::size_t kDayBytes = 10, kIdBytes = 32, kLineBytes = kDayBytes + 1 + kIdBytes + 1;

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

}  // namespace

// The name of a folder: digits in the right places are enough, since it leads nowhere else.
bool is_sweep_day(std::string_view text) {
    if (text.size() != kDayBytes)
        return false;
    for (std::size_t i = 0; i < text.size(); ++i)
        if (i == 4 || i == 7 ? text[i] != '-' : !is_digit(text[i]))
            return false;
    return true;
}

bool is_sweep_id(std::string_view text) {
    return text.size() == kIdBytes && std::ranges::all_of(text, [](char c) {
               return is_digit(c) || (c >= 'a' && c <= 'f');
           });
}

std::string write_sweep_list(std::vector<SweepItem> items) {
    std::ranges::sort(items);
    items.erase(std::unique(items.begin(), items.end()), items.end());
    std::string out(kListHead);
    for (std::size_t i = 0; i < items.size() && i < kSweepItemsMax; ++i)
        out += items[i].day + " " + items[i].id + "\n";
    return out;
}

std::optional<std::vector<SweepItem>> read_sweep_list(std::string_view text) {
    if (!text.starts_with(kListHead) || text.size() > kSweepBytesMax)
        return std::nullopt;
    text.remove_prefix(kListHead.size());
    if (text.size() % kLineBytes != 0)
        return std::nullopt;
    std::vector<SweepItem> items;
    for (; !text.empty(); text.remove_prefix(kLineBytes)) {
        SweepItem item{std::string(text.substr(0, kDayBytes)),
                       std::string(text.substr(kDayBytes + 1, kIdBytes))};
        if (!is_sweep_day(item.day) || !is_sweep_id(item.id) || text[kDayBytes] != ' ' ||
            text[kLineBytes - 1] != '\n' || (!items.empty() && !(items.back() < item)))
            return std::nullopt;
        items.push_back(std::move(item));
    }
    return items;
}

std::string write_swept(const Swept& swept) {
    std::string out(kSweptHead);
    for (const std::uint64_t number : {swept.at, swept.removed, swept.young, swept.failed})
        out += " " + std::to_string(number);
    return out + "\n";
}

std::optional<Swept> read_swept(std::string_view text) {
    if (!text.starts_with(kSweptHead) || !text.ends_with('\n') || text.size() > kSweptBytesMax)
        return std::nullopt;
    text.remove_prefix(kSweptHead.size());
    text.remove_suffix(1);
    std::array<std::uint64_t, 4> numbers{};
    for (std::uint64_t& number : numbers) {
        if (!text.starts_with(' '))
            return std::nullopt;
        text.remove_prefix(1);
        const std::string_view digits = text.substr(0, text.find(' '));
        const auto value = evidence::from_decimal(digits);
        if (!value)
            return std::nullopt;
        number = *value;
        text.remove_prefix(digits.size());
    }
    if (!text.empty())
        return std::nullopt;
    return Swept{numbers[0], numbers[1], numbers[2], numbers[3]};
}

}  // namespace sudare::ipc
