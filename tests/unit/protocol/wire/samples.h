// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "protocol/wire/messages.h"

// One valid message of every type, with values that differ from the initial ones.
namespace sudare::wire {

inline std::vector<UpMessage> sample_up() {
    const Display display{*Size::make(1920, 1080), 180};
    Ticket ticket{};
    ticket[0] = 0xaa;
    ticket[15] = 0x55;
    return {Hello{kVersion, 7},
            Login{"山田", "p\xff ss", "123456"},
            OpenSession{display, KeyboardLayout::kJp, Locale::kEnglish},
            Key{30, true},
            PointerMove{1919, 1079},
            PointerButton{Button::kForward, true},
            Wheel{-120, 2400},
            Text{"髙﨑"},
            ReleaseAll{},
            Resize{display},
            Ack{0xdeadbeef, 1234, 3},
            AskException{17},
            Pong{99},
            EndRequest{},
            Resume{ticket, display, KeyboardLayout::kJp},
            Held{}};
}

inline std::vector<DownMessage> sample_down() {
    SessionState state{Phase::kRunning, 12345678901234ULL, {}, 3600, 600, 480, 63, 15, 0};
    state.ticket[3] = 9;
    return {Welcome{kVersion, true, 5000},
            LoginResult{LoginVerdict::kBusy, 30},
            state,
            Update{std::vector<std::uint8_t>(12, 7)},
            CursorShape{Cursor::kText},
            TextField{true, 10, 20, 1, 18, FieldKind::kPassword, false},
            Notice{NoticeCode::kTooManyCharacters, 1, 2},
            Ping{5},
            End{EndReason::kIdle, 8}};
}

}  // namespace sudare::wire
