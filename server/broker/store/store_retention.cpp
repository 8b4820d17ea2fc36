// SPDX-License-Identifier: Apache-2.0
// What rules delete, and when they ran.
#include "server/broker/store/store_impl.h"

namespace sudare::store {

Result<RetentionState> Store::retention() {
    return guarded("retention", [&]() -> Result<RetentionState> {
        RetentionState state;
        long long wait = 0;
        impl_->sql << "SELECT last_day, wait_until FROM retention", soci::into(state.last_day),
            soci::into(wait);
        state.wait_until = wait;
        return state;
    });
}

Result<void> Store::set_retention(const RetentionState& state) {
    return guarded("set retention", [&]() -> Result<void> {
        Transaction transaction(impl_->sql);
        const long long wait = state.wait_until;
        impl_->sql << "UPDATE retention SET last_day = :d, wait_until = :w",
            soci::use(state.last_day), soci::use(wait);
        transaction.commit();
        return {};
    });
}

// From name to name by the index: not all rows of years.
Result<std::vector<std::string>> Store::recorded_users() {
    return guarded("recorded users", [&]() -> Result<std::vector<std::string>> {
        std::vector<std::string> out;
        const soci::rowset<std::string> rows =
            (impl_->sql.prepare
             << "WITH RECURSIVE one(name) AS (SELECT min(user) FROM recordings UNION ALL"
                " SELECT (SELECT min(user) FROM recordings WHERE user > name) FROM one"
                " WHERE name IS NOT NULL) SELECT name FROM one WHERE name IS NOT NULL");
        for (const std::string& name : rows)
            out.push_back(name);
        return out;
    });
}

Result<std::vector<StoredRecording>> Store::recordings_to_judge(const std::string& user,
                                                                std::int64_t before_ms,
                                                                std::uint32_t count) {
    return guarded("recordings to judge", [&]() -> Result<std::vector<StoredRecording>> {
        std::vector<StoredRecording> out;
        const long long before = before_ms, most = count;
        const soci::rowset<soci::row> rows =
            (impl_->sql.prepare << "SELECT " + std::string(kRecordingColumns) +
                                       " FROM recordings WHERE user = :u AND started < :b AND "
                                       "state <> 0 AND id NOT IN (SELECT id FROM "
                                       "recording_deletions) ORDER BY started, id LIMIT :m",
             soci::use(user), soci::use(before), soci::use(most));
        for (const soci::row& row : rows)
            out.push_back(recording_of(row));
        return out;
    });
}

Result<std::optional<std::string>> Store::recording_between(std::int64_t from_ms,
                                                            std::int64_t until_ms) {
    return guarded("recording between", [&]() -> Result<std::optional<std::string>> {
        const long long from = from_ms, until = until_ms;
        std::string id;
        impl_->sql << "SELECT id FROM recordings WHERE started <= :u AND started + min(length, 31622400000) >= :f"
                      " ORDER BY started DESC LIMIT 1",
            soci::use(until), soci::use(from), soci::into(id);
        return impl_->sql.got_data() ? std::optional(id) : std::nullopt;
    });
}

Result<std::vector<RecordedDay>> Store::recorded_days(
    const std::string& user) {
    return guarded("recorded days", [&]() -> Result<std::vector<RecordedDay>> {
        std::vector<RecordedDay> out;
        const soci::rowset<soci::row> rows =
            (impl_->sql.prepare
             << "SELECT CAST(started / 86400000 AS TEXT), CAST(count(*) AS TEXT),"
                " CAST(sum(bytes) AS TEXT) FROM recordings WHERE user = :u GROUP BY started / 86400000",
             soci::use(user));
        for (const soci::row& row : rows)
            out.push_back({user, std::stoll(row.get<std::string>(0)),
                           std::stoull(row.get<std::string>(1)),
                           std::stoull(row.get<std::string>(2))});
        return out;
    });
}

Result<void> Store::order_deletions(const std::vector<OrderedRecording>& orders) {
    return guarded("order deletions", [&]() -> Result<void> {
        auto& sql = impl_->sql;
        Transaction transaction(sql);
        for (const OrderedRecording& one : orders) {
            const long long at = one.ordered;
            sql << "INSERT OR REPLACE INTO recording_deletions (id, rule, ordered) VALUES (:i, :r, :t)",
                soci::use(one.recording.id), soci::use(one.rule), soci::use(at);
        }
        transaction.commit();
        return {};
    });
}

Result<std::vector<OrderedRecording>> Store::ordered_deletions() {
    return guarded("ordered deletions", [&]() -> Result<std::vector<OrderedRecording>> {
        std::vector<OrderedRecording> out;
        const soci::rowset<soci::row> rows =
            (impl_->sql.prepare << "SELECT " + std::string(kRecordingColumns) +
                                       ", rule, ordered FROM recording_deletions JOIN recordings ON "
                                       "recordings.id = recording_deletions.id ORDER BY started, "
                                       "recordings.id");
        for (const soci::row& row : rows)
            out.push_back({recording_of(row), row.get<std::string>(10), row.get<long long>(11)});
        return out;
    });
}

Result<std::size_t> Store::ordered_count() {
    return guarded("count of ordered deletions", [&]() -> Result<std::size_t> {
        int count = 0;
        impl_->sql << "SELECT count(*) FROM recording_deletions", soci::into(count);
        return static_cast<std::size_t>(count);
    });
}

Result<void> Store::withdraw_deletions(const std::vector<std::string>& ids) {
    return guarded("withdraw deletions", [&]() -> Result<void> {
        Transaction transaction(impl_->sql);
        for (const std::string& id : ids)
            impl_->sql << "DELETE FROM recording_deletions WHERE id = :i", soci::use(id);
        transaction.commit();
        return {};
    });
}

Result<void> Store::forget_recordings(const std::vector<std::string>& ids) {
    return guarded("forget recordings", [&]() -> Result<void> {
        auto& sql = impl_->sql;
        Transaction transaction(sql);
        for (const std::string& id : ids) {
            sql << "DELETE FROM recording_deletions WHERE id = :i", soci::use(id);
            sql << "DELETE FROM recordings WHERE id = :i", soci::use(id);
        }
        transaction.commit();
        return {};
    });
}

}  // namespace sudare::store
