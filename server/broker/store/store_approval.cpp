// SPDX-License-Identifier: Apache-2.0
// Roles, and changes that wait for a second person.
#include <ctime>

#include "server/broker/store/store_impl.h"

namespace sudare::store {
namespace {

enum State : int { kDraft = 0, kOpen = 1, kApproved = 2, kRefused = 3 };

// False: it was not in that state.
bool move_on(soci::session& sql, std::uint32_t id, State from, State to, std::uint32_t decider) {
    const long long number = id, who = decider, now = std::time(nullptr);
    const int before = from, after = to;
    sql << "UPDATE pending SET state = :a, decided = :t, decider = :w WHERE id = :i AND state = :b",
        soci::use(after), soci::use(now), soci::use(who), soci::use(number), soci::use(before);
    int changed = 0;
    sql << "SELECT changes()", soci::into(changed);
    return changed == 1;
}

tl::unexpected<Error> decided_already(std::uint32_t id) {
    return fail(Errc::kState, "change " + std::to_string(id) + " has been decided already");
}

}  // namespace

Result<Roles> Store::roles() {
    return guarded("roles", [&]() -> Result<Roles> {
        Roles out;
        const soci::rowset<soci::row> rows = (impl_->sql.prepare << "SELECT uid, role FROM roles");
        for (const soci::row& row : rows)
            out[static_cast<std::uint32_t>(row.get<long long>(0))].insert(
                static_cast<Role>(row.get<int>(1)));
        return out;
    });
}

Result<void> Store::give_role(std::uint32_t uid, Role role, std::uint32_t actor) {
    return guarded("give role", [&]() -> Result<void> {
        Transaction transaction(impl_->sql);
        const long long to = uid, by = actor, now = std::time(nullptr);
        const int number = static_cast<int>(role);
        impl_->sql << "INSERT INTO roles (uid, role, at, actor) VALUES (:u, :r, :t, :a)",
            soci::use(to), soci::use(number), soci::use(now), soci::use(by);
        transaction.commit();
        return {};
    });
}

Result<void> Store::take_role(std::uint32_t uid, Role role) {
    return guarded("take role", [&]() -> Result<void> {
        Transaction transaction(impl_->sql);
        const long long from = uid;
        const int number = static_cast<int>(role);
        impl_->sql << "DELETE FROM roles WHERE uid = :u AND role = :r", soci::use(from),
            soci::use(number);
        transaction.commit();
        return {};
    });
}

Result<void> Store::set_exception_end(std::uint32_t number, std::int64_t ends) {
    return guarded("end of an exception", [&]() -> Result<void> {
        Transaction transaction(impl_->sql);
        const long long id = number, until = ends;
        impl_->sql << "UPDATE exceptions SET ends = :e WHERE id = :i", soci::use(until), soci::use(id);
        transaction.commit();
        return {};
    });
}

Result<std::uint32_t> Store::add_pending(const std::vector<PolicyChange>& changes,
                                         std::uint32_t actor) {
    return guarded("add pending change", [&]() -> Result<std::uint32_t> {
        auto& sql = impl_->sql;
        Transaction transaction(sql);
        const long long by = actor, now = std::time(nullptr);
        const int state = kDraft;
        sql << "INSERT INTO pending (asked, actor, state) VALUES (:t, :a, :s)", soci::use(now),
            soci::use(by), soci::use(state);
        long long id = 0;
        sql << "SELECT last_insert_rowid()", soci::into(id);
        for (const PolicyChange& change : changes) {
            const long long layer = key_of(change.layer);
            const std::string value = change.value.value_or("");
            soci::indicator present = change.value ? soci::i_ok : soci::i_null;
            sql << "INSERT INTO pending_changes (pending, user, field, value) VALUES (:p, :u, :f, :v)",
                soci::use(id), soci::use(layer), soci::use(change.field),
                soci::use(value, present);
        }
        transaction.commit();
        return static_cast<std::uint32_t>(id);
    });
}

Result<void> Store::open_pending(std::uint32_t id) {
    return guarded("open pending change", [&]() -> Result<void> {
        Transaction transaction(impl_->sql);
        if (!move_on(impl_->sql, id, kDraft, kOpen, 0))
            return decided_already(id);
        transaction.commit();
        return {};
    });
}

Result<std::vector<PendingChange>> Store::pending() {
    return guarded("pending changes", [&]() -> Result<std::vector<PendingChange>> {
        std::map<std::uint32_t, PendingChange> found;
        const int open = kOpen;
        const soci::rowset<soci::row> rows =
            (impl_->sql.prepare << "SELECT p.id, p.asked, p.actor, c.user, c.field, c.value FROM pending"
                                   " p JOIN pending_changes c ON c.pending = p.id WHERE p.state = :s"
                                   " ORDER BY c.rowid",
             soci::use(open));
        for (const soci::row& row : rows) {
            const auto id = static_cast<std::uint32_t>(row.get<int>(0));
            PendingChange& one = found[id];
            one.id = id;
            one.asked = row.get<long long>(1);
            one.actor = static_cast<std::uint32_t>(row.get<long long>(2));
            one.changes.push_back(
                {layer_of(row.get<long long>(3)), row.get<std::string>(4), text_at(row, 5)});
        }
        std::vector<PendingChange> out;
        for (auto& [id, one] : found)
            out.push_back(std::move(one));
        return out;
    });
}

Result<void> Store::refuse_pending(std::uint32_t id, std::uint32_t decider) {
    return guarded("refuse pending change", [&]() -> Result<void> {
        Transaction transaction(impl_->sql);
        if (!move_on(impl_->sql, id, kOpen, kRefused, decider))
            return decided_already(id);
        transaction.commit();
        return {};
    });
}

Result<void> Store::approve_pending(const PendingChange& pending,
                                    const std::vector<PolicyChange>& changes,
                                    std::uint32_t decider) {
    return guarded("approve pending change", [&]() -> Result<void> {
        Transaction transaction(impl_->sql);
        if (!move_on(impl_->sql, pending.id, kOpen, kApproved, decider))
            return decided_already(pending.id);
        for (const PolicyChange& change : changes)
            append_to_journal(impl_->sql, change,
                              pending.actor == kTheUser ? decider : pending.actor);
        transaction.commit();
        return {};
    });
}

}  // namespace sudare::store
