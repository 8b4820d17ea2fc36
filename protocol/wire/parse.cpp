// SPDX-License-Identifier: Apache-2.0
#include "protocol/core/reader.h"
#include "protocol/wire/key_codes.h"
#include "protocol/wire/messages.h"
#include "protocol/wire/text_rules.h"

namespace sudare::wire {
namespace {

const auto kBad = tl::unexpected(EndReason::kMalformed);
using Up = tl::expected<UpMessage, EndReason>;
using Down = tl::expected<DownMessage, EndReason>;

std::optional<std::string> short_text(Reader& in, std::size_t min, std::size_t max) {
    const std::uint8_t length = in.u8();
    if (!in.ok() || length < min || length > max)
        return std::nullopt;
    const auto view = in.bytes(length);
    if (!in.ok())
        return std::nullopt;
    return std::string(reinterpret_cast<const char*>(view.data()), view.size());
}

bool is_code(const std::string& code) {
    if (!code.empty() && code.size() != limits::kOneTimeCodeDigits)
        return false;
    for (const char digit : code)
        if (digit < '0' || digit > '9')
            return false;
    return true;
}

// A password is opaque bytes to us, but a NUL would end it early in some libraries.
bool without_nul(const std::string& text) { return text.find('\0') == std::string::npos; }

Up parse_login(Reader& in) {
    auto user = short_text(in, 1, limits::kUserNameBytesMax);
    auto password = short_text(in, 1, limits::kPasswordBytesMax);
    auto code = short_text(in, 0, limits::kOneTimeCodeDigits);
    if (!user || !password || !code || !in.at_end() || !is_code(*code) || !without_nul(*user) ||
        !without_nul(*password))
        return kBad;
    return Login{std::move(*user), std::move(*password), std::move(*code)};
}

Up parse_open(Reader& in) {
    const auto display = read_display(in);
    const auto keyboard = keyboard_from(in.u8());
    const auto locale = locale_from(in.u8());
    OpenSession open;
    if (!display || !keyboard || !locale || !in.at_end())
        return kBad;
    open.display = *display;
    open.keyboard = *keyboard;
    open.locale = *locale;
    return open;
}

Up parse_resume(Reader& in) {
    Resume resume;
    in.fill(std::span<std::uint8_t, kTicketBytes>(resume.ticket));
    const auto display = read_display(in);
    const auto keyboard = keyboard_from(in.u8());
    if (!display || !keyboard || !in.at_end())
        return kBad;
    resume.display = *display;
    resume.keyboard = *keyboard;
    return resume;
}

Up parse_key(Reader& in) {
    const std::uint16_t code = in.u16();
    const std::uint8_t down = in.u8();
    if (!is_permitted_key(code) || down > 1)
        return kBad;
    return Key{code, down == 1};
}

Up parse_button(Reader& in) {
    const std::uint8_t button = in.u8();
    const std::uint8_t down = in.u8();
    if (button > static_cast<std::uint8_t>(Button::kForward) || down > 1)
        return kBad;
    return PointerButton{static_cast<Button>(button), down == 1};
}

Up parse_wheel(Reader& in) {
    const std::int16_t dx = in.i16();
    const std::int16_t dy = in.i16();
    const auto fits = [](std::int16_t step) {
        return step >= -limits::kWheelStepMax && step <= limits::kWheelStepMax;
    };
    if (!fits(dx) || !fits(dy))
        return kBad;
    return Wheel{dx, dy};
}

Up parse_text(Reader& in) {
    const auto view = in.rest();
    std::string utf8(reinterpret_cast<const char*>(view.data()), view.size());
    const TextFault fault = judge_text(utf8).fault;
    // Unassigned characters may be younger than our tables: that text is dropped by the filter
    // and counted, it does not end the session. Broken UTF-8 has no such excuse.
    if (fault == TextFault::kNotUtf8 || fault == TextFault::kTooLong || fault == TextFault::kEmpty)
        return kBad;
    return Text{std::move(utf8)};
}

Up parse_resize(Reader& in) {
    const auto display = read_display(in);
    if (!display)
        return kBad;
    return Resize{*display};
}

Down parse_welcome(Reader& in) {
    Welcome welcome;
    welcome.version = in.u16();
    const std::uint16_t flags = in.u16();
    welcome.ping_interval_ms = in.u32();
    if (flags > 1 || welcome.ping_interval_ms < 100 || welcome.ping_interval_ms > 600'000)
        return kBad;
    welcome.second_factor = flags == 1;
    return welcome;
}

Down parse_login_result(Reader& in) {
    const std::uint8_t verdict = in.u8();
    const std::uint16_t retry = in.u16();
    if (verdict > static_cast<std::uint8_t>(LoginVerdict::kEnrolmentNeeded))
        return kBad;
    return LoginResult{static_cast<LoginVerdict>(verdict), retry};
}

Down parse_session_state(Reader& in) {
    SessionState state;
    const std::uint8_t phase = in.u8();
    state.session = in.u64();
    in.fill(std::span<std::uint8_t, 16>(state.ticket));
    state.remaining_s = in.u32();
    state.idle_s = in.u32();
    state.resume_minutes = in.u16();
    state.restrictions = in.u16();
    state.watermark = in.u8();
    state.reason = in.u16();
    const bool closed = phase == static_cast<std::uint8_t>(Phase::kClosed);
    if (phase > static_cast<std::uint8_t>(Phase::kClosed) || state.restrictions > kRestrictionsAll ||
        state.watermark > 15 || closed != (state.reason != 0) ||
        (closed && !end_reason_from(state.reason)))
        return kBad;
    state.phase = static_cast<Phase>(phase);
    return state;
}

Down parse_text_field(Reader& in) {
    TextField field;
    const std::uint8_t active = in.u8();
    field.x = in.u16();
    field.y = in.u16();
    field.width = in.u16();
    field.height = in.u16();
    const std::uint8_t kind = in.u8();
    if (active > 2 || kind > static_cast<std::uint8_t>(FieldKind::kMultiline) ||
        field.x > limits::kWidthMax || field.y > limits::kHeightMax ||
        field.width > limits::kWidthMax || field.height > limits::kHeightMax)
        return kBad;
    field.active = active != 0;
    field.composed_there = active == 2;
    field.kind = static_cast<FieldKind>(kind);
    return field;
}

Down parse_notice(Reader& in) {
    const std::uint16_t code = in.u16();
    Notice notice{static_cast<NoticeCode>(code), 0, 0};
    notice.a = in.u32();
    notice.b = in.u32();
    if (code < 1 || code > static_cast<std::uint16_t>(NoticeCode::kExceptionAsked))
        return kBad;
    return notice;
}

Down parse_end(Reader& in) {
    const auto reason = end_reason_from(in.u16());
    const std::uint32_t detail = in.u32();
    if (!reason)
        return kBad;
    return End{*reason, detail};
}

Hello parse_hello(Reader& in) {
    Hello hello;
    hello.version = in.u16();
    hello.viewer_version = in.u32();
    in.u16();  // reserved
    return hello;
}

Ack parse_ack(Reader& in) {
    Ack ack;
    ack.sequence = in.u32();
    ack.decode_us = in.u32();
    ack.queue = in.u8();
    return ack;
}

PointerMove parse_move(Reader& in) {
    PointerMove move;
    move.x = in.u16();
    move.y = in.u16();
    return move;
}

Up parse_up_body(MessageType type, Reader& in) {
    switch (type) {
        case MessageType::kHello:         return parse_hello(in);
        case MessageType::kLogin:         return parse_login(in);
        case MessageType::kOpenSession:   return parse_open(in);
        case MessageType::kKey:           return parse_key(in);
        case MessageType::kPointerMove:   return parse_move(in);
        case MessageType::kPointerButton: return parse_button(in);
        case MessageType::kWheel:         return parse_wheel(in);
        case MessageType::kText:          return parse_text(in);
        case MessageType::kReleaseAll:    return ReleaseAll{};
        case MessageType::kResize:        return parse_resize(in);
        case MessageType::kAck:           return parse_ack(in);
        case MessageType::kAskException:  return AskException{in.u32()};
        case MessageType::kPong:          return Pong{in.u32()};
        case MessageType::kEndRequest:    return EndRequest{};
        case MessageType::kResume:        return parse_resume(in);
        case MessageType::kHeld:          return Held{};
        default:                          return tl::unexpected(EndReason::kUnknownType);
    }
}

Down parse_down_body(MessageType type, Reader& in) {
    switch (type) {
        case MessageType::kWelcome:      return parse_welcome(in);
        case MessageType::kLoginResult:  return parse_login_result(in);
        case MessageType::kSessionState: return parse_session_state(in);
        case MessageType::kUpdate: {
            const auto view = in.rest();
            return Update{{view.begin(), view.end()}};
        }
        case MessageType::kCursorShape: {
            const auto cursor = cursor_from(in.u8());
            if (!cursor)
                return kBad;
            return CursorShape{*cursor};
        }
        case MessageType::kTextField: return parse_text_field(in);
        case MessageType::kNotice:    return parse_notice(in);
        case MessageType::kPing:      return Ping{in.u32()};
        case MessageType::kEnd:       return parse_end(in);
        default:                      return tl::unexpected(EndReason::kUnknownType);
    }
}

}  // namespace

Up parse_up(const Frame& frame) {
    Reader in(frame.payload);
    Up message = parse_up_body(static_cast<MessageType>(frame.type), in);
    if (message && !in.at_end())
        return kBad;
    return message;
}

Down parse_down(const Frame& frame) {
    Reader in(frame.payload);
    Down message = parse_down_body(static_cast<MessageType>(frame.type), in);
    if (message && !in.at_end())
        return kBad;
    return message;
}

}  // namespace sudare::wire
