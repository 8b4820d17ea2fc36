// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "protocol/core/frame.h"
#include "protocol/core/limits.h"
#include "protocol/core/terminal.h"

// The closed list of messages between viewer and link, "sudare/1". Nothing else exists on this
// wire. docs/protocol.md holds the same table for people; a test compares the two.
namespace sudare::wire {

inline constexpr char kAlpn[] = "sudare/1";
inline constexpr std::uint16_t kVersion = 1;

enum class MessageType : std::uint8_t {
    // up: viewer to link
    kHello = 0x01,
    kLogin = 0x02,
    kOpenSession = 0x03,
    kKey = 0x04,
    kPointerMove = 0x05,
    kPointerButton = 0x06,
    kWheel = 0x07,
    kText = 0x08,
    kReleaseAll = 0x09,
    kResize = 0x0A,
    kAck = 0x0B,
    kAskException = 0x0C,
    kPong = 0x0D,
    kEndRequest = 0x0E,
    kResume = 0x0F,
    kHeld = 0x10,
    // down: link to viewer
    kWelcome = 0x41,
    kLoginResult = 0x42,
    kSessionState = 0x43,
    kUpdate = 0x44,
    kCursorShape = 0x45,
    kTextField = 0x46,
    kNotice = 0x47,
    kPing = 0x48,
    kEnd = 0x49,
};

enum class Direction : std::uint8_t { kUp, kDown };

// Where a connection stands. Transitions (by the link; the viewer follows by what it receives):
//   kNew -Hello-> kGreeted -LoginResult(ok)-> kLoggedIn -OpenSession-> kOpening
//   kGreeted -Resume-> kOpening (refused: End)
//   kOpening -SessionState(running)-> kRunning;  any -End-> kEnded
//   kOpening, kRunning -SessionState(closed)-> kLoggedIn
enum class State : std::uint8_t { kNew, kGreeted, kLoggedIn, kOpening, kRunning, kEnded };

// Sets of states as bits.
constexpr std::uint8_t in(State state) {
    return static_cast<std::uint8_t>(1U << static_cast<unsigned>(state));
}
template <typename... States>
constexpr std::uint8_t in(State first, States... others) {
    return static_cast<std::uint8_t>(in(first) | in(others...));
}

struct MessageSpec {
    MessageType type;
    std::string_view name;
    Direction direction;
    LengthRange length;    // of the payload, in bytes
    std::uint8_t states;   // in which the message is legal, as in()
};

inline constexpr std::uint32_t kLoginMax = 3 + limits::kUserNameBytesMax + limits::kPasswordBytesMax +
                                           limits::kOneTimeCodeDigits;
inline constexpr std::uint32_t kUpdateHeaderBytes = 12;
inline constexpr std::uint32_t kTicketBytes = 16;

// Input is legal from OpenSession on and dropped until the session runs: the viewer cannot know
// when its last key before a state change arrives, and a race must not end a session.
inline constexpr std::uint8_t kInputStates = in(State::kOpening, State::kRunning);
inline constexpr std::uint8_t kAliveStates =
    in(State::kGreeted, State::kLoggedIn, State::kOpening, State::kRunning);

inline constexpr std::array kMessages{
    MessageSpec{MessageType::kHello, "Hello", Direction::kUp, {8, 8}, in(State::kNew)},
    MessageSpec{MessageType::kLogin, "Login", Direction::kUp, {5, kLoginMax}, in(State::kGreeted)},
    MessageSpec{MessageType::kOpenSession, "OpenSession", Direction::kUp,
                {kDisplayBytes + 2, kDisplayBytes + 2}, in(State::kLoggedIn)},
    MessageSpec{MessageType::kKey, "Key", Direction::kUp, {3, 3}, kInputStates},
    MessageSpec{MessageType::kPointerMove, "PointerMove", Direction::kUp, {4, 4}, kInputStates},
    MessageSpec{MessageType::kPointerButton, "PointerButton", Direction::kUp, {2, 2}, kInputStates},
    MessageSpec{MessageType::kWheel, "Wheel", Direction::kUp, {4, 4}, kInputStates},
    MessageSpec{MessageType::kText, "Text", Direction::kUp, {1, limits::kTextBytesMax}, kInputStates},
    MessageSpec{MessageType::kReleaseAll, "ReleaseAll", Direction::kUp, {0, 0}, kInputStates},
    MessageSpec{MessageType::kResize, "Resize", Direction::kUp, {kDisplayBytes, kDisplayBytes},
                kInputStates},
    MessageSpec{MessageType::kAck, "Ack", Direction::kUp, {9, 9}, kInputStates},
    MessageSpec{MessageType::kAskException, "AskException", Direction::kUp, {4, 4}, kInputStates},
    MessageSpec{MessageType::kPong, "Pong", Direction::kUp, {4, 4}, kAliveStates},
    MessageSpec{MessageType::kEndRequest, "EndRequest", Direction::kUp, {0, 0}, kAliveStates},
    MessageSpec{MessageType::kResume, "Resume", Direction::kUp,
                {kTicketBytes + kDisplayBytes + 1, kTicketBytes + kDisplayBytes + 1},
                in(State::kGreeted)},
    MessageSpec{MessageType::kHeld, "Held", Direction::kUp, {0, 0}, kInputStates},

    MessageSpec{MessageType::kWelcome, "Welcome", Direction::kDown, {8, 8}, in(State::kNew)},
    MessageSpec{MessageType::kLoginResult, "LoginResult", Direction::kDown, {3, 3},
                in(State::kGreeted)},
    MessageSpec{MessageType::kSessionState, "SessionState", Direction::kDown, {40, 40},
                in(State::kOpening, State::kRunning)},
    MessageSpec{MessageType::kUpdate, "Update", Direction::kDown,
                {kUpdateHeaderBytes, limits::kUpdateMax}, in(State::kRunning)},
    MessageSpec{MessageType::kCursorShape, "CursorShape", Direction::kDown, {1, 1},
                in(State::kRunning)},
    MessageSpec{MessageType::kTextField, "TextField", Direction::kDown, {10, 10},
                in(State::kRunning)},
    MessageSpec{MessageType::kNotice, "Notice", Direction::kDown, {10, 10},
                in(State::kLoggedIn, State::kOpening, State::kRunning)},
    MessageSpec{MessageType::kPing, "Ping", Direction::kDown, {4, 4}, kAliveStates},
    MessageSpec{MessageType::kEnd, "End", Direction::kDown, {6, 6},
                in(State::kNew, State::kGreeted, State::kLoggedIn, State::kOpening,
                   State::kRunning)},
};

// The row of a type number, or nullptr for an unknown one.
constexpr const MessageSpec* find_message(std::uint8_t type) {
    for (const MessageSpec& spec : kMessages)
        if (static_cast<std::uint8_t>(spec.type) == type)
            return &spec;
    return nullptr;
}

// Frame rules of one direction: what that side may send.
class WireRules final : public FrameRules {
   public:
    constexpr explicit WireRules(Direction from) : direction_(from) {}
    [[nodiscard]] std::optional<LengthRange> range_of(std::uint8_t type) const override {
        const MessageSpec* spec = find_message(type);
        if (spec == nullptr || spec->direction != direction_)
            return std::nullopt;
        return spec->length;
    }

   private:
    Direction direction_;
};

// The input messages that a link passes on to the session host, and the picture messages that
// the host sends: the part of this list which also travels between link and host.
constexpr bool is_session_input(MessageType type) {
    return (type >= MessageType::kKey && type <= MessageType::kAck) || type == MessageType::kHeld;
}
constexpr bool is_session_output(MessageType type) {
    return type == MessageType::kUpdate || type == MessageType::kCursorShape ||
           type == MessageType::kTextField;
}

class SessionRules final : public FrameRules {
   public:
    constexpr explicit SessionRules(Direction from) : wire_(from) {}
    [[nodiscard]] std::optional<LengthRange> range_of(std::uint8_t type) const override {
        const auto known = static_cast<MessageType>(type);
        if (!is_session_input(known) && !is_session_output(known))
            return std::nullopt;
        return wire_.range_of(type);
    }

   private:
    WireRules wire_;
};

}  // namespace sudare::wire
