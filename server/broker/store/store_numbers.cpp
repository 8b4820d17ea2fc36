// SPDX-License-Identifier: Apache-2.0
// Numbers that go on after those of another database.
#include <soci/soci.h>

#include <array>
#include <utility>

#include "server/broker/store/store_impl.h"

namespace sudare::store {
namespace {

long long last_given(soci::session& sql, const std::string& table) {
    long long last = 0;
    sql << "SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = :n", soci::use(table),
        soci::into(last);
    return last;
}

// AUTOINCREMENT gives one more than what stands there (sqlite.org/autoinc.html); false: it did
// before.
bool raise(soci::session& sql, const std::string& table, std::uint64_t given) {
    const auto last = static_cast<long long>(given);
    if (last_given(sql, table) >= last)
        return false;
    sql << "DELETE FROM sqlite_sequence WHERE name = :n", soci::use(table);
    sql << "INSERT INTO sqlite_sequence (name, seq) VALUES (:n, :s)", soci::use(table),
        soci::use(last);
    return true;
}

}  // namespace

Result<std::optional<std::uint32_t>> Store::go_on_after(const Given& given) {
    return guarded("numbers that were given", [&]() -> Result<std::optional<std::uint32_t>> {
        auto& sql = impl_->sql;
        const std::array<std::pair<const char*, std::uint64_t>, 5> rows{{
            {"sessions", given.session},
            {"pending", given.change},
            {"exceptions", given.exception},
            {"consents", given.consent},
            {"emergencies", given.emergency},
        }};
        Transaction transaction(sql);
        bool raised = false;
        for (const auto& [table, number] : rows)
            raised = raise(sql, table, number) || raised;
        const long long held = last_given(sql, "policy");
        long long version = held;
        if (raise(sql, "policy", given.policy_version)) {
            // What is held now is neither what that version was nor what the one after it will be.
            version =
                append_to_journal(sql, {{}, std::string(kRestoredField), std::to_string(held)}, 0);
            raised = true;
        }
        transaction.commit();
        return raised ? std::optional(static_cast<std::uint32_t>(version)) : std::nullopt;
    });
}

}  // namespace sudare::store
