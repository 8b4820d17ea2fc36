// SPDX-License-Identifier: Apache-2.0
// Emergencies: few, never deleted.
#include "server/broker/store/store_impl.h"

namespace sudare::store {
namespace {

constexpr std::string_view kColumns =
    "SELECT id, started, actor, reason, everybody, recorded, state, asker, end_reason, ender, ended,"
    " since FROM emergencies";

enum class Kind { kUser = 1, kTerminal = 2, kSession = 3 };

void add_target(soci::session& sql, long long emergency, Kind kind, const std::string& name) {
    const int number = static_cast<int>(kind);
    sql << "INSERT INTO emergency_targets (emergency, kind, name) VALUES (:e, :k, :n)",
        soci::use(emergency), soci::use(number), soci::use(name);
}

void read_targets(soci::session& sql, Emergency& into) {
    const long long id = into.id;
    const soci::rowset<soci::row> rows =
        (sql.prepare << "SELECT kind, name FROM emergency_targets WHERE emergency = :e",
         soci::use(id));
    for (const soci::row& row : rows) {
        const auto name = row.get<std::string>(1);
        switch (static_cast<Kind>(row.get<int>(0))) {
            case Kind::kUser:
                into.users.insert(name);
                break;
            case Kind::kTerminal:
                into.terminals.insert(name);
                break;
            case Kind::kSession:
                into.sessions.insert(std::stoull(name));
                break;
        }
    }
}

Emergency emergency_from(const soci::row& row) {
    Emergency one;
    one.id = static_cast<std::uint32_t>(row.get<int>(0));
    one.started = row.get<long long>(1);
    one.actor = static_cast<std::uint32_t>(row.get<long long>(2));
    one.reason = row.get<std::string>(3);
    one.everybody = row.get<int>(4) != 0;
    one.recorded = row.get<int>(5) != 0;
    one.state = static_cast<Emergency::State>(row.get<int>(6));
    one.asker = static_cast<std::uint32_t>(row.get<long long>(7));
    one.end_reason = row.get<std::string>(8);
    one.ender = static_cast<std::uint32_t>(row.get<long long>(9));
    one.ended = row.get<long long>(10);
    one.since = row.get<long long>(11);
    return one;
}

}  // namespace

Result<std::uint32_t> Store::add_emergency(const Emergency& emergency) {
    return guarded("add emergency", [&]() -> Result<std::uint32_t> {
        auto& sql = impl_->sql;
        Transaction transaction(sql);
        const long long started = emergency.started, since = emergency.since, actor = emergency.actor;
        const int everybody = emergency.everybody ? 1 : 0;
        sql << "INSERT INTO emergencies (started, since, actor, reason, everybody)"
               " VALUES (:s, :f, :a, :r, :e)",
            soci::use(started), soci::use(since), soci::use(actor), soci::use(emergency.reason),
            soci::use(everybody);
        long long id = 0;
        sql << "SELECT last_insert_rowid()", soci::into(id);
        for (const std::string& name : emergency.users)
            add_target(sql, id, Kind::kUser, name);
        for (const std::string& name : emergency.terminals)
            add_target(sql, id, Kind::kTerminal, name);
        for (const std::uint64_t session : emergency.sessions)
            add_target(sql, id, Kind::kSession, std::to_string(session));
        transaction.commit();
        return static_cast<std::uint32_t>(id);
    });
}

Result<void> Store::update_emergency(const Emergency& emergency) {
    return guarded("emergency", [&]() -> Result<void> {
        auto& sql = impl_->sql;
        Transaction transaction(sql);
        const long long id = emergency.id, asker = emergency.asker, ender = emergency.ender,
                        ended = emergency.ended;
        const int recorded = emergency.recorded ? 1 : 0;
        const int state = static_cast<int>(emergency.state);
        sql << "UPDATE emergencies SET recorded = :r, state = :s, asker = :a, end_reason = :w,"
               " ender = :e, ended = :t WHERE id = :i",
            soci::use(recorded), soci::use(state), soci::use(asker),
            soci::use(emergency.end_reason), soci::use(ender), soci::use(ended), soci::use(id);
        transaction.commit();
        return {};
    });
}

Result<std::vector<Emergency>> Store::emergencies(std::uint32_t ended) {
    return guarded("emergencies", [&]() -> Result<std::vector<Emergency>> {
        std::vector<Emergency> out;
        const long long count = ended;
        {
            const soci::rowset<soci::row> rows =
                (impl_->sql.prepare
                     << std::string(kColumns) + " WHERE state <> 3 OR id IN"
                        " (SELECT id FROM emergencies WHERE state = 3 ORDER BY id DESC LIMIT :n)"
                        " ORDER BY id DESC",
                 soci::use(count));
            for (const soci::row& row : rows)
                out.push_back(emergency_from(row));
        }
        for (Emergency& one : out)
            read_targets(impl_->sql, one);
        return out;
    });
}

Result<std::optional<Emergency>> Store::find_emergency(std::uint32_t number) {
    return guarded("find emergency", [&]() -> Result<std::optional<Emergency>> {
        std::optional<Emergency> found;
        const long long id = number;
        {
            const soci::rowset<soci::row> rows =
                (impl_->sql.prepare
                     << std::string(kColumns) + " WHERE id = :i",
                 soci::use(id));
            for (const soci::row& row : rows)
                found = emergency_from(row);
        }
        if (found)
            read_targets(impl_->sql, *found);
        return found;
    });
}

// Of a running database, in one piece, whatever its journal holds.
Result<void> Store::copy_to(const std::string& path) {
    return guarded("copy", [&]() -> Result<void> {
        impl_->sql << "VACUUM INTO :p", soci::use(path);
        return {};
    });
}

}  // namespace sudare::store
