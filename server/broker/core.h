// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio.hpp>
#include <ctime>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "server/broker/audit/checkpointer.h"
#include "server/broker/audit/log.h"
#include "server/broker/evidence/worker.h"
#include "server/broker/auth/lockout.h"
#include "server/broker/auth/login_rules.h"
#include "server/broker/auth/password.h"
#include "server/broker/browser_watch.h"
#include "server/broker/change/state.h"
#include "server/broker/directory.h"
#include "server/broker/emergencies.h"
#include "server/broker/forwarding.h"
#include "server/broker/retention.h"
#include "server/broker/self_test.h"
#include "server/broker/settings.h"
#include "server/broker/store/anchor_store.h"
#include "server/broker/store/store.h"
#include "server/broker/typed_today.h"
#include "server/broker/waiting.h"

namespace sudare::broker {

class LinkPeer;

// What a person may do at a moment, merged from the stored layers.
struct Rights {
    policy::Layers layers;
    policy::Effective effective;  // without web.hosts
    std::uint32_t version = 0;

    [[nodiscard]] auth::AccountRules account_rules() const {
        return {effective.number(policy::FieldId::kAccessSecondFactor) != 0,
                effective.number(policy::FieldId::kAccessPasswordDays)};
    }
};

// What all connections share: store, log, password pool, and who is connected. Loop thread only.
class Core {
public:
    static constexpr std::size_t kSessionsMax = 4096;

    // For once: takes a log that does not reach its anchor, writes log_lost into it, and ends. kState
    // when nothing is lost.
    static Result<void> accept_log_loss(const Settings& settings);
    // Opens store and log, ends what an earlier broker left open, records the start.
    static Result<std::unique_ptr<Core>> create(boost::asio::io_context& loop, Settings settings);

    [[nodiscard]] const Settings& settings() const { return settings_; }
    store::Store& store() { return *store_; }
    auth::Lockout& lockout() { return lockout_; }
    auth::PasswordPool& pool() { return pool_; }
    Directory& directory() { return directory_; }
    Forwarding& forwarding() { return forwarding_; }
    [[nodiscard]] const audit::Log& log() const { return *log_; }
    search::Worker& searcher() { return *searcher_; }
    Retention& retention() { return *retention_; }
    [[nodiscard]] search::LogEnd log_end() const;
    // With what is still on its way to the disk: taken before a record_durable() that succeeds, it is all there.
    [[nodiscard]] search::LogEnd appended_end() const;
    // Exports of evidence that run at once; each keeps up to some ten MB.
    static constexpr long kExportsMax = 4;
    // One runs as long as somebody holds this; nullptr: too many do.
    [[nodiscard]] std::shared_ptr<void> begin_export() {
        return exports_.use_count() <= kExportsMax ? exports_ : nullptr;
    }
    // nullopt: no signer is configured.
    [[nodiscard]] std::optional<audit::Checkpointer::Status> signing() const;
    // After the last record: has it signed, if the signer answers. Nothing may be recorded after it.
    void finish();
    // Passwords of one terminal that are being looked at, also for links that have gone since: the
    // work is in the pool. Whoever has a certificate and no account must not fill everybody's queue.
    [[nodiscard]] bool passwords_full(const std::string& terminal) const;
    void password_begins(const std::string& terminal) { ++passwords_[terminal]; }
    void password_ends(const std::string& terminal);
    static constexpr unsigned kPasswordsPerTerminal = 2;

    // Queues a record; a failure ends all sessions by itself.
    void record(const audit::Event& event);
    // Waits for the disk. kUnavailable: it is not recorded, so it must not happen.
    Result<void> record_durable(const audit::Event& event);
    // A change that exists only with its record: record, then change; a change that then fails is
    // recorded as kChangeFailed.
    template <typename Change>
    Result<void> record_and_do(const audit::Event& event, Change&& change) {
        SUDARE_CHECK(record_durable(event));
        auto done = change();
        if (!done) {
            record(audit::Event{audit::EventType::kChangeFailed, {}}.text(audit::Field::kCause,
                                                                          done.error().message));
            return tl::unexpected(done.error());
        }
        return {};
    }

    Result<Rights> rights(std::uint32_t user);
    Result<Rights> rights(std::uint32_t user, const Moment& at);
    ipc::SessionPolicy session_policy(const Rights& rights);
    // Now, and how it is stored.
    Result<Moment> moment();
    [[nodiscard]] PolicyState state(const Moment& at) const;
    // For whom recordings are sealed.
    [[nodiscard]] ipc::ReviewerKeys reviewer_keys();
    void reviewers_changed();
    Result<PolicyState> state();
    // The hash against which unknown users are checked, so that they cost the same time.
    [[nodiscard]] const std::string& dummy_hash() const { return dummy_hash_; }

    // connections; peers add and remove themselves
    std::uint64_t add_link(LinkPeer* peer);
    void remove_link(LinkPeer* peer);
    [[nodiscard]] const std::set<LinkPeer*>& links() const { return links_; }
    [[nodiscard]] std::size_t session_count() const;
    [[nodiscard]] LinkPeer* find_session(std::uint64_t session) const;
    TypedToday& typed_today() { return typed_today_; }
    BrowserWatch& browser_watch() { return browser_watch_; }
    SelfTestRecord& self_test() { return *self_test_; }
    WaitingSessions& waiting() { return waiting_; }
    Emergencies& emergencies() { return emergencies_; }
    // All sessions, with the link that has it; nullptr: it waits.
    struct Place {
        const Session* session;
        LinkPeer* link;
    };
    [[nodiscard]] std::vector<Place> sessions() const;
    // Takes it from its link, which is told, or from those that wait.
    SessionPtr take_session(const Place& place);
    // Records and stores the end; `record` says who and where.
    void end_session(audit::Event record, const Session& session, EndReason reason,
                     const ipc::Totals& totals);

    // Something stored has changed, or an exception has begun or ended: running sessions get it, or
    // end by it.
    void policy_changed();
    void end_sessions_of(std::uint32_t user, EndReason reason);
    void terminal_revoked(const std::string& terminal);
    // Ends all that this certificate has; how many connections.
    std::size_t certificate_denied(const std::string& serial);
    void end_all(EndReason reason);

private:
    Core(boost::asio::io_context& loop, Settings settings, std::unique_ptr<store::Store> store);
    // Why a session that waits may wait no longer.
    std::optional<EndReason> over_while_waiting(const Session& session);
    Result<void> begin();
    Result<void> go_on_after_log();
    // Wakes when the next exception begins or ends, and now and then, because the clock may be set.
    void watch_exceptions();
    void exceptions_due();
    void start_signing(boost::asio::io_context& loop);
    void start_forwarding();
    void start_searching(boost::asio::io_context& loop);
    void signing_changed(const audit::Checkpointer::Status& status);

    Settings settings_;
    std::unique_ptr<store::Store> store_;
    std::unique_ptr<store::AnchorStore> anchor_;  // outlives the log, which writes it
    std::unique_ptr<audit::Log> log_;
    std::unique_ptr<audit::Checkpointer> checkpointer_;
    std::unique_ptr<Retention> retention_;      // the searcher's thread may have work of it
    std::unique_ptr<search::Worker> searcher_;  // ends before what it reads for
    std::shared_ptr<void> exports_ = std::make_shared<char>();
    auth::Lockout lockout_;
    std::string dummy_hash_;
    std::set<LinkPeer*> links_;
    WaitingSessions waiting_;
    Emergencies emergencies_;
    boost::asio::steady_timer exceptions_;  // begin or end then
    std::int64_t exceptions_seen_ = 0;      // up to that time
    std::uint64_t connections_ = 0;
    policy::HostMerges merges_;  // of this version
    std::uint32_t merges_version_ = 0;
    TypedToday typed_today_;
    BrowserWatch browser_watch_;
    std::optional<SelfTestRecord> self_test_;  // there from create() on
    std::map<std::string, unsigned> passwords_;  // in the pool, by terminal
    Directory directory_;
    Forwarding forwarding_;
    auth::PasswordPool pool_;  // last: its threads end first
};

// The broker's local time: access.hours are about the wall clock of the office.
std::tm local_time();

}  // namespace sudare::broker
