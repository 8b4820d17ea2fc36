// SPDX-License-Identifier: Apache-2.0
// What may not be deleted.
#include <ctime>

#include "server/broker/store/store_impl.h"

namespace sudare::store {
namespace {

std::optional<std::int64_t> number_at(const soci::row& row, std::size_t column) {
    if (row.get_indicator(column) == soci::i_null)
        return std::nullopt;
    return row.get<long long>(column);
}

// SOCI takes "no value" beside the value.
struct Nullable {
    explicit Nullable(std::optional<std::int64_t> from)
        : value(from.value_or(0)), indicator(from ? soci::i_ok : soci::i_null) {}
    long long value;
    soci::indicator indicator;
};

Hold hold_of(const soci::row& row) {
    Hold one;
    one.id = static_cast<std::uint32_t>(row.get<int>(0));
    one.name = row.get<std::string>(1);
    one.reason = row.get<std::string>(2);
    one.user = text_at(row, 3);
    if (const auto session = number_at(row, 4))
        one.session = static_cast<std::uint64_t>(*session);
    one.since = number_at(row, 5);
    one.until = number_at(row, 6);
    one.setter = static_cast<std::uint32_t>(row.get<long long>(7));
    one.set_at = row.get<long long>(8);
    one.asked_end = row.get<long long>(9);
    one.end_asker = static_cast<std::uint32_t>(row.get<long long>(10));
    return one;
}

}  // namespace

Result<std::uint32_t> Store::add_hold(const Hold& hold) {
    return guarded("add hold", [&]() -> Result<std::uint32_t> {
        auto& sql = impl_->sql;
        Transaction transaction(sql);
        int all = 0, same = 0;
        sql << "SELECT count(*) FROM holds WHERE ended = 0", soci::into(all);
        if (static_cast<std::size_t>(all) >= kHoldsMax)
            return fail(Errc::kState,
                        "1000 holds stand, which is the most; see: sudarectl hold list");
        sql << "SELECT count(*) FROM holds WHERE ended = 0 AND name = :n", soci::use(hold.name),
            soci::into(same);
        if (same > 0)
            return fail(Errc::kState, "a hold \"" + hold.name + "\" stands already");
        soci::indicator has_user = hold.user ? soci::i_ok : soci::i_null;
        std::string user = hold.user.value_or("");
        Nullable session(hold.session ? std::optional(static_cast<std::int64_t>(*hold.session))
                                      : std::nullopt);
        Nullable since(hold.since), until(hold.until);
        const long long setter = hold.setter, at = hold.set_at;
        sql << "INSERT INTO holds (name, reason, user, session, since, until, setter, set_at)"
               " VALUES (:n, :r, :u, :s, :b, :e, :w, :t)",
            soci::use(hold.name), soci::use(hold.reason), soci::use(user, has_user),
            soci::use(session.value, session.indicator), soci::use(since.value, since.indicator),
            soci::use(until.value, until.indicator), soci::use(setter), soci::use(at);
        long long id = 0;
        sql << "SELECT last_insert_rowid()", soci::into(id);
        transaction.commit();
        return static_cast<std::uint32_t>(id);
    });
}

Result<std::vector<Hold>> Store::holds() {
    return guarded("holds", [&]() -> Result<std::vector<Hold>> {
        std::vector<Hold> out;
        const soci::rowset<soci::row> rows =
            (impl_->sql.prepare
             << "SELECT id, name, reason, user, session, since, until, setter, set_at, asked_end,"
                " end_asker FROM holds WHERE ended = 0 ORDER BY id");
        for (const soci::row& row : rows)
            out.push_back(hold_of(row));
        return out;
    });
}

Result<void> Store::ask_hold_end(std::uint32_t id, std::uint32_t asker) {
    return guarded("ask for the end of a hold", [&]() -> Result<void> {
        Transaction transaction(impl_->sql);
        const long long number = id, who = asker, now = std::time(nullptr);
        impl_->sql << "UPDATE holds SET asked_end = :t, end_asker = :w WHERE id = :i AND ended = 0",
            soci::use(now), soci::use(who), soci::use(number);
        transaction.commit();
        return {};
    });
}

Result<void> Store::end_hold(std::uint32_t id, std::uint32_t ender) {
    return guarded("end hold", [&]() -> Result<void> {
        auto& sql = impl_->sql;
        Transaction transaction(sql);
        const long long number = id, who = ender, now = std::time(nullptr);
        sql << "UPDATE holds SET ended = :t, ender = :w WHERE id = :i AND ended = 0",
            soci::use(now), soci::use(who), soci::use(number);
        int changed = 0;
        sql << "SELECT changes()", soci::into(changed);
        if (changed != 1)
            return fail(Errc::kNotFound, "the hold does not stand any more");
        transaction.commit();
        return {};
    });
}

}  // namespace sudare::store
