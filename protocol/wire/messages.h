// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <tl/expected.hpp>
#include <variant>
#include <vector>

#include "protocol/core/reason.h"
#include "protocol/core/terminal.h"
#include "protocol/wire/cursor.h"
#include "protocol/wire/message_type.h"

// The messages as structs with checked values. parse_up and parse_down turn a frame into one of
// them or into the reason for ending the connection; encode does the reverse. Update payloads
// stay bytes here: protocol/wire/update.h takes them apart. Byte layouts: docs/protocol.md.
namespace sudare::wire {

// --- up ------------------------------------------------------------------------------------
struct Hello {
    std::uint16_t version = kVersion;     // of the protocol
    std::uint32_t viewer_version = 0;     // for the log only
};
struct Login {
    std::string user;                     // 1..64 bytes of UTF-8
    std::string password;                 // 1..128 bytes; wipe after use
    std::string one_time_code;            // empty or 6 digits
};
// A session of this user that is left, or runs elsewhere, is taken over when policy permits
// no further one: it comes back with this display and keyboard.
struct OpenSession {
    Display display;
    KeyboardLayout keyboard = KeyboardLayout::kUs;
    Locale locale = Locale::kJapanese;
};
// Bearer of one resumption from the terminal that got it; each resumption gives a new one. Kept in
// memory only.
using Ticket = std::array<std::uint8_t, kTicketBytes>;
// Instead of Login and OpenSession: back into a session that runs, after a connection was lost.
struct Resume {
    Ticket ticket{};                      // of SessionState
    Display display;
    KeyboardLayout keyboard = KeyboardLayout::kUs;
};
struct Key {
    std::uint16_t code = 0;               // evdev KEY_*, one of key_codes.h
    bool down = false;
};
struct PointerMove {
    std::uint16_t x = 0, y = 0;           // device pixels of the canvas
};
enum class Button : std::uint8_t { kLeft = 0, kMiddle = 1, kRight = 2, kBack = 3, kForward = 4 };
struct PointerButton {
    Button button = Button::kLeft;
    bool down = false;
};
struct Wheel {
    std::int16_t dx_120 = 0, dy_120 = 0;  // 120 = one notch; positive: right, down
};
struct Text {
    std::string utf8;                     // 1..32 code points; content rules: text_rules.h
};
struct ReleaseAll {};
struct Resize {
    Display display;
};
struct Ack {
    std::uint32_t sequence = 0;           // of the newest update that was presented or applied
    std::uint32_t decode_us = 0;
    std::uint8_t queue = 0;               // updates waiting in the viewer
};
struct AskException {
    std::uint32_t rule = 0;
};
struct Pong {
    std::uint32_t nonce = 0;
};
struct EndRequest {};
// Keys or buttons are still held: every limits::kHeldInterval while there are any. The session makes
// the repeats of a held key, so it must know when the viewer, or the way to it, has stopped.
struct Held {};

using UpMessage = std::variant<Hello, Login, OpenSession, Key, PointerMove, PointerButton, Wheel,
                               Text, ReleaseAll, Resize, Ack, AskException, Pong, EndRequest, Resume,
                               Held>;

// --- down ----------------------------------------------------------------------------------
struct Welcome {
    std::uint16_t version = kVersion;
    bool second_factor = false;           // every login here needs a one-time code
    std::uint32_t ping_interval_ms = 5000;
};
enum class LoginVerdict : std::uint8_t {
    kOk = 0,
    kRefused = 1,                         // unknown user and wrong password look the same
    kBusy = 2,
    kSecondFactorNeeded = 3,
    kPasswordChangeNeeded = 4,  // by sudare-enrol/1
    kEnrolmentNeeded = 5,       // of a second factor, likewise
};
struct LoginResult {
    LoginVerdict verdict = LoginVerdict::kRefused;
    std::uint16_t retry_after_s = 0;
};
enum class Phase : std::uint8_t { kStarting = 0, kRunning = 1, kClosed = 2 };
// Bits of SessionState::restrictions: what this session is kept from, for the viewer's bar, and
// whether its screen is being recorded at this moment.
enum Restriction : std::uint16_t {
    kRestrictKeyboard = 1,
    kRestrictPointer = 2,
    kRestrictText = 4,
    kRestrictClipboardInBrowser = 8,
    kRestrictSites = 16,                  // only listed sites
    kRestrictPlainHttp = 32,
    kRestrictPace = 64,                   // profile strict: the viewer sends less, and coarser
};
inline constexpr std::uint16_t kStateRecorded = 128;
inline constexpr std::uint16_t kRestrictionsAll = 255;
struct SessionState {
    Phase phase = Phase::kStarting;
    std::uint64_t session = 0;            // for the user to quote; never reused
    Ticket ticket{};
    std::uint32_t remaining_s = 0;        // until the session's total time is up; 0: no limit
    std::uint32_t idle_s = 0;             // idle limit; 0: none
    std::uint16_t resume_minutes = 0;     // that it waits for a lost viewer; 0: ends with it
    std::uint16_t restrictions = 0;
    std::uint8_t watermark = 0;           // bits as in ipc::WatermarkField
    std::uint16_t reason = 0;             // EndReason when closed, else 0
};
struct Update {
    std::vector<std::uint8_t> payload;
};
struct CursorShape {
    Cursor cursor = Cursor::kDefault;
};
enum class FieldKind : std::uint8_t {
    kText = 0, kPassword = 1, kNumber = 2, kUrl = 3, kEmail = 4, kMultiline = 5,
};
struct TextField {
    bool active = false;
    std::uint16_t x = 0, y = 0, width = 0, height = 0;  // caret, device pixels of the canvas
    FieldKind kind = FieldKind::kText;
    // An input method in the session composes in it: the terminal's has no part, keys go up as they
    // are. Only with `active`.
    bool composed_there = false;
};
enum class NoticeCode : std::uint16_t {
    kSiteRefused = 1,       // a: rule number
    kInputRefused = 2,      // a: 1 key combination, 2 text, 3 pointer, 4 keyboard, 5 paste
    kIdleSoon = 3,          // a: seconds left
    kTimeSoon = 4,          // a: seconds left
    kPolicyChanged = 5,     // a: version
    kTooManyCharacters = 6, // a: per minute
    kExceptionAsked = 7,    // a: rule number
};
struct Notice {
    NoticeCode code = NoticeCode::kSiteRefused;
    std::uint32_t a = 0, b = 0;
};
struct Ping {
    std::uint32_t nonce = 0;
};
struct End {
    EndReason reason = EndReason::kInternal;
    std::uint32_t kept_s = 0;             // seconds that the session waits for a Resume; 0: over
};

using DownMessage = std::variant<Welcome, LoginResult, SessionState, Update, CursorShape, TextField,
                                 Notice, Ping, End>;

// A frame of the right length (FrameBuffer has seen to that) to a message, or kMalformed.
tl::expected<UpMessage, EndReason> parse_up(const Frame& frame);
tl::expected<DownMessage, EndReason> parse_down(const Frame& frame);

MessageType type_of(const UpMessage& message);
MessageType type_of(const DownMessage& message);

// Appends the whole frame, header included; false when a value does not fit its field.
bool encode(std::vector<std::uint8_t>& out, const UpMessage& message);
bool encode(std::vector<std::uint8_t>& out, const DownMessage& message);

}  // namespace sudare::wire
