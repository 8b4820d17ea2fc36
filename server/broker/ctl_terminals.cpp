// SPDX-License-Identifier: Apache-2.0
// Certificates of terminals: refused by serial, renewed, and ending.
#include <sodium.h>

#include <algorithm>

#include "protocol/enrol/messages.h"
#include "server/base/log.h"
#include "server/broker/ctl_peer.h"
#include "server/broker/expiry.h"

namespace sudare::broker {

using audit::EventType;
using audit::Field;

namespace {

constexpr std::int64_t kDaysMax = 3650;

// As OpenSSL writes it in a certificate's facts: pairs of digits, none of zeroes before the first.
std::string normal_serial(std::string text) {
    std::erase(text, ':');
    std::ranges::transform(text, text.begin(), [](char c) {
        return c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    const auto digits = std::min(text.find_first_not_of('0'), text.size());
    text.erase(0, digits);
    return text.size() % 2 != 0 || text.empty() ? "0" + text : text;
}

bool is_certificate(const std::string& text) {
    std::vector<unsigned char> der(enrol::kCertificateBytesMax);
    std::size_t count = 0;
    return sodium_base642bin(der.data(), der.size(), text.data(), text.size(), nullptr, &count,
                             nullptr, sodium_base64_VARIANT_ORIGINAL) == 0 &&
           count > 0;
}

}  // namespace

// One that nobody has registered too: an unlisted certificate of a terminal is good otherwise.
CtlResult<> CtlPeer::terminal_deny(const Arguments& arguments) {
    const std::string serial = normal_serial(arguments[0]);
    if (!is_hex(serial, 2, kSerialHexMax) || serial == "00")
        return ctl_fail(
            Errc::kBadInput,
            "serial \"" + printable(arguments[0]) +
                "\": it must be hexadecimal, as in: sudarectl terminal list",
            "シリアル「" + printable(arguments[0]) +
                "」: 16 進数で指定してください (sudarectl terminal list で確認できます)");
    const auto terminals = core_.store().terminals();
    if (!terminals)
        return ctl_fail(terminals.error());
    const auto owner = std::ranges::find_if(*terminals, [&](const auto& known) {
        return known.serial == serial || known.seen_serial == serial;
    });
    const std::string terminal = owner != terminals->end() ? owner->terminal : std::string();
    auto record = event(EventType::kCertificateDenied).text(Field::kSerial, serial);
    if (!terminal.empty())
        record.text(Field::kTerminal, terminal);
    const auto denied = core_.record_and_do(record, [&] {
        return core_.store().deny_certificate({serial, terminal, 0}, uid_);
    });
    if (!denied)
        return ctl_fail(denied.error());
    const std::size_t ended = core_.certificate_denied(serial);
    row({{"serial", serial}, {"terminal", terminal}, {"connections", std::uint64_t{ended}}});
    return {};
}

CtlResult<> CtlPeer::terminal_renewals(const Arguments& arguments) {
    const auto renewals = core_.store().renewals();
    if (!renewals)
        return ctl_fail(renewals.error());
    for (const store::Renewal& one : *renewals) {
        ipc::CtlRow shown{{"terminal", one.terminal},
                          {"asked", static_cast<std::uint64_t>(one.asked)},
                          {"serial", one.old_serial},
                          {"signed", !one.certificate.empty()},
                          {"new_serial", one.serial}};
        if (!arguments[0].empty())
            shown.push_back({"request", one.request});
        row(shown);
    }
    return {};
}

// What the CA has signed. It is not judged here: the viewer takes only what fits its key and CA,
// and the gateway only what the CA has signed.
CtlResult<> CtlPeer::terminal_install(const Arguments& arguments) {
    store::Renewal renewal;
    renewal.terminal = arguments[0];
    renewal.serial = arguments[1];
    renewal.fingerprint = arguments[2];
    const auto end = number_of(arguments[3]);
    renewal.certificate = arguments[4];
    const std::string name = printable(renewal.terminal);
    if (!is_account_name(renewal.terminal) || !is_hex(renewal.serial, 1, kSerialHexMax) ||
        !is_hex(renewal.fingerprint, 64, 64) || !end || !is_certificate(renewal.certificate))
        return ctl_fail(Errc::kBadInput,
                        "terminal \"" + name + "\": the certificate is malformed or longer than " +
                            std::to_string(enrol::kCertificateBytesMax) + " bytes",
                        "端末「" + name + "」: 証明書が不正か、大きすぎます (" +
                            std::to_string(enrol::kCertificateBytesMax) + " バイトまで)");
    renewal.not_after = *end;
    const auto known = core_.store().find_terminal(renewal.terminal);
    const auto asked = core_.store().renewal_of(renewal.terminal);
    const auto denied = core_.store().is_denied(renewal.serial);
    if (!known || !asked || !denied)
        return ctl_fail(!known ? known.error() : !asked ? asked.error() : denied.error());
    if (!*asked)
        return ctl_fail(
            Errc::kNotFound,
            "terminal \"" + name +
                "\" has asked for no certificate; see: sudarectl terminal renewals",
            "端末「" + name +
                "」からの更新要求はありません。sudarectl terminal renewals で確認してください");
    if (known->empty() || known->front().revoked || *denied)
        return ctl_fail(Errc::kState, "terminal \"" + name + "\" or this certificate is revoked",
                        "端末「" + name + "」またはこの証明書は失効しています");
    const auto stored =
        core_.record_and_do(event(EventType::kRenewalSigned)
                                .text(Field::kTerminal, renewal.terminal)
                                .text(Field::kSerial, renewal.serial)
                                .number(Field::kEnds, static_cast<std::uint64_t>(*end)),
                            [&] { return core_.store().sign_renewal(renewal); });
    return stored ? CtlResult<>() : ctl_fail(stored.error());
}

CtlResult<> CtlPeer::terminal_expiring(const Arguments& arguments) {
    const auto days = arguments[0].empty()
                          ? std::optional<std::int64_t>(core_.settings().expiry_days)
                          : number_of(arguments[0]);
    if (!days || *days < 0 || *days > kDaysMax)
        return ctl_fail(Errc::kBadInput,
                        "days \"" + printable(arguments[0]) + "\": it must be 0 to 3650",
                        "日数「" + printable(arguments[0]) + "」: 0～3650 で指定してください");
    const auto ending = ending_certificates(core_.store(), static_cast<int>(*days));
    if (!ending)
        return ctl_fail(ending.error());
    for (const EndingCertificate& one : *ending)
        row({{"terminal", one.terminal},
             {"serial", one.serial},
             {"not_after", static_cast<std::uint64_t>(one.not_after)},
             {"renewal", one.renewal}});
    return {};
}

}  // namespace sudare::broker
