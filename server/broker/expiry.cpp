// SPDX-License-Identifier: Apache-2.0
#include "server/broker/expiry.h"

#include <algorithm>
#include <ctime>
#include <map>
#include <set>

#include "server/base/log.h"

namespace sudare::broker {
namespace {

constexpr std::int64_t kDaySeconds = 24 * 60 * 60;
constexpr std::chrono::hours kInterval{24};
// Terminals that nobody uses any more end too, and are not revoked: they are named for a day.
constexpr std::int64_t kNamedAfterEnd = kDaySeconds;
// A day's records: more would only say the same of all terminals.
constexpr std::size_t kRecordsMax = 1000;

}  // namespace

bool is_hex(const std::string& text, std::size_t low, std::size_t high) {
    return text.size() >= low && text.size() <= high && std::ranges::all_of(text, [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
           });
}

std::int64_t end_of(const store::TerminalCertificate& certificate) {
    if (certificate.not_after != 0)
        return certificate.not_after;
    // Any of its certificates is good, or the registration is older than the column: what was
    // shown.
    return certificate.serial.empty() || certificate.serial == certificate.seen_serial
               ? certificate.seen_not_after
               : 0;
}

Result<std::vector<EndingCertificate>> ending_certificates(store::Store& store, int days) {
    SUDARE_TRY(const auto terminals, store.terminals());
    SUDARE_TRY(const auto denied, store.denied());
    SUDARE_TRY(const auto renewals, store.renewals());
    std::set<std::string> refused;
    for (const store::DeniedCertificate& one : denied)
        refused.insert(one.serial);
    std::map<std::string, EndingCertificate> longest;
    for (const store::TerminalCertificate& one : terminals) {
        const std::string& serial = one.serial.empty() ? one.seen_serial : one.serial;
        const std::int64_t end = end_of(one);
        if (one.revoked || end == 0 || refused.contains(serial))
            continue;
        EndingCertificate& entry = longest[one.terminal];
        if (end > entry.not_after)
            entry = {one.terminal, serial, end, false};
    }
    for (const store::Renewal& renewal : renewals)
        if (const auto known = longest.find(renewal.terminal); known != longest.end())
            known->second.renewal = true;
    const std::int64_t until = std::time(nullptr) + days * kDaySeconds;
    std::vector<EndingCertificate> out;
    for (const auto& [name, entry] : longest)
        if (entry.not_after <= until)
            out.push_back(entry);
    std::ranges::sort(out, {}, &EndingCertificate::not_after);
    return out;
}

void ExpiryWatch::start() {
    announce();
    timer_.expires_after(kInterval);
    timer_.async_wait([this](const boost::system::error_code& error) {
        if (!error)
            start();
    });
}

void ExpiryWatch::announce() {
    const auto ending = ending_certificates(core_.store(), core_.settings().expiry_days);
    if (!ending)
        return log_error("certificates that end: {}", ending.error().message);
    const std::int64_t oldest = std::time(nullptr) - kNamedAfterEnd;
    std::size_t records = 0;
    for (const EndingCertificate& one : *ending) {
        if (one.not_after < oldest)
            continue;
        if (++records > kRecordsMax)
            break;
        core_.record(audit::Event{audit::EventType::kExpiresSoon, {}}
                         .text(audit::Field::kTerminal, one.terminal)
                         .text(audit::Field::kSerial, one.serial)
                         .number(audit::Field::kEnds, static_cast<std::uint64_t>(one.not_after)));
    }
    if (records > 0)
        log_warn("{}{} certificates of terminals end within {} days: sudarectl terminal expiring",
                 records > kRecordsMax ? "more than " : "", std::min(records, kRecordsMax),
                 core_.settings().expiry_days);
}

}  // namespace sudare::broker
