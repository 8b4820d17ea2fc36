// SPDX-License-Identifier: Apache-2.0
// What second reviewers are asked, and say.
#include <ctime>

#include "server/broker/store/store_impl.h"

namespace sudare::store {

Result<std::uint32_t> Store::add_consent(const Consent& wish) {
    return guarded("add consent", [&]() -> Result<std::uint32_t> {
        auto& sql = impl_->sql;
        Transaction transaction(sql);
        const long long asker = wish.asker, asked = wish.asked;
        const int state = static_cast<int>(Consent::State::kDraft);
        sql << "INSERT INTO consents (recording, reason, asker, asked, state) VALUES (:r, :w, :a, "
               ":t, :s)",
            soci::use(wish.recording), soci::use(wish.reason), soci::use(asker), soci::use(asked),
            soci::use(state);
        long long id = 0;
        sql << "SELECT last_insert_rowid()", soci::into(id);
        transaction.commit();
        return static_cast<std::uint32_t>(id);
    });
}

Result<void> Store::move_consent(std::uint32_t id, Consent::State from, Consent::State to,
                                 std::uint32_t decider) {
    return guarded("consent", [&]() -> Result<void> {
        auto& sql = impl_->sql;
        Transaction transaction(sql);
        const long long number = id, who = decider, now = std::time(nullptr);
        const int before = static_cast<int>(from), after = static_cast<int>(to);
        sql << "UPDATE consents SET state = :a, decider = :w, decided = :t WHERE id = :i AND state "
               "= :b",
            soci::use(after), soci::use(who), soci::use(now), soci::use(number), soci::use(before);
        int changed = 0;
        sql << "SELECT changes()", soci::into(changed);
        if (changed != 1)
            return fail(Errc::kState,
                        "consent " + std::to_string(id) + " has been decided or used already");
        transaction.commit();
        return {};
    });
}

Result<std::vector<Consent>> Store::consents(std::int64_t since) {
    return guarded(
        "consents", [&]() -> Result<std::vector<Consent>> {
            std::vector<Consent> out;
            const long long from = since;
            const soci::rowset<soci::row> rows =
                (impl_->sql.prepare
                     << "SELECT id, recording, reason, asker, asked, state, decider, decided"
                        " FROM consents WHERE (state = 1 AND asked >= :f)"
                        " OR (state = 2 AND decided >= :g) ORDER BY id",
                 soci::use(from), soci::use(from));
            for (const soci::row& row : rows) {
                Consent one;
                one.id = static_cast<std::uint32_t>(row.get<int>(0));
                one.recording = row.get<std::string>(1);
                one.reason = row.get<std::string>(2);
                one.asker = static_cast<std::uint32_t>(row.get<long long>(3));
                one.asked = row.get<long long>(4);
                one.state = static_cast<Consent::State>(row.get<int>(5));
                one.decider = static_cast<std::uint32_t>(row.get<long long>(6));
                one.decided = row.get<long long>(7);
                out.push_back(std::move(one));
            }
            return out;
        });
}

}  // namespace sudare::store
