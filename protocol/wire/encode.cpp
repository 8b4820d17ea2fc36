// SPDX-License-Identifier: Apache-2.0
#include <type_traits>

#include "protocol/core/writer.h"
#include "protocol/wire/messages.h"

namespace sudare::wire {
namespace {

constexpr MessageType kUpTypes[] = {
    MessageType::kHello,       MessageType::kLogin,         MessageType::kOpenSession,
    MessageType::kKey,         MessageType::kPointerMove,   MessageType::kPointerButton,
    MessageType::kWheel,       MessageType::kText,          MessageType::kReleaseAll,
    MessageType::kResize,      MessageType::kAck,           MessageType::kAskException,
    MessageType::kPong,        MessageType::kEndRequest,    MessageType::kResume,
    MessageType::kHeld,
};
constexpr MessageType kDownTypes[] = {
    MessageType::kWelcome,     MessageType::kLoginResult,   MessageType::kSessionState,
    MessageType::kUpdate,      MessageType::kCursorShape,   MessageType::kTextField,
    MessageType::kNotice,      MessageType::kPing,          MessageType::kEnd,
};
static_assert(std::size(kUpTypes) == std::variant_size_v<UpMessage>);
static_assert(std::size(kDownTypes) == std::variant_size_v<DownMessage>);

void short_text(Writer& out, const std::string& text) {
    out.u8(static_cast<std::uint8_t>(text.size()));
    out.text(text);
}

void body(Writer& out, const Hello& m) {
    out.u16(m.version);
    out.u32(m.viewer_version);
    out.u16(0);
}
void body(Writer& out, const Login& m) {
    short_text(out, m.user);
    short_text(out, m.password);
    short_text(out, m.one_time_code);
}
void body(Writer& out, const OpenSession& m) {
    write_display(out, m.display);
    out.u8(static_cast<std::uint8_t>(m.keyboard));
    out.u8(static_cast<std::uint8_t>(m.locale));
}
void body(Writer& out, const Resume& m) {
    out.bytes(m.ticket);
    write_display(out, m.display);
    out.u8(static_cast<std::uint8_t>(m.keyboard));
}
void body(Writer& out, const Key& m) {
    out.u16(m.code);
    out.u8(m.down);
}
void body(Writer& out, const PointerMove& m) {
    out.u16(m.x);
    out.u16(m.y);
}
void body(Writer& out, const PointerButton& m) {
    out.u8(static_cast<std::uint8_t>(m.button));
    out.u8(m.down);
}
void body(Writer& out, const Wheel& m) {
    out.i16(m.dx_120);
    out.i16(m.dy_120);
}
void body(Writer& out, const Text& m) { out.text(m.utf8); }
void body(Writer&, const ReleaseAll&) {}
void body(Writer& out, const Resize& m) { write_display(out, m.display); }
void body(Writer& out, const Ack& m) {
    out.u32(m.sequence);
    out.u32(m.decode_us);
    out.u8(m.queue);
}
void body(Writer& out, const AskException& m) { out.u32(m.rule); }
void body(Writer& out, const Pong& m) { out.u32(m.nonce); }
void body(Writer&, const EndRequest&) {}
void body(Writer&, const Held&) {}

void body(Writer& out, const Welcome& m) {
    out.u16(m.version);
    out.u16(m.second_factor ? 1 : 0);
    out.u32(m.ping_interval_ms);
}
void body(Writer& out, const LoginResult& m) {
    out.u8(static_cast<std::uint8_t>(m.verdict));
    out.u16(m.retry_after_s);
}
void body(Writer& out, const SessionState& m) {
    out.u8(static_cast<std::uint8_t>(m.phase));
    out.u64(m.session);
    out.bytes(m.ticket);
    out.u32(m.remaining_s);
    out.u32(m.idle_s);
    out.u16(m.resume_minutes);
    out.u16(m.restrictions);
    out.u8(m.watermark);
    out.u16(m.reason);
}
void body(Writer& out, const Update& m) { out.bytes(m.payload); }
void body(Writer& out, const CursorShape& m) { out.u8(static_cast<std::uint8_t>(m.cursor)); }
void body(Writer& out, const TextField& m) {
    out.u8(m.active ? (m.composed_there ? 2 : 1) : 0);
    out.u16(m.x);
    out.u16(m.y);
    out.u16(m.width);
    out.u16(m.height);
    out.u8(static_cast<std::uint8_t>(m.kind));
}
void body(Writer& out, const Notice& m) {
    out.u16(static_cast<std::uint16_t>(m.code));
    out.u32(m.a);
    out.u32(m.b);
}
void body(Writer& out, const Ping& m) { out.u32(m.nonce); }
void body(Writer& out, const End& m) {
    out.u16(static_cast<std::uint16_t>(m.reason));
    out.u32(m.kept_s);
}

template <typename Message>
bool encode_any(std::vector<std::uint8_t>& out, const Message& message) {
    const MessageSpec* spec = find_message(static_cast<std::uint8_t>(type_of(message)));
    Writer writer(spec->length.max);
    std::visit([&](const auto& m) { body(writer, m); }, message);
    if (!writer.ok() || writer.size() < spec->length.min)
        return false;
    return append_frame(out, static_cast<std::uint8_t>(spec->type), writer.view());
}

}  // namespace

MessageType type_of(const UpMessage& message) { return kUpTypes[message.index()]; }
MessageType type_of(const DownMessage& message) { return kDownTypes[message.index()]; }

bool encode(std::vector<std::uint8_t>& out, const UpMessage& message) {
    return encode_any(out, message);
}
bool encode(std::vector<std::uint8_t>& out, const DownMessage& message) {
    return encode_any(out, message);
}

}  // namespace sudare::wire
