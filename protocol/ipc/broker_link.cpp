// SPDX-License-Identifier: Apache-2.0
#include "protocol/ipc/broker_link.h"

#include <string.h>

#include <algorithm>

#include "protocol/ipc/broker_link_keys.h"

namespace sudare::ipc {
namespace {

constexpr std::size_t kSmall = 1024;  // no fixed message comes near

tl::unexpected<Error> bad(const char* what) {
    return fail(Errc::kBadInput, std::string("broker link: ") + what + " is malformed");
}

bool is_serial(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
    });
}

bool is_code(std::string_view text) {
    return text.empty() || (text.size() == limits::kOneTimeCodeDigits &&
                            std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; }));
}

}  // namespace

void wipe(Login& login) {
    ::explicit_bzero(login.password.data(), login.password.size());
    ::explicit_bzero(login.code.data(), login.code.size());
    login.password.clear();
    login.code.clear();
}

std::vector<std::uint8_t> write_connected(const Connected& message) {
    Writer out(kSmall);
    out.bytes(message.address);
    out.u16(message.port);
    write_text(out, message.terminal);
    write_text(out, message.serial);
    out.bytes(message.certificate);
    out.u64(message.not_after);
    return std::move(out).take();
}

Result<Connected> read_connected(std::span<const std::uint8_t> payload) {
    Reader in(payload);
    Connected message;
    in.fill(std::span<std::uint8_t, 16>(message.address));
    message.port = in.u16();
    auto terminal = read_text(in, limits::kTerminalNameBytesMax);
    auto serial = read_text(in, kSerialHexMax);
    in.fill(std::span<std::uint8_t, 32>(message.certificate));
    message.not_after = in.u64();
    if (!in.at_end() || !terminal || terminal->empty() || !serial || !is_serial(*serial))
        return bad("Connected");
    message.terminal = std::move(*terminal);
    message.serial = std::move(*serial);
    return message;
}

std::vector<std::uint8_t> write_login(const Login& message) {
    Writer out(kSmall);
    write_text(out, message.user);
    write_text(out, message.password);
    write_text(out, message.code);
    return std::move(out).take();
}

Result<Login> read_login(std::span<const std::uint8_t> payload) {
    Reader in(payload);
    auto user = read_text(in, limits::kUserNameBytesMax);
    auto password = read_text(in, limits::kPasswordBytesMax);
    auto code = read_text(in, limits::kOneTimeCodeDigits);
    if (!in.at_end() || !user || user->empty() || !password || password->empty() || !code ||
        !is_code(*code))
        return bad("Login");
    return Login{std::move(*user), std::move(*password), std::move(*code)};
}

std::vector<std::uint8_t> write_open_session(const OpenSession& message) {
    Writer out(kSmall);
    write_display(out, message.display);
    out.u8(static_cast<std::uint8_t>(message.keyboard));
    out.u8(static_cast<std::uint8_t>(message.locale));
    return std::move(out).take();
}

Result<OpenSession> read_open_session(std::span<const std::uint8_t> payload) {
    Reader in(payload);
    OpenSession message;
    const auto display = read_display(in);
    const auto keyboard = keyboard_from(in.u8());
    const auto locale = locale_from(in.u8());
    if (!in.at_end() || !display || !keyboard || !locale)
        return bad("OpenSession");
    message.display = *display;
    message.keyboard = *keyboard;
    message.locale = *locale;
    return message;
}

std::vector<std::uint8_t> write_resume_session(const ResumeSession& message) {
    Writer out(16 + kDisplayBytes + 1);
    out.bytes(message.ticket);
    write_display(out, message.display);
    out.u8(static_cast<std::uint8_t>(message.keyboard));
    return std::move(out).take();
}

Result<ResumeSession> read_resume_session(std::span<const std::uint8_t> payload) {
    Reader in(payload);
    ResumeSession message;
    in.fill(std::span<std::uint8_t, 16>(message.ticket));
    const auto display = read_display(in);
    const auto keyboard = keyboard_from(in.u8());
    if (!in.at_end() || !display || !keyboard)
        return bad("ResumeSession");
    message.display = *display;
    message.keyboard = *keyboard;
    return message;
}

std::vector<std::uint8_t> write_session_started(std::uint64_t session) {
    Writer out(8);
    out.u64(session);
    return std::move(out).take();
}

Result<std::uint64_t> read_session_started(std::span<const std::uint8_t> payload) {
    Reader in(payload);
    const std::uint64_t session = in.u64();
    if (!in.at_end() || session == 0)
        return bad("SessionStarted");
    return session;
}

std::vector<std::uint8_t> write_session_ended(const SessionEnded& message) {
    Writer out(kSmall);
    out.u64(message.session);
    out.u16(static_cast<std::uint16_t>(message.reason));
    out.u64(message.totals.bytes_up);
    out.u64(message.totals.bytes_down);
    out.u32(message.totals.updates);
    return std::move(out).take();
}

Result<SessionEnded> read_session_ended(std::span<const std::uint8_t> payload) {
    Reader in(payload);
    SessionEnded message;
    message.session = in.u64();
    const auto reason = end_reason_from(in.u16());
    message.totals.bytes_up = in.u64();
    message.totals.bytes_down = in.u64();
    message.totals.updates = in.u32();
    if (!in.at_end() || message.session == 0 || !reason)
        return bad("SessionEnded");
    message.reason = *reason;
    return message;
}

std::vector<std::uint8_t> write_counters(const Counters& message) {
    Writer out(kSmall);
    out.u64(message.session);
    for (const std::uint32_t value : {message.keys, message.moves, message.buttons, message.wheel,
                                      message.code_points, message.dropped})
        out.u32(value);
    return std::move(out).take();
}

Result<Counters> read_counters(std::span<const std::uint8_t> payload) {
    Reader in(payload);
    Counters message;
    message.session = in.u64();
    for (std::uint32_t* value : {&message.keys, &message.moves, &message.buttons, &message.wheel,
                                 &message.code_points, &message.dropped})
        *value = in.u32();
    if (!in.at_end() || message.session == 0)
        return bad("Counters");
    return message;
}

std::vector<std::uint8_t> write_session_destination(const SessionDestination& message) {
    Writer out(kSmall);
    out.u64(message.session);
    write_destination(out, message.destination);
    return std::move(out).take();
}

Result<SessionDestination> read_session_destination(std::span<const std::uint8_t> payload) {
    Reader in(payload);
    SessionDestination message;
    message.session = in.u64();
    auto destination = read_destination(in);
    if (!in.at_end() || message.session == 0 || !destination)
        return bad("Destination");
    message.destination = std::move(*destination);
    return message;
}

std::vector<std::uint8_t> write_refusal(const Refusal& message) {
    Writer out(kSmall);
    out.u64(message.session);
    out.u8(static_cast<std::uint8_t>(message.kind));
    out.u32(message.number);
    return std::move(out).take();
}

Result<Refusal> read_refusal(std::span<const std::uint8_t> payload) {
    Reader in(payload);
    Refusal message;
    message.session = in.u64();
    const std::uint8_t kind = in.u8();
    message.number = in.u32();
    if (!in.at_end() || kind < 1 || kind > static_cast<std::uint8_t>(RefusalKind::kHostProtocol))
        return bad("Refusal");
    message.kind = static_cast<RefusalKind>(kind);
    return message;
}

std::vector<std::uint8_t> write_input_alarm(const InputAlarm& message) {
    Writer out(kSmall);
    out.u64(message.session);
    out.u8(static_cast<std::uint8_t>(message.kind));
    out.u32(message.number);
    return std::move(out).take();
}

Result<InputAlarm> read_input_alarm(std::span<const std::uint8_t> payload) {
    Reader in(payload);
    InputAlarm message;
    message.session = in.u64();
    const std::uint8_t kind = in.u8();
    message.number = in.u32();
    if (!in.at_end() || message.session == 0 || kind < 1 || kind > kInputAlarmKinds)
        return bad("InputAlarm");
    message.kind = static_cast<InputAlarmKind>(kind);
    return message;
}

std::vector<std::uint8_t> write_handshake_failed(const HandshakeFailed& message) {
    Writer out(kSmall);
    out.bytes(message.address);
    out.u16(message.port);
    out.u8(static_cast<std::uint8_t>(message.fault));
    return std::move(out).take();
}

Result<HandshakeFailed> read_handshake_failed(std::span<const std::uint8_t> payload) {
    Reader in(payload);
    HandshakeFailed message;
    in.fill(std::span<std::uint8_t, 16>(message.address));
    message.port = in.u16();
    const std::uint8_t fault = in.u8();
    if (!in.at_end() || fault < 1 || fault > static_cast<std::uint8_t>(HandshakeFault::kOther))
        return bad("HandshakeFailed");
    message.fault = static_cast<HandshakeFault>(fault);
    return message;
}

std::vector<std::uint8_t> write_ask_exception(const AskException& message) {
    Writer out(kSmall);
    out.u64(message.session);
    out.u32(message.rule);
    out.u16(message.port);
    write_text(out, message.host);
    return std::move(out).take();
}

Result<AskException> read_ask_exception(std::span<const std::uint8_t> payload) {
    Reader in(payload);
    AskException message;
    message.session = in.u64();
    message.rule = in.u32();
    message.port = in.u16();
    auto host = read_text(in, limits::kHostBytesMax);
    if (!host || !in.at_end() || message.session == 0)
        return bad("AskException");
    message.host = std::move(*host);
    return message;
}

std::vector<std::uint8_t> write_session_host_event(const SessionHostEvent& message) {
    Writer out(kSmall);
    out.u64(message.session);
    out.bytes(write_host_event(message.event));
    return std::move(out).take();
}

Result<SessionHostEvent> read_session_host_event(std::span<const std::uint8_t> payload) {
    Reader in(payload);
    SessionHostEvent message;
    message.session = in.u64();
    SUDARE_TRY(message.event, read_host_event(in.rest()));
    if (message.session == 0)
        return bad("HostEvent");
    return message;
}

std::vector<std::uint8_t> write_connected_verdict(std::optional<EndReason> refusal) {
    Writer out(2);
    out.u16(refusal ? static_cast<std::uint16_t>(*refusal) : 0);
    return std::move(out).take();
}

Result<std::optional<EndReason>> read_connected_verdict(std::span<const std::uint8_t> payload) {
    Reader in(payload);
    const std::uint16_t number = in.u16();
    const auto reason = end_reason_from(number);
    if (!in.at_end() || (number != 0 && !reason))
        return bad("ConnectedVerdict");
    return reason;
}

std::vector<std::uint8_t> write_login_verdict(const LoginVerdict& message) {
    Writer out(kSmall);
    out.u8(static_cast<std::uint8_t>(message.code));
    out.u32(message.retry_after);
    out.u32(message.user);
    return std::move(out).take();
}

Result<LoginVerdict> read_login_verdict(std::span<const std::uint8_t> payload) {
    Reader in(payload);
    const std::uint8_t code = in.u8();
    LoginVerdict message;
    message.retry_after = in.u32();
    message.user = in.u32();
    if (!in.at_end() || code > static_cast<std::uint8_t>(LoginResultCode::kNothing))
        return bad("LoginVerdict");
    message.code = static_cast<LoginResultCode>(code);
    return message;
}

std::vector<std::uint8_t> write_session_granted(const SessionGranted& message) {
    Writer out(limits::kIpcFrameMax);
    out.u64(message.session);
    out.bytes(message.ticket);
    out.bytes(message.key);
    out.u8(message.resumed);
    out.u32(message.remaining);
    write_keys(out, message.reviewers);
    write_policy(out, message.policy);
    return std::move(out).take();
}

Result<SessionGranted> read_session_granted(std::span<const std::uint8_t> payload) {
    Reader in(payload);
    SessionGranted message;
    message.session = in.u64();
    in.fill(std::span<std::uint8_t, 16>(message.ticket));
    in.fill(std::span<std::uint8_t, 16>(message.key));
    const std::uint8_t resumed = in.u8();
    message.resumed = resumed == 1;
    message.remaining = in.u32();
    if (!read_keys(in, message.reviewers) || message.session == 0 || resumed > 1)
        return bad("SessionGranted");
    SUDARE_TRY(message.policy, read_policy(in));
    if (!in.at_end())
        return bad("SessionGranted");
    return message;
}

}  // namespace sudare::ipc
