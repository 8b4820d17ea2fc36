// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "protocol/core/result.h"
#include "server/broker/policy/effective.h"
#include "server/broker/store/emergency.h"

// Everything that the broker keeps between starts, in one SQLite file through SOCI. One thread
// (the broker's loop). Every function is one transaction; writes are BEGIN IMMEDIATE, so that a
// second process can only make us wait (reference/trials.md section 7), and synchronous=FULL.
// Times are seconds since 1970 UTC. Errors are kSystem unless said otherwise.
namespace sudare::store {

struct User {
    std::uint32_t id = 0;
    std::string name;
    std::string password;  // PHC string of Argon2id, an enrolment code, or the mark of a directory account (auth/)
    bool disabled = false;
    bool must_change = false;
    std::int64_t password_at = 0;  // when it was chosen
    std::string totp{};  // secret of the second factor (auth/totp.h); empty: none enrolled
    // How often password, factor or state were changed: what was shown to be right before, is now void.
    std::uint64_t changes = 0;
    friend auto operator<=>(const User&, const User&) = default;
};

struct TerminalCertificate {
    std::string terminal;
    std::string serial;       // hex
    std::string fingerprint;  // SHA-256, 64 hex digits
    bool revoked = false;     // of the whole terminal
    std::int64_t not_after = 0;  // seconds since 1970; 0: not known (registered by an older version)
    // The certificate that the terminal showed last; "" and 0: none yet.
    std::string seen_serial{};
    std::int64_t seen_not_after = 0;
};

// One certificate that is refused, whatever else is registered. For good.
struct DeniedCertificate {
    std::string serial;    // hex, as in TerminalCertificate
    std::string terminal;  // the terminal that was known to have it, or ""
    std::int64_t at = 0;
};

// A terminal's request for its next certificate. One for each terminal.
struct Renewal {
    std::string terminal;
    std::int64_t asked = 0;
    std::string old_serial;       // of the certificate that proved the request
    std::string old_fingerprint;
    std::string request;          // base64 of what the CA reads (protocol/enrol, AskRenewal)
    std::string certificate{};    // base64 of the DER form; "": nobody has signed it yet
    std::string serial{};         // of that certificate, as its fingerprint and end
    std::string fingerprint{};
    std::int64_t not_after = 0;
};

struct StoredSession {
    std::uint64_t id = 0;
    std::string user;
    std::string terminal;
};

// How often a name failed. The key is a keyed hash of what was typed: people type passwords into
// the name field, and those must not lie in a file.
struct Failures {
    std::uint32_t count = 0;  // since the last success
    std::int64_t locked_until = 0;
};

// A stored layer.
struct LayerId {
    enum class Kind : std::uint8_t { kDefault, kGroup, kUser, kList };  // kList: a named list of hosts
    Kind kind = Kind::kDefault;
    std::uint32_t number = 0;  // of the group, user or list
    friend auto operator<=>(const LayerId&, const LayerId&) = default;
};

// One entry of the journal. Beside the policy's fields it holds kGroupsField of a user (the numbers of
// the groups, with commas), kPlaceField of a group (there is none without), and for each exception that
// stands exception_field() of its user, with kStands. A list has kHostsField and nothing else (there is
// none without): its hosts as policy::format(HostList). The default may have kRestoredField, which decides nothing.
struct PolicyChange {
    LayerId layer;
    std::string field;
    std::optional<std::string> value;  // canonical text; nullopt: unset
};
inline constexpr std::string_view kGroupsField = "@groups";
inline constexpr std::string_view kPlaceField = "@place";
inline constexpr std::string_view kHostsField = "@hosts";
inline constexpr std::string_view kRestoredField = "@restored";  // of the default; see Store::go_on_after
inline constexpr std::string_view kStands = "stands";
std::string exception_field(std::uint32_t number);
std::optional<std::uint32_t> exception_number(std::string_view field);
// kBadInput
Result<std::vector<std::uint32_t>> group_numbers(std::string_view text);

struct JournalEntry {
    std::uint32_t version = 0;
    PolicyChange change;
    std::int64_t at = 0;
    std::uint32_t actor = 0;  // uid
};

// A difference between two versions.
struct JournalDifference {
    LayerId layer;
    std::string field;
    std::optional<std::string> before;
    std::optional<std::string> after;
};

struct Group {
    std::uint32_t id = 0;
    std::string name;
    std::uint32_t place = 0;  // later ones are stronger; of equal ones the one that is older is weaker
};

using SharedHostList = std::shared_ptr<const policy::HostList>;
// Layers whose web.hosts names lists, and which.
using ListUses = std::map<LayerId, std::set<std::string, std::less<>>>;

using Memberships = std::map<std::uint32_t, std::vector<std::uint32_t>>;  // user -> groups

// A value of one field for one person from begins until ends, over everything else.
struct PolicyException {
    std::uint32_t id = 0;
    std::uint32_t user = 0;
    policy::FieldId field{};
    std::string value;  // canonical text
    std::int64_t begins = 0;
    std::int64_t ends = 0;
    std::string reason;
    std::uint32_t actor = 0;  // uid
};

// What somebody may do with the admin socket. Numbers are stored: they are for ever.
enum class Role : std::uint8_t { kAdministrator = 1, kApprover = 2, kReviewer = 3, kOperator = 4 };
using Roles = std::map<std::uint32_t, std::set<Role>>;  // by uid

// Who has asked for a change, when it was the user whom it is about.
inline constexpr std::uint32_t kTheUser = 0xffffffff;
// Who has changed a membership that follows a directory.
inline constexpr std::uint32_t kTheDirectory = 0xfffffffe;
// Who writes kRestoredField.
inline constexpr std::uint32_t kTheBroker = 0xfffffffd;

// Changes that wait for a second person.
struct PendingChange {
    std::uint32_t id = 0;
    std::int64_t asked = 0;
    std::uint32_t actor = 0;  // uid, or kTheUser
    std::vector<PolicyChange> changes{};
};

// A key that recordings are sealed to.
struct Reviewer {
    std::string name;
    std::string key;  // 64 hex digits
};

// What is known of a recording; the log knows it segment by segment.
struct StoredRecording {
    enum class State : std::uint8_t { kOpen = 0, kEnded = 1, kFailed = 2 };
    std::string id;  // 32 hex digits
    std::uint64_t session = 0;
    std::string user, terminal;
    std::int64_t started_ms = 0;  // since 1970
    std::int64_t length_ms = 0;
    std::uint64_t segments = 0;
    std::uint64_t bytes = 0;  // of the file
    std::string chain;        // recording::chained over these segments, hex
    State state = State::kOpen;
};
// One reviewer's wish to get a recording, and what a second one says.
struct Consent {
    enum class State : std::uint8_t { kDraft = 0, kOpen = 1, kGiven = 2, kRefused = 3, kUsed = 4 };
    std::uint32_t id = 0;
    std::string recording;
    std::string reason;
    std::uint32_t asker = 0;  // uid
    std::int64_t asked = 0;   // seconds since 1970
    State state = State::kDraft;
    std::uint32_t decider = 0;  // uid, from kGiven and kRefused on
    std::int64_t decided = 0;
};
// What may not be deleted, whatever a rule says: evidence of a case. A recording is held when all that
// is given fits it, a day of the log when its time does (server/broker/retention/holds.h).
struct Hold {
    std::uint32_t id = 0;
    std::string name;    // of those that stand, each has another
    std::string reason;
    std::optional<std::string> user{};       // nullopt: everybody's
    std::optional<std::uint64_t> session{};  // nullopt: every one
    std::optional<std::int64_t> since{};     // nullopt: from ever
    std::optional<std::int64_t> until{};     // before that; nullopt: for ever
    std::uint32_t setter = 0;                // uid
    std::int64_t set_at = 0;
    // Somebody wanted it to end then, and a second person has not said so yet; 0: nobody.
    std::int64_t asked_end = 0;
    std::uint32_t end_asker = 0;  // uid
};
// A recording whose file may go.
struct OrderedRecording {
    StoredRecording recording;
    std::string rule;
    std::int64_t ordered = 0;
};
// What the recordings of one user that began on one day (UTC) take.
struct RecordedDay {
    std::string user;
    std::int64_t day = 0;  // since 1970
    std::uint64_t recordings = 0, bytes = 0;
};
struct RetentionState {
    std::string last_day;         // on which the rules ran, YYYY-MM-DD; "": never
    std::int64_t wait_until = 0;  // the clock was set: they do not run before
};
struct RecordingFilter {
    std::optional<std::uint64_t> session{};
    std::optional<std::string> user{};
    std::int64_t from_ms = 0;      // began then or later
    std::int64_t until_ms = 1LL << 60;  // and before
};

class Store {
public:
    // Opens or makes the file (0600) and brings its schema up to date. kState when it was written
    // by a newer version.
    static Result<std::unique_ptr<Store>> open(const std::string& path);
    ~Store();

    // users; add_user: kState when the name exists
    Result<std::uint32_t> add_user(const User& user);
    Result<std::optional<User>> find_user(const std::string& name);
    Result<std::vector<User>> users();
    Result<std::map<std::uint32_t, std::string>> user_names();
    Result<void> set_password(std::uint32_t user, const std::string& password, bool must_change);
    // The same password under newer parameters: no change of the account.
    Result<void> set_hash(std::uint32_t user, const std::string& password);
    Result<void> set_disabled(std::uint32_t user, bool disabled);
    // The number that the next new user gets.
    Result<std::uint32_t> next_user();
    // Many at once, all or nothing: new users (kState when they do not get these numbers), states
    // (disabled or not), and changes to the policy.
    Result<void> import(const std::vector<User>& users,
                        const std::vector<std::pair<std::uint32_t, bool>>& states,
                        const std::vector<PolicyChange>& changes, std::uint32_t actor);
    // Another second factor, whose code of `step` has just been used; empty: none. For the secret that
    // it has already, no used step becomes unused.
    Result<void> set_totp(std::uint32_t user, const std::string& secret, std::int64_t step);
    // Uses the code of that step up, durably. False: it, or a later one, was used before.
    Result<bool> accept_totp_step(std::uint32_t user, std::int64_t step);

    // terminals
    // Registers the name; with a fingerprint only its listed certificates are accepted from then
    // on.
    Result<void> add_terminal(const TerminalCertificate& certificate);
    // One row per certificate; one without fingerprint when none is listed; none: not registered.
    Result<std::vector<TerminalCertificate>> find_terminal(const std::string& name);
    Result<std::vector<TerminalCertificate>> terminals();
    // What a terminal that connects has shown; written only when it is another one than before.
    Result<void> saw_certificate(const TerminalCertificate& known, const std::string& serial,
                                 std::int64_t not_after);
    Result<void> deny_certificate(const DeniedCertificate& denied, std::uint32_t actor);
    Result<bool> is_denied(const std::string& serial);
    Result<std::vector<DeniedCertificate>> denied();

    // renewal of their certificates (store_terminals.cpp)
    static constexpr std::size_t kRenewalsMax = 20000;
    // In place of an earlier one. kLimit: kRenewalsMax of other terminals wait.
    Result<void> ask_renewal(const Renewal& renewal);
    Result<std::optional<Renewal>> renewal_of(const std::string& terminal);
    Result<std::vector<Renewal>> renewals();
    // kNotFound: the terminal has not asked.
    Result<void> sign_renewal(const Renewal& renewal);
    // The new certificate has been used: it is registered instead of the old one, where certificates
    // of this terminal are registered at all, and the request is gone.
    Result<void> finish_renewal(const Renewal& renewal);
    // kNotFound when there is none of that name.
    Result<void> revoke_terminal(const std::string& name);

    // policy; versions count up over all layers, nothing is ever deleted, and what is asked is told as
    // it was when `version` was the newest
    Result<std::uint32_t> policy_version();
    // The newest version of that time; 0: nothing was stored yet.
    Result<std::uint32_t> policy_version_at(std::int64_t time);
    // When it was stored; 0 for version 0.
    Result<std::int64_t> policy_time(std::uint32_t version);
    // All or nothing; the newest version afterwards.
    Result<std::uint32_t> change_policy(const std::vector<PolicyChange>& changes,
                                        std::uint32_t actor);
    // Its lists have been looked up.
    Result<std::shared_ptr<const policy::Layer>> layer(LayerId id, std::uint32_t version);
    // Newest first, at most `count`; of one layer, or of all.
    Result<std::vector<JournalEntry>> journal(std::optional<LayerId> layer, std::uint32_t count);
    // What would have to be changed to be as it was; exceptions stand as they are.
    Result<std::vector<JournalDifference>> differences(std::optional<LayerId> layer,
                                                       std::uint32_t version);

    // groups
    // Its number, also when a group of that name existed before. It exists by its place in the journal.
    Result<std::uint32_t> group_number(const std::string& name);
    // All that ever were, without their places.
    Result<std::vector<Group>> group_names();
    // Those that exist, in their order.
    Result<std::shared_ptr<const std::vector<Group>>> groups(std::uint32_t version);
    // Of one person, and of all, in no order; also those that do not exist any more.
    Result<std::vector<std::uint32_t>> groups_of(std::uint32_t user, std::uint32_t version);
    Result<std::shared_ptr<const Memberships>> memberships(std::uint32_t version);

    // lists of hosts
    // Its number, also when a list of that name existed before. It exists by its entry in the journal.
    Result<std::uint32_t> host_list_number(const std::string& name);
    // All that ever were.
    Result<std::shared_ptr<const std::map<std::string, std::uint32_t>>> host_list_numbers();
    // nullptr: there is none.
    Result<SharedHostList> host_list(std::uint32_t number, std::uint32_t version);
    // Those that exist.
    Result<std::set<std::uint32_t>> host_lists(std::uint32_t version);
    Result<std::shared_ptr<const ListUses>> list_uses(std::uint32_t version);

    // exceptions
    // Its number. It stands by its entry in the journal.
    Result<std::uint32_t> add_exception(const PolicyException& exception);
    // kNotFound; also one that does not stand.
    Result<PolicyException> find_exception(std::uint32_t number);
    // That stand and end after that time, of one person or of all; also those that have not begun.
    Result<std::vector<PolicyException>> exceptions(std::optional<std::uint32_t> user,
                                                    std::uint32_t version, std::int64_t after = 0);

    // roles
    Result<Roles> roles();
    Result<void> give_role(std::uint32_t uid, Role role, std::uint32_t actor);
    Result<void> take_role(std::uint32_t uid, Role role);

    // changes that wait
    // Another end of one that does not stand yet.
    Result<void> set_exception_end(std::uint32_t number, std::int64_t ends);
    // Its number. Nobody sees it before open_pending.
    Result<std::uint32_t> add_pending(const std::vector<PolicyChange>& changes, std::uint32_t actor);
    Result<void> open_pending(std::uint32_t id);
    // Those that are open, the oldest first.
    Result<std::vector<PendingChange>> pending();
    Result<void> refuse_pending(std::uint32_t id, std::uint32_t decider);
    // What it changes now, in one transaction with the decision. kState: it is not open.
    Result<void> approve_pending(const PendingChange& pending,
                                 const std::vector<PolicyChange>& changes, std::uint32_t decider);

    // reviewers; kState: the name or the key exists, or 8 are there; kNotFound: there is none
    Result<std::vector<Reviewer>> reviewers();
    Result<void> add_reviewer(const Reviewer& reviewer, std::uint32_t actor);
    Result<void> remove_reviewer(const std::string& name);

    // recordings
    Result<void> add_recording(const StoredRecording& recording);
    // length, segments, bytes, chain and state.
    Result<void> update_recording(const StoredRecording& recording);
    // Those that are open become failed: of a broker that is no more.
    Result<void> close_open_recordings();
    Result<std::optional<StoredRecording>> find_recording(const std::string& id);
    // The newest first, at most `count`.
    Result<std::vector<StoredRecording>> recordings(const RecordingFilter& filter, std::uint32_t count);

    // consents; a draft until its record is on the disk. kState: it is not in the state that was meant.
    Result<std::uint32_t> add_consent(const Consent& wish);
    Result<void> move_consent(std::uint32_t id, Consent::State from, Consent::State to,
                              std::uint32_t decider);
    // Open or given ones that were asked for or decided since then.
    Result<std::vector<Consent>> consents(std::int64_t since);

    // deletion (store_retention.cpp)
    static constexpr std::size_t kOrdersMax = 10'000;  // that are open at once
    Result<RetentionState> retention();
    Result<void> set_retention(const RetentionState& state);
    Result<std::vector<std::string>> recorded_users();
    // Of this user, that have ended, began before, and are not ordered yet; the oldest first.
    Result<std::vector<StoredRecording>> recordings_to_judge(const std::string& user,
                                                             std::int64_t before_ms,
                                                             std::uint32_t count);
    // One that is still there and was made, in part, between these moments.
    Result<std::optional<std::string>> recording_between(std::int64_t from_ms, std::int64_t until_ms);
    Result<std::vector<RecordedDay>> recorded_days(const std::string& user);
    Result<void> order_deletions(const std::vector<OrderedRecording>& orders);
    Result<std::vector<OrderedRecording>> ordered_deletions();
    Result<std::size_t> ordered_count();
    Result<void> withdraw_deletions(const std::vector<std::string>& ids);
    // Their files are gone: so is what was known of them.
    Result<void> forget_recordings(const std::vector<std::string>& ids);

    // holds (store_holds.cpp); kState: one of that name stands, or kHoldsMax do; kNotFound: none of
    // that name stands
    static constexpr std::size_t kHoldsMax = 1000;
    Result<std::uint32_t> add_hold(const Hold& hold);
    Result<std::vector<Hold>> holds();  // those that stand
    Result<void> ask_hold_end(std::uint32_t id, std::uint32_t asker);
    Result<void> end_hold(std::uint32_t id, std::uint32_t ender);

    // emergencies
    // Its number; not recorded and running, whatever the argument says.
    Result<std::uint32_t> add_emergency(const Emergency& emergency);
    // Whether it is recorded, and all about its end.
    Result<void> update_emergency(const Emergency& emergency);
    // Those that run and the last `ended` of the others, the newest first.
    Result<std::vector<Emergency>> emergencies(std::uint32_t ended);
    Result<std::optional<Emergency>> find_emergency(std::uint32_t number);

    // A whole copy as a new file, as everything was at one moment. Takes the time of writing it all.
    Result<void> copy_to(const std::string& path);

    // sessions
    Result<std::uint64_t> add_session(std::uint32_t user, const std::string& terminal,
                                      std::uint32_t policy_version);
    Result<void> end_session(std::uint64_t session, std::uint16_t reason);
    // Those that a broker which is no more left open.
    Result<std::vector<StoredSession>> open_sessions();

    // Numbers that were given, by this database or by another one before it. After go_on_after() none of them,
    // and none before them, is given. Where policy has come to fewer versions, what it holds becomes a version
    // of its own, by kRestoredField with the number that it had. behind(): the version of policy after that;
    // nullopt: nothing has to be raised.
    struct Given {
        std::uint64_t session = 0, policy_version = 0, change = 0, exception = 0, consent = 0, emergency = 0;
    };
    Result<std::optional<std::uint32_t>> behind(const Given& given);
    Result<void> go_on_after(const Given& given);

    // lockout
    Result<Failures> failures(const std::string& key);
    // Reads the rows of these keys, lets `change` make others of them, and stores those, all or none
    // (kept, when it says false). One with neither count nor lock is dropped.
    Result<void> change_failures(const std::vector<std::string>& keys,
                                 const std::function<bool(std::vector<Failures>&)>& change);
    // 32 random bytes, hex, made with the file: keys the lockout hashes.
    [[nodiscard]] const std::string& secret() const;

private:
    struct Impl;
    explicit Store(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace sudare::store
