// SPDX-License-Identifier: Apache-2.0
#include "server/session/input/blocked_combinations.h"

#include <linux/input-event-codes.h>

#include <array>

#include "protocol/ipc/policy.h"

namespace sudare::input {
namespace {

using ipc::BlockedCombination;

enum class Wanted : std::uint8_t { kNo, kYes, kEither };

struct Row {
    BlockedCombination combination;
    std::uint16_t code;
    Wanted control;
    Wanted shift;
};

// Alt is not looked at: a combination that Alt turns into something else is blocked as well, which
// takes nothing useful away and leaves no way around.
constexpr std::array kRows{
    Row{BlockedCombination::kPrint, KEY_P, Wanted::kYes, Wanted::kEither},
    Row{BlockedCombination::kSave, KEY_S, Wanted::kYes, Wanted::kEither},
    Row{BlockedCombination::kOpenFile, KEY_O, Wanted::kYes, Wanted::kNo},
    Row{BlockedCombination::kDevTools, KEY_F12, Wanted::kEither, Wanted::kEither},
    Row{BlockedCombination::kDevTools, KEY_I, Wanted::kYes, Wanted::kYes},
    Row{BlockedCombination::kDevTools, KEY_J, Wanted::kYes, Wanted::kYes},
    Row{BlockedCombination::kDevTools, KEY_C, Wanted::kYes, Wanted::kYes},
    Row{BlockedCombination::kViewSource, KEY_U, Wanted::kYes, Wanted::kEither},
    Row{BlockedCombination::kTaskManager, KEY_ESC, Wanted::kEither, Wanted::kYes},
};

bool matches(Wanted wanted, bool present) {
    return wanted == Wanted::kEither || (wanted == Wanted::kYes) == present;
}

}  // namespace

bool is_modifier(std::uint16_t code) {
    switch (code) {
        case KEY_LEFTCTRL:
        case KEY_RIGHTCTRL:
        case KEY_LEFTSHIFT:
        case KEY_RIGHTSHIFT:
        case KEY_LEFTALT:
        case KEY_RIGHTALT:
        case KEY_LEFTMETA:
        case KEY_RIGHTMETA:
            return true;
        default:
            return false;
    }
}

Modifiers modifiers_of(const std::set<std::uint16_t>& pressed) {
    return {.control = pressed.contains(KEY_LEFTCTRL) || pressed.contains(KEY_RIGHTCTRL),
            .shift = pressed.contains(KEY_LEFTSHIFT) || pressed.contains(KEY_RIGHTSHIFT)};
}

bool is_blocked(std::uint16_t code, const Modifiers& modifiers, std::uint32_t blocked) {
    for (const Row& row : kRows) {
        const std::uint32_t bit = 1U << static_cast<unsigned>(row.combination);
        if ((blocked & bit) != 0 && row.code == code && matches(row.control, modifiers.control) &&
            matches(row.shift, modifiers.shift))
            return true;
    }
    return false;
}

}  // namespace sudare::input
