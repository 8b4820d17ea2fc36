// SPDX-License-Identifier: Apache-2.0
#include "protocol/ipc/link_host.h"

namespace sudare::ipc {

std::vector<std::uint8_t> write_session_start(const SessionStart& start) {
    Writer out(limits::kIpcFrameMax);
    out.u64(start.session);
    out.bytes(start.key);
    write_display(out, start.display);
    out.u8(static_cast<std::uint8_t>(start.keyboard));
    out.u8(static_cast<std::uint8_t>(start.locale));
    write_policy(out, start.policy);
    return std::move(out).take();
}

Result<SessionStart> read_session_start(std::span<const std::uint8_t> payload) {
    Reader in(payload);
    SessionStart start;
    start.session = in.u64();
    in.fill(std::span<std::uint8_t, 16>(start.key));
    const auto display = read_display(in);
    const auto keyboard = keyboard_from(in.u8());
    const auto locale = locale_from(in.u8());
    if (!in.ok() || start.session == 0 || !display || !keyboard || !locale)
        return fail(Errc::kBadInput, "session start: session, display, keyboard or locale");
    start.display = *display;
    start.keyboard = *keyboard;
    start.locale = *locale;
    SUDARE_TRY(SessionPolicy policy, read_policy(in));
    start.policy = std::move(policy);
    if (!in.at_end())
        return fail(Errc::kBadInput, "session start has a wrong length");
    return start;
}

std::vector<std::uint8_t> write_session_resume(const SessionResume& resume) {
    Writer out(8 + 16 + kDisplayBytes + 1);
    out.u64(resume.session);
    out.bytes(resume.key);
    write_display(out, resume.display);
    out.u8(static_cast<std::uint8_t>(resume.keyboard));
    return std::move(out).take();
}

Result<SessionResume> read_session_resume(std::span<const std::uint8_t> payload) {
    Reader in(payload);
    SessionResume resume;
    resume.session = in.u64();
    in.fill(std::span<std::uint8_t, 16>(resume.key));
    const auto display = read_display(in);
    const auto keyboard = keyboard_from(in.u8());
    if (!in.at_end() || resume.session == 0 || !display || !keyboard)
        return fail(Errc::kBadInput, "session resume: session, display or keyboard");
    resume.display = *display;
    resume.keyboard = *keyboard;
    return resume;
}

std::vector<std::uint8_t> write_policy_payload(const SessionPolicy& policy) {
    Writer out(limits::kIpcFrameMax);
    write_policy(out, policy);
    return std::move(out).take();
}

Result<SessionPolicy> read_policy_payload(std::span<const std::uint8_t> payload) {
    Reader in(payload);
    SUDARE_TRY(SessionPolicy policy, read_policy(in));
    if (!in.at_end())
        return fail(Errc::kBadInput, "policy has a wrong length");
    return policy;
}

std::vector<std::uint8_t> write_reason(EndReason reason) {
    Writer out(2);
    out.u16(static_cast<std::uint16_t>(reason));
    return std::move(out).take();
}

Result<EndReason> read_reason(std::span<const std::uint8_t> payload) {
    Reader in(payload);
    const auto reason = end_reason_from(in.u16());
    if (!in.at_end() || !reason)
        return fail(Errc::kBadInput, "end reason is not one of the list");
    return *reason;
}

std::vector<std::uint8_t> write_host_event(const HostEvent& event) {
    Writer out(5);
    out.u8(static_cast<std::uint8_t>(event.kind));
    out.u32(event.value);
    return std::move(out).take();
}

Result<HostEvent> read_host_event(std::span<const std::uint8_t> payload) {
    Reader in(payload);
    const std::uint8_t kind = in.u8();
    HostEvent event{static_cast<HostEventKind>(kind), in.u32()};
    if (!in.at_end() || kind < 1 || kind > static_cast<std::uint8_t>(HostEventKind::kBrowserDays))
        return fail(Errc::kBadInput, "host event is not one of the list");
    return event;
}

}  // namespace sudare::ipc
