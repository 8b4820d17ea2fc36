// SPDX-License-Identifier: Apache-2.0
#include "protocol/ipc/host_session.h"

namespace sudare::ipc {
namespace {

constexpr std::size_t kPayloadMax = 4096;

void write_rules(Writer& out, const SessionRules& rules) {
    SessionPolicy carrier;
    carrier.input = rules.input;
    carrier.display = rules.display;
    carrier.recording = rules.recorded ? Recording::kOn : Recording::kOff;
    write_policy(out, carrier);
}

Result<SessionRules> read_rules(Reader& in) {
    SUDARE_TRY(SessionPolicy carrier, read_policy(in));
    if (!in.at_end())
        return fail(Errc::kBadInput, "session rules have a wrong length");
    return SessionRules{carrier.input, carrier.display, carrier.recording != Recording::kOff};
}

}  // namespace

std::vector<std::uint8_t> write_session_config(const SessionConfig& config) {
    Writer out(kPayloadMax);
    write_display(out, config.display);
    out.u8(static_cast<std::uint8_t>(config.keyboard));
    out.u8(static_cast<std::uint8_t>(config.locale));
    write_rules(out, config.rules);
    return std::move(out).take();
}

Result<SessionConfig> read_session_config(std::span<const std::uint8_t> payload) {
    Reader in(payload);
    const auto display = read_display(in);
    const auto keyboard = keyboard_from(in.u8());
    const auto locale = locale_from(in.u8());
    if (!in.ok() || !display || !keyboard || !locale)
        return fail(Errc::kBadInput, "session config: display, keyboard or locale");
    SUDARE_TRY(const SessionRules rules, read_rules(in));
    return SessionConfig{*display, *keyboard, *locale, rules};
}

std::vector<std::uint8_t> write_session_attach(const SessionAttach& attach) {
    Writer out(kDisplayBytes + 1);
    write_display(out, attach.display);
    out.u8(static_cast<std::uint8_t>(attach.keyboard));
    return std::move(out).take();
}

Result<SessionAttach> read_session_attach(std::span<const std::uint8_t> payload) {
    Reader in(payload);
    const auto display = read_display(in);
    const auto keyboard = keyboard_from(in.u8());
    if (!in.at_end() || !display || !keyboard)
        return fail(Errc::kBadInput, "session attach: display or keyboard");
    return SessionAttach{*display, *keyboard};
}

std::vector<std::uint8_t> write_session_rules(const SessionRules& rules) {
    Writer out(kPayloadMax);
    write_rules(out, rules);
    return std::move(out).take();
}

Result<SessionRules> read_session_rules(std::span<const std::uint8_t> payload) {
    Reader in(payload);
    return read_rules(in);
}

}  // namespace sudare::ipc
