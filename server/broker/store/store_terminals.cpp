// SPDX-License-Identifier: Apache-2.0
// Certificates of terminals: what was seen, what is denied, what is to be renewed.
#include <soci/soci.h>

#include <ctime>

#include "server/broker/store/store_impl.h"

namespace sudare::store {
namespace {

constexpr char kRenewalColumns[] =
    "SELECT terminal, asked, old_serial, old_fingerprint, request, certificate, serial,"
    " fingerprint, not_after FROM renewals";

Renewal renewal_from(const soci::row& row) {
    Renewal out;
    out.terminal = row.get<std::string>(0);
    out.asked = row.get<long long>(1);
    out.old_serial = row.get<std::string>(2);
    out.old_fingerprint = row.get<std::string>(3);
    out.request = row.get<std::string>(4);
    out.certificate = row.get<std::string>(5);
    out.serial = row.get<std::string>(6);
    out.fingerprint = row.get<std::string>(7);
    out.not_after = row.get<long long>(8);
    return out;
}

}  // namespace

Result<void> Store::saw_certificate(const TerminalCertificate& known, const std::string& serial,
                                    std::int64_t not_after) {
    if (known.seen_serial == serial && known.seen_not_after == not_after)
        return {};
    return guarded("certificate of a terminal", [&]() -> Result<void> {
        const long long end = not_after;
        impl_->sql << "UPDATE terminals SET seen_serial = :s, seen_not_after = :e WHERE name = :n",
            soci::use(serial), soci::use(end), soci::use(known.terminal);
        return {};
    });
}

Result<void> Store::deny_certificate(const DeniedCertificate& denied, std::uint32_t actor) {
    return guarded("deny certificate", [&]() -> Result<void> {
        const long long now = std::time(nullptr);
        const long long uid = actor;
        impl_->sql << "INSERT INTO denied (serial, terminal, at, actor) VALUES (:s, :t, :a, :u)"
                      " ON CONFLICT (serial) DO NOTHING",
            soci::use(denied.serial), soci::use(denied.terminal), soci::use(now), soci::use(uid);
        return {};
    });
}

Result<bool> Store::is_denied(const std::string& serial) {
    return guarded("denied certificate", [&]() -> Result<bool> {
        int count = 0;
        impl_->sql << "SELECT count(*) FROM denied WHERE serial = :s", soci::use(serial),
            soci::into(count);
        return count != 0;
    });
}

Result<std::vector<DeniedCertificate>> Store::denied() {
    return guarded("denied certificates", [&]() -> Result<std::vector<DeniedCertificate>> {
        std::vector<DeniedCertificate> out;
        const soci::rowset<soci::row> rows =
            (impl_->sql.prepare << "SELECT serial, terminal, at FROM denied ORDER BY at, serial");
        for (const soci::row& row : rows)
            out.push_back(
                {row.get<std::string>(0), row.get<std::string>(1), row.get<long long>(2)});
        return out;
    });
}

Result<void> Store::ask_renewal(const Renewal& renewal) {
    return guarded("ask for a certificate", [&]() -> Result<void> {
        auto& sql = impl_->sql;
        Transaction transaction(sql);
        long long others = 0;
        sql << "SELECT count(*) FROM renewals WHERE terminal <> :t", soci::use(renewal.terminal),
            soci::into(others);
        if (others >= static_cast<long long>(kRenewalsMax))
            return fail(Errc::kLimit, std::to_string(others) + " requests for certificates wait");
        const long long now = std::time(nullptr);
        sql << "INSERT OR REPLACE INTO renewals (terminal, asked, old_serial, old_fingerprint,"
               " request) VALUES (:t, :a, :s, :f, :r)",
            soci::use(renewal.terminal), soci::use(now), soci::use(renewal.old_serial),
            soci::use(renewal.old_fingerprint), soci::use(renewal.request);
        transaction.commit();
        return {};
    });
}

Result<std::optional<Renewal>> Store::renewal_of(const std::string& terminal) {
    return guarded("request for a certificate", [&]() -> Result<std::optional<Renewal>> {
        const soci::rowset<soci::row> rows =
            (impl_->sql.prepare << std::string(kRenewalColumns) + " WHERE terminal = :t",
             soci::use(terminal));
        for (const soci::row& row : rows)
            return renewal_from(row);
        return std::nullopt;
    });
}

Result<std::vector<Renewal>> Store::renewals() {
    return guarded("requests for certificates", [&]() -> Result<std::vector<Renewal>> {
        std::vector<Renewal> out;
        const soci::rowset<soci::row> rows =
            (impl_->sql.prepare << std::string(kRenewalColumns) + " ORDER BY asked, terminal");
        for (const soci::row& row : rows)
            out.push_back(renewal_from(row));
        return out;
    });
}

Result<void> Store::sign_renewal(const Renewal& renewal) {
    return guarded("signed certificate", [&]() -> Result<void> {
        const long long end = renewal.not_after;
        soci::statement update =
            (impl_->sql.prepare << "UPDATE renewals SET certificate = :c, serial = :s,"
                                   " fingerprint = :f, not_after = :e WHERE terminal = :t",
             soci::use(renewal.certificate), soci::use(renewal.serial),
             soci::use(renewal.fingerprint), soci::use(end), soci::use(renewal.terminal));
        update.execute(true);
        if (update.get_affected_rows() == 0)
            return fail(Errc::kNotFound,
                        "terminal \"" + renewal.terminal + "\" has asked for no certificate");
        return {};
    });
}

Result<void> Store::finish_renewal(const Renewal& renewal) {
    return guarded("renewed certificate", [&]() -> Result<void> {
        auto& sql = impl_->sql;
        Transaction transaction(sql);
        int listed = 0;
        const long long end = renewal.not_after;
        sql << "SELECT count(*) FROM certificates WHERE terminal = :t", soci::use(renewal.terminal),
            soci::into(listed);
        if (listed != 0) {
            sql << "INSERT INTO certificates (fingerprint, serial, terminal, not_after)"
                   " VALUES (:f, :s, :t, :e) ON CONFLICT (fingerprint) DO NOTHING",
                soci::use(renewal.fingerprint), soci::use(renewal.serial),
                soci::use(renewal.terminal), soci::use(end);
            sql << "DELETE FROM certificates WHERE terminal = :t AND fingerprint = :f",
                soci::use(renewal.terminal), soci::use(renewal.old_fingerprint);
        }
        sql << "DELETE FROM renewals WHERE terminal = :t", soci::use(renewal.terminal);
        transaction.commit();
        return {};
    });
}

}  // namespace sudare::store
