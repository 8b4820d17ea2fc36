// SPDX-License-Identifier: Apache-2.0
// Numbers that go on after those of another database.
#include <soci/soci.h>

#include <algorithm>
#include <array>

#include "server/broker/store/store_impl.h"

namespace sudare::store {
namespace {

long long last_given(soci::session& sql, const std::string& table) {
    long long last = 0;
    sql << "SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = :n", soci::use(table),
        soci::into(last);
    return last;
}

struct Row {
    const char* table;
    std::uint64_t given;
};

std::array<Row, 6> rows_of(const Store::Given& given) {
    return {{{"sessions", given.session},
             {"policy", given.policy_version},
             {"pending", given.change},
             {"exceptions", given.exception},
             {"consents", given.consent},
             {"emergencies", given.emergency}}};
}

bool is_behind(soci::session& sql, const Row& row) {
    return last_given(sql, row.table) < static_cast<long long>(row.given);
}

// AUTOINCREMENT gives one more than what stands there (sqlite.org/autoinc.html).
void raise(soci::session& sql, const Row& row) {
    const std::string table = row.table;
    const auto last = static_cast<long long>(row.given);
    sql << "DELETE FROM sqlite_sequence WHERE name = :n", soci::use(table);
    sql << "INSERT INTO sqlite_sequence (name, seq) VALUES (:n, :s)", soci::use(table),
        soci::use(last);
}

}  // namespace

Result<std::optional<std::uint32_t>> Store::behind(const Given& given) {
    return guarded("numbers that were given", [&]() -> Result<std::optional<std::uint32_t>> {
        auto& sql = impl_->sql;
        const auto rows = rows_of(given);
        if (std::ranges::none_of(rows, [&](const Row& row) { return is_behind(sql, row); }))
            return std::optional<std::uint32_t>();
        const auto held = static_cast<std::uint64_t>(last_given(sql, "policy"));
        const std::uint64_t version = given.policy_version > held ? given.policy_version + 1 : held;
        return std::optional(static_cast<std::uint32_t>(version));
    });
}

Result<void> Store::go_on_after(const Given& given) {
    return guarded("numbers that were given", [&]() -> Result<void> {
        auto& sql = impl_->sql;
        Transaction transaction(sql);
        const std::string held = std::to_string(last_given(sql, "policy"));
        const bool older = last_given(sql, "policy") < static_cast<long long>(given.policy_version);
        for (const Row& row : rows_of(given))
            if (is_behind(sql, row))
                raise(sql, row);
        // What is held now is neither what that version was nor what the one after it will be.
        if (older)
            append_to_journal(sql, {{}, std::string(kRestoredField), held}, kTheBroker);
        transaction.commit();
        return {};
    });
}

}  // namespace sudare::store
