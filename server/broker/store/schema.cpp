// SPDX-License-Identifier: Apache-2.0
#include <soci/soci.h>

#include <array>
#include <initializer_list>

#include "server/broker/store/store_impl.h"

// The schema, as the list of steps that made it. A released step never changes; a change is a new
// step at the end. Wide integers are bigint: SOCI reads `integer` columns as 32 bit.
namespace sudare::store {
namespace {

using Step = std::initializer_list<const char*>;

const std::array<Step, 13> kSteps{{
    {
        "CREATE TABLE secret (value TEXT NOT NULL)",
        "INSERT INTO secret VALUES (lower(hex(randomblob(32))))",
        "CREATE TABLE users (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE,"
        " password TEXT NOT NULL, disabled INTEGER NOT NULL DEFAULT 0,"
        " must_change INTEGER NOT NULL DEFAULT 0, created BIGINT NOT NULL)",
        "CREATE TABLE terminals (name TEXT PRIMARY KEY, revoked INTEGER NOT NULL DEFAULT 0,"
        " created BIGINT NOT NULL)",
        "CREATE TABLE certificates (fingerprint TEXT PRIMARY KEY, serial TEXT NOT NULL,"
        " terminal TEXT NOT NULL REFERENCES terminals(name))",
        // layer 0: default; else the user. value NULL: unset. version counts over all rows.
        "CREATE TABLE policy (version INTEGER PRIMARY KEY AUTOINCREMENT, user BIGINT NOT NULL,"
        " field TEXT NOT NULL, value TEXT, at BIGINT NOT NULL, actor BIGINT NOT NULL)",
        "CREATE INDEX policy_by_field ON policy (user, field, version)",
        "CREATE TABLE sessions (id INTEGER PRIMARY KEY AUTOINCREMENT,"
        " user BIGINT NOT NULL REFERENCES users(id), terminal TEXT NOT NULL,"
        " policy_version BIGINT NOT NULL, granted BIGINT NOT NULL, ended BIGINT, reason INTEGER)",
        "CREATE INDEX sessions_open ON sessions (ended)",
        "CREATE TABLE failures (key TEXT PRIMARY KEY, count INTEGER NOT NULL,"
        " locked_until BIGINT NOT NULL, at BIGINT NOT NULL)",
        "CREATE INDEX failures_by_age ON failures (at)",
    },
    {
        // how far the audit log has come: one row
        "CREATE TABLE anchor (one INTEGER PRIMARY KEY CHECK (one = 1), records BIGINT NOT NULL,"
        " hash TEXT NOT NULL)",
    },
    {
        // secret of the second factor; the last time step of which a code was taken
        "ALTER TABLE users ADD COLUMN totp TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE users ADD COLUMN totp_step BIGINT NOT NULL DEFAULT 0",
    },
    {
        // The policy table is the journal of all that decides what people may do, and its version
        // counts all of it. user: 0 the default layer, -G group G. Beside the fields of the policy:
        // "@groups" of a user (numbers, with commas), "@place" of a group (NULL: it does not exist),
        // "@exception:N" of a user (NULL: withdrawn), "@restored" of the default (see Store::go_on_after).
        "CREATE TABLE groups (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE)",
        "CREATE TABLE exceptions (id INTEGER PRIMARY KEY AUTOINCREMENT, user BIGINT NOT NULL,"
        " field TEXT NOT NULL, value TEXT NOT NULL, begins BIGINT NOT NULL, ends BIGINT NOT NULL,"
        " reason TEXT NOT NULL, actor BIGINT NOT NULL)",
        "CREATE INDEX exceptions_by_user ON exceptions (user)",
        "CREATE INDEX policy_by_name ON policy (field, user, version)",
    },
    {
        // Roles of administrators by uid. Changes that wait for a second person: state 0 not asked yet
        // (its record is not on the disk), 1 open, 2 approved, 3 refused.
        "CREATE TABLE roles (uid BIGINT NOT NULL, role INTEGER NOT NULL, at BIGINT NOT NULL,"
        " actor BIGINT NOT NULL, PRIMARY KEY (uid, role))",
        "CREATE TABLE pending (id INTEGER PRIMARY KEY AUTOINCREMENT, asked BIGINT NOT NULL,"
        " actor BIGINT NOT NULL, state INTEGER NOT NULL, decided BIGINT, decider BIGINT)",
        "CREATE TABLE pending_changes (pending BIGINT NOT NULL, user BIGINT NOT NULL,"
        " field TEXT NOT NULL, value TEXT)",
        "CREATE INDEX pending_changes_of ON pending_changes (pending)",
    },
    {
        // when the password was chosen
        "ALTER TABLE users ADD COLUMN password_at BIGINT NOT NULL DEFAULT 0",
        "UPDATE users SET password_at = created",
    },
    {
        // how often password, factor or state were changed
        "ALTER TABLE users ADD COLUMN changes BIGINT NOT NULL DEFAULT 0",
    },
    {
        // Named lists of hosts: user -2^40 - L of the policy table is list L, with "@hosts" (NULL: it
        // does not exist).
        "CREATE TABLE host_lists (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE)",
    },
    {
        // Keys that recordings are sealed to, and an index of the recordings, which the log could
        // rebuild. Times of a recording are milliseconds. state: 0 open, 1 ended, 2 failed.
        "CREATE TABLE reviewers (name TEXT PRIMARY KEY, key TEXT NOT NULL UNIQUE, at BIGINT NOT NULL,"
        " actor BIGINT NOT NULL)",
        "CREATE TABLE recordings (id TEXT PRIMARY KEY, session BIGINT NOT NULL, user TEXT NOT NULL,"
        " terminal TEXT NOT NULL, started BIGINT NOT NULL, length BIGINT NOT NULL, segments BIGINT NOT NULL,"
        " bytes BIGINT NOT NULL, chain TEXT NOT NULL, state INTEGER NOT NULL)",
        "CREATE INDEX recordings_by_time ON recordings (started)",
        "CREATE INDEX recordings_by_session ON recordings (session)",
        "CREATE INDEX recordings_by_user ON recordings (user, started)",
    },
    {
        // Terminals: certificates refused by serial, for good; when a certificate ends (0: not known);
        // the one a terminal showed last; requests for the next one (request and certificate in
        // base64; certificate '': nobody has signed it yet).
        "CREATE TABLE denied (serial TEXT PRIMARY KEY, terminal TEXT NOT NULL, at BIGINT NOT NULL,"
        " actor BIGINT NOT NULL)",
        "ALTER TABLE certificates ADD COLUMN not_after BIGINT NOT NULL DEFAULT 0",
        "ALTER TABLE terminals ADD COLUMN seen_serial TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE terminals ADD COLUMN seen_not_after BIGINT NOT NULL DEFAULT 0",
        "CREATE TABLE renewals (terminal TEXT PRIMARY KEY REFERENCES terminals(name),"
        " asked BIGINT NOT NULL, old_serial TEXT NOT NULL, old_fingerprint TEXT NOT NULL,"
        " request TEXT NOT NULL, certificate TEXT NOT NULL DEFAULT '',"
        " serial TEXT NOT NULL DEFAULT '', fingerprint TEXT NOT NULL DEFAULT '',"
        " not_after BIGINT NOT NULL DEFAULT 0)",
    },
    {
        // Wishes to get a recording that needs a second reviewer: state 0 not asked yet (its record is
        // not on the disk), 1 open, 2 given, 3 refused, 4 used.
        "CREATE TABLE consents (id INTEGER PRIMARY KEY AUTOINCREMENT, recording TEXT NOT NULL,"
        " reason TEXT NOT NULL, asker BIGINT NOT NULL, asked BIGINT NOT NULL, state INTEGER NOT NULL,"
        " decider BIGINT NOT NULL DEFAULT 0, decided BIGINT NOT NULL DEFAULT 0)",
        "CREATE INDEX consents_by_state ON consents (state, asked)",
    },
    {
        // What may not be deleted (NULL: of every user, in every session, from or until ever), as long
        // as ended is 0; asked_end: somebody wants it to end and a second person has not said so yet.
        "CREATE TABLE holds (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL,"
        " reason TEXT NOT NULL, user TEXT, session BIGINT, since BIGINT, until BIGINT,"
        " setter BIGINT NOT NULL, set_at BIGINT NOT NULL, asked_end BIGINT NOT NULL DEFAULT 0,"
        " end_asker BIGINT NOT NULL DEFAULT 0, ended BIGINT NOT NULL DEFAULT 0,"
        " ender BIGINT NOT NULL DEFAULT 0)",
        "CREATE UNIQUE INDEX holds_that_stand ON holds (name) WHERE ended = 0",
        // Recordings whose file is to go. With the file goes the row, and that of the recording.
        "CREATE TABLE recording_deletions (id TEXT PRIMARY KEY, rule TEXT NOT NULL,"
        " ordered BIGINT NOT NULL)",
        // Of the rules by which something is deleted: the day (local, YYYY-MM-DD) on which they ran
        // last, and until when they do not run because the clock was set.
        "CREATE TABLE retention (one INTEGER PRIMARY KEY CHECK (one = 1), last_day TEXT NOT NULL,"
        " wait_until BIGINT NOT NULL)",
        "INSERT INTO retention VALUES (1, '', 0)",
    },
    {
        // Emergencies: state 1 running, 2 somebody asks for its end, 3 ended. Targets: kind 1 user,
        // 2 terminal, 3 session that it has ended. Recorded: its start is in the log.
        "CREATE TABLE emergencies (id INTEGER PRIMARY KEY AUTOINCREMENT, started BIGINT NOT NULL,"
        " since BIGINT NOT NULL, actor BIGINT NOT NULL, reason TEXT NOT NULL, everybody INTEGER NOT NULL,"
        " recorded INTEGER NOT NULL DEFAULT 0, state INTEGER NOT NULL DEFAULT 1,"
        " asker BIGINT NOT NULL DEFAULT 0, end_reason TEXT NOT NULL DEFAULT '',"
        " ender BIGINT NOT NULL DEFAULT 0, ended BIGINT NOT NULL DEFAULT 0)",
        "CREATE TABLE emergency_targets (emergency BIGINT NOT NULL, kind INTEGER NOT NULL,"
        " name TEXT NOT NULL)",
        "CREATE INDEX emergency_targets_of ON emergency_targets (emergency)",
    },
}};

}  // namespace

Result<void> migrate(soci::session& sql) {
    return guarded("migration", [&]() -> Result<void> {
        Transaction transaction(sql);
        int version = 0;
        sql << "PRAGMA user_version", soci::into(version);
        if (version > static_cast<int>(kSteps.size()))
            return fail(Errc::kState, "the database has schema version " + std::to_string(version) +
                                          ", but this program knows " +
                                          std::to_string(kSteps.size()) +
                                          ": install the newer one");
        for (std::size_t i = static_cast<std::size_t>(version); i < kSteps.size(); ++i)
            for (const char* statement : kSteps[i])
                sql << statement;
        sql << "PRAGMA user_version = " << kSteps.size();
        transaction.commit();
        return {};
    });
}

}  // namespace sudare::store
