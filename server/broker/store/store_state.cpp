// SPDX-License-Identifier: Apache-2.0
// Sessions and lockout.
#include <algorithm>
#include <ctime>

#include "server/broker/store/store_impl.h"

namespace sudare::store {
namespace {

// Rows of names that failed once and never came back: more are dropped, oldest first, so that
// guessing names cannot fill the disk. A lock does not count and is not dropped, or invented names
// would push it out; each costs several password hashes, which bounds how many there can be.
constexpr int kFailureRowsMax = 20000;

Failures failures_of(soci::session& sql, const std::string& key) {
    int count = 0;
    long long until = 0;
    sql << "SELECT count, locked_until FROM failures WHERE key = :k", soci::use(key),
        soci::into(count), soci::into(until);
    if (!sql.got_data())
        return Failures{};
    return Failures{static_cast<std::uint32_t>(count), until};
}

void store_failures(soci::session& sql, const std::string& key, const Failures& failures,
                    long long now) {
    if (failures.count == 0 && failures.locked_until == 0) {
        sql << "DELETE FROM failures WHERE key = :k", soci::use(key);
        return;
    }
    const auto count = static_cast<int>(failures.count);
    const long long until = failures.locked_until;
    const long long at = std::max(now, until);  // a lock that ends is not the oldest at once
    sql << "INSERT INTO failures (key, count, locked_until, at) VALUES (:k, :c, :u, :t)"
           " ON CONFLICT (key) DO UPDATE SET count = excluded.count,"
           " locked_until = excluded.locked_until, at = excluded.at",
        soci::use(key), soci::use(count), soci::use(until), soci::use(at);
}

}  // namespace

Result<std::uint64_t> Store::add_session(std::uint32_t user, const std::string& terminal,
                                         std::uint32_t policy_version) {
    return guarded("add session", [&]() -> Result<std::uint64_t> {
        auto& sql = impl_->sql;
        Transaction transaction(sql);
        const long long id = user;
        const long long version = policy_version;
        const long long now = std::time(nullptr);
        sql << "INSERT INTO sessions (user, terminal, policy_version, granted) VALUES (:u, :t, :v, "
               ":g)",
            soci::use(id), soci::use(terminal), soci::use(version), soci::use(now);
        long long session = 0;
        sql << "SELECT last_insert_rowid()", soci::into(session);
        transaction.commit();
        return static_cast<std::uint64_t>(session);
    });
}

Result<void> Store::end_session(std::uint64_t session, std::uint16_t reason) {
    return guarded("end session", [&]() -> Result<void> {
        Transaction transaction(impl_->sql);
        const auto id = static_cast<long long>(session);
        const long long now = std::time(nullptr);
        const int number = reason;
        impl_->sql << "UPDATE sessions SET ended = :e, reason = :r WHERE id = :i AND ended IS NULL",
            soci::use(now), soci::use(number), soci::use(id);
        transaction.commit();
        return {};
    });
}

Result<std::vector<StoredSession>> Store::open_sessions() {
    return guarded("open sessions", [&]() -> Result<std::vector<StoredSession>> {
        std::vector<StoredSession> out;
        StoredSession session;
        long long id = 0;
        soci::statement statement =
            (impl_->sql.prepare << "SELECT s.id, u.name, s.terminal FROM sessions s JOIN users u ON"
                                   " u.id = s.user WHERE s.ended IS NULL ORDER BY s.id",
             soci::into(id), soci::into(session.user), soci::into(session.terminal));
        statement.execute();
        while (statement.fetch()) {
            session.id = static_cast<std::uint64_t>(id);
            out.push_back(session);
        }
        return out;
    });
}

Result<Failures> Store::failures(const std::string& key) {
    return guarded("failures", [&]() -> Result<Failures> { return failures_of(impl_->sql, key); });
}

Result<void> Store::change_failures(const std::vector<std::string>& keys,
                                    const std::function<bool(std::vector<Failures>&)>& change) {
    return guarded("change failures", [&]() -> Result<void> {
        auto& sql = impl_->sql;
        Transaction transaction(sql);
        std::vector<Failures> rows;
        for (const std::string& key : keys)
            rows.push_back(failures_of(sql, key));
        if (!change(rows))
            return {};
        const long long now = std::time(nullptr);
        for (std::size_t i = 0; i < keys.size(); ++i)
            store_failures(sql, keys[i], rows.at(i), now);
        sql << "DELETE FROM failures WHERE key IN (SELECT key FROM failures WHERE locked_until <= :n"
               " ORDER BY at DESC LIMIT -1 OFFSET :m)",
            soci::use(now), soci::use(kFailureRowsMax);
        transaction.commit();
        return {};
    });
}

}  // namespace sudare::store
