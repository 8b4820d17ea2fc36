// SPDX-License-Identifier: Apache-2.0
// Keys of reviewers, and the index of the recordings.
#include <ctime>

#include "server/broker/store/store_impl.h"

namespace sudare::store {

const char* const kRecordingColumns =
    "recordings.id, session, user, terminal, started, length, segments, bytes, chain, state";

namespace {

constexpr int kReviewersMax = 8;

const std::string kColumns = "SELECT " + std::string(kRecordingColumns) + " FROM recordings ";

int count_of(soci::session& sql, const char* query, const std::string& value) {
    int count = 0;
    sql << query, soci::use(value), soci::into(count);
    return count;
}

}  // namespace

StoredRecording recording_of(const soci::row& row) {
    StoredRecording out;
    out.id = row.get<std::string>(0);
    out.session = static_cast<std::uint64_t>(row.get<long long>(1));
    out.user = row.get<std::string>(2);
    out.terminal = row.get<std::string>(3);
    out.started_ms = row.get<long long>(4);
    out.length_ms = row.get<long long>(5);
    out.segments = static_cast<std::uint64_t>(row.get<long long>(6));
    out.bytes = static_cast<std::uint64_t>(row.get<long long>(7));
    out.chain = row.get<std::string>(8);
    out.state = static_cast<StoredRecording::State>(row.get<int>(9));
    return out;
}

Result<std::vector<Reviewer>> Store::reviewers() {
    return guarded("reviewers", [&]() -> Result<std::vector<Reviewer>> {
        std::vector<Reviewer> out;
        const soci::rowset<soci::row> rows =
            (impl_->sql.prepare << "SELECT name, key FROM reviewers ORDER BY name");
        for (const soci::row& row : rows)
            out.push_back({row.get<std::string>(0), row.get<std::string>(1)});
        return out;
    });
}

Result<void> Store::add_reviewer(const Reviewer& reviewer, std::uint32_t actor) {
    return guarded("add reviewer", [&]() -> Result<void> {
        auto& sql = impl_->sql;
        Transaction transaction(sql);
        int all = 0;
        sql << "SELECT count(*) FROM reviewers", soci::into(all);
        if (all >= kReviewersMax)
            return fail(Errc::kState,
                        "there are 8 reviewers' keys, which is the most; remove one first");
        if (count_of(sql, "SELECT count(*) FROM reviewers WHERE name = :n", reviewer.name) > 0)
            return fail(Errc::kState, "reviewer \"" + reviewer.name + "\" exists; remove it first");
        if (count_of(sql, "SELECT count(*) FROM reviewers WHERE key = :k", reviewer.key) > 0)
            return fail(Errc::kState, "that key is registered already, under another name");
        const long long by = actor, now = std::time(nullptr);
        sql << "INSERT INTO reviewers (name, key, at, actor) VALUES (:n, :k, :t, :a)",
            soci::use(reviewer.name), soci::use(reviewer.key), soci::use(now), soci::use(by);
        transaction.commit();
        return {};
    });
}

Result<void> Store::remove_reviewer(const std::string& name) {
    return guarded("remove reviewer", [&]() -> Result<void> {
        auto& sql = impl_->sql;
        Transaction transaction(sql);
        if (count_of(sql, "SELECT count(*) FROM reviewers WHERE name = :n", name) == 0)
            return fail(Errc::kNotFound,
                        "there is no reviewer \"" + name + "\"; see: sudarectl reviewer list");
        sql << "DELETE FROM reviewers WHERE name = :n", soci::use(name);
        transaction.commit();
        return {};
    });
}

Result<void> Store::add_recording(const StoredRecording& recording) {
    return guarded("add recording", [&]() -> Result<void> {
        Transaction transaction(impl_->sql);
        const auto session = static_cast<long long>(recording.session);
        const long long started = recording.started_ms;
        impl_->sql << "INSERT INTO recordings (id, session, user, terminal, started, length, "
                      "segments, bytes, chain,"
                      " state) VALUES (:i, :s, :u, :t, :b, 0, 0, 0, :c, 0)",
            soci::use(recording.id), soci::use(session), soci::use(recording.user),
            soci::use(recording.terminal), soci::use(started), soci::use(recording.chain);
        transaction.commit();
        return {};
    });
}

Result<void> Store::update_recording(const StoredRecording& recording) {
    return guarded("update recording", [&]() -> Result<void> {
        Transaction transaction(impl_->sql);
        const long long length = recording.length_ms;
        const auto segments = static_cast<long long>(recording.segments);
        const auto bytes = static_cast<long long>(recording.bytes);
        const int state = static_cast<int>(recording.state);
        impl_->sql << "UPDATE recordings SET length = :l, segments = :s, bytes = :b, chain = :c, "
                      "state = :t"
                      " WHERE id = :i",
            soci::use(length), soci::use(segments), soci::use(bytes), soci::use(recording.chain),
            soci::use(state), soci::use(recording.id);
        transaction.commit();
        return {};
    });
}

Result<void> Store::close_open_recordings() {
    return guarded("open recordings", [&]() -> Result<void> {
        Transaction transaction(impl_->sql);
        impl_->sql << "UPDATE recordings SET state = 2 WHERE state = 0";
        transaction.commit();
        return {};
    });
}

Result<std::optional<StoredRecording>> Store::find_recording(const std::string& id) {
    return guarded("find recording", [&]() -> Result<std::optional<StoredRecording>> {
        std::optional<StoredRecording> found;
        const soci::rowset<soci::row> rows =
            (impl_->sql.prepare << kColumns + "WHERE id = :i", soci::use(id));
        for (const soci::row& row : rows)
            found = recording_of(row);
        return found;
    });
}

Result<std::vector<StoredRecording>> Store::recordings(const RecordingFilter& filter,
                                                       std::uint32_t count) {
    return guarded("recordings", [&]() -> Result<std::vector<StoredRecording>> {
        std::vector<StoredRecording> out;
        const auto session = static_cast<long long>(filter.session.value_or(0));
        const int any_session = filter.session ? 0 : 1, any_user = filter.user ? 0 : 1;
        const std::string user = filter.user.value_or("");
        const long long from = filter.from_ms, until = filter.until_ms;
        const long long most = count;
        const soci::rowset<soci::row> rows =
            (impl_->sql.prepare << kColumns +
                                       "WHERE (:as = 1 OR session = :s) AND (:au = 1 OR user = :u) "
                                       "AND started >= :f"
                                       " AND started < :e ORDER BY started DESC LIMIT :m",
             soci::use(any_session), soci::use(session), soci::use(any_user), soci::use(user),
             soci::use(from), soci::use(until), soci::use(most));
        for (const soci::row& row : rows)
            out.push_back(recording_of(row));
        return out;
    });
}

}  // namespace sudare::store
