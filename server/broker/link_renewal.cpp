// SPDX-License-Identifier: Apache-2.0
// sudare-enrol/1: a terminal asks for its next certificate and fetches it. Its present certificate,
// which the link has verified, is the proof; an administrator signs (docs/decisions/0017).
#include <sodium.h>

#include "server/base/log.h"
#include "server/broker/link_peer.h"

namespace sudare::broker {

using audit::EventType;
using audit::Field;
using ipc::LoginResultCode;

namespace {

constexpr int kForm = sodium_base64_VARIANT_ORIGINAL;

std::string base64(std::span<const std::uint8_t> bytes) {
    std::string out(sodium_base64_ENCODED_LEN(bytes.size(), kForm), '\0');
    sodium_bin2base64(out.data(), out.size(), bytes.data(), bytes.size(), kForm);
    out.pop_back();  // the NUL
    return out;
}

std::vector<std::uint8_t> bytes_of(const std::string& text) {
    if (text.empty())  // not signed yet; of nothing there is no address
        return {};
    std::vector<std::uint8_t> out(text.size());
    std::size_t count = 0;
    if (sodium_base642bin(out.data(), out.size(), text.data(), text.size(), nullptr, &count,
                          nullptr, kForm) != 0)
        count = 0;
    out.resize(count);
    return out;
}

}  // namespace

void LinkPeer::refuse_renewal(std::string_view cause, LoginResultCode code) {
    core_.record(event(EventType::kRenewalRefused)
                     .text(Field::kSerial, connected_.serial)
                     .text(Field::kCause, std::string(cause)));
    answer_login({code, 0, 0});
}

// By an emergency since it connected: recorded, and the end follows.
bool LinkPeer::stopped() {
    if (!core_.emergencies().stops_terminal(connected_.terminal))
        return false;
    core_.record(event(EventType::kRenewalRefused)
                     .text(Field::kSerial, connected_.serial)
                     .text(Field::kCause, "emergency"));
    terminate(EndReason::kEmergency);
    return true;
}

// The bytes are not read here: what is no request fails at the CA.
bool LinkPeer::ask_renewal(Payload payload) {
    if (renewal_asked_ || payload.empty() || payload.size() > enrol::kRenewalBytesMax)
        return false;
    renewal_asked_ = true;
    state_ = kEnrolling;
    if (stopped())
        return true;
    const store::Renewal renewal{connected_.terminal, 0, connected_.serial, fingerprint(),
                                 base64(payload)};
    const auto asked =
        core_.record_and_do(event(EventType::kRenewalAsked).text(Field::kSerial, connected_.serial),
                            [&] { return core_.store().ask_renewal(renewal); });
    if (!asked) {
        log_error("renewal of {}: {}", connected_.terminal, asked.error().message);
        refuse_renewal(asked.error().code == Errc::kLimit ? "too_many" : "database",
                       LoginResultCode::kBusy);
        return true;
    }
    answer_login({LoginResultCode::kOk, 0, 0});
    return true;
}

// Only to the certificate that asked: whoever has an older one of that name gets nothing.
bool LinkPeer::fetch_certificate(Payload payload) {
    if (!payload.empty())
        return false;
    state_ = kEnrolling;
    if (stopped())
        return true;
    const auto renewal = core_.store().renewal_of(connected_.terminal);
    if (!renewal) {
        log_error("renewal of {}: {}", connected_.terminal, renewal.error().message);
        answer_login({LoginResultCode::kBusy, 0, 0});
        return true;
    }
    if (!*renewal || (*renewal)->old_fingerprint != fingerprint()) {
        answer_login({LoginResultCode::kNothing, 0, 0});
        return true;
    }
    enrol::Certificate certificate{bytes_of((*renewal)->certificate)};
    if (certificate.der.empty() || certificate.der.size() > enrol::kCertificateBytesMax)
        answer_login({LoginResultCode::kNotYet, 0, 0});
    else
        send(static_cast<std::uint8_t>(ipc::BrokerLinkFrame::kCertificate),
             enrol::payload_of(enrol::DownMessage(std::move(certificate))));
    return true;
}

tl::expected<bool, LinkPeer::TerminalRefusal> LinkPeer::take_up_renewal() {
    const auto renewal = core_.store().renewal_of(connected_.terminal);
    if (!renewal)
        return tl::unexpected(TerminalRefusal{EndReason::kInternal, "database"});
    if (!*renewal || (*renewal)->fingerprint.empty() || (*renewal)->fingerprint != fingerprint())
        return false;
    const auto done = core_.record_and_do(event(EventType::kRenewed)
                                              .text(Field::kSerial, connected_.serial)
                                              .text(Field::kBefore, (*renewal)->old_serial)
                                              .number(Field::kEnds, connected_.not_after),
                                          [&] { return core_.store().finish_renewal(**renewal); });
    if (!done)
        return tl::unexpected(TerminalRefusal{
            core_.log().failed() ? EndReason::kAuditUnavailable : EndReason::kInternal, "renewal"});
    return true;
}

}  // namespace sudare::broker
