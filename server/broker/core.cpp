// SPDX-License-Identifier: Apache-2.0
#include "server/broker/core.h"

#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "protocol/recording/keys.h"
#include "server/base/log.h"
#include "server/broker/audit/readers.h"
#include "server/broker/link_peer.h"

namespace sudare::broker {

using audit::Event;
using audit::EventType;
using audit::Field;

namespace {

std::string database(const Settings& settings) {
    return settings.state_dir + "/broker.db";
}

Result<std::optional<audit::Anchor>> anchor_in(store::AnchorStore& anchors) {
    SUDARE_TRY(const auto stored, anchors.load());
    if (!stored)
        return std::optional<audit::Anchor>();
    audit::Anchor anchor{stored->records, {}};
    std::size_t length = 0;
    if (sodium_hex2bin(anchor.last_hash.data(), anchor.last_hash.size(), stored->hash.data(),
                       stored->hash.size(), nullptr, &length, nullptr) != 0 ||
        length != anchor.last_hash.size())
        return fail(Errc::kBadInput, "the database's anchor of the audit log is malformed");
    return std::optional(anchor);
}

Result<void> store_anchor(store::AnchorStore& anchors, const audit::Anchor& anchor) {
    std::array<char, std::tuple_size_v<audit::Hash> * 2 + 1> text{};
    sodium_bin2hex(text.data(), text.size(), anchor.last_hash.data(), anchor.last_hash.size());
    return anchors.save({anchor.records, text.data()});
}

Result<std::unique_ptr<audit::Log>> open_log(const Settings& settings, store::AnchorStore& anchors,
                                             bool accept_loss, std::function<void()> on_failure) {
    audit::Anchoring anchoring;
    SUDARE_TRY(anchoring.known, anchor_in(anchors));
    anchoring.save = [&anchors](const audit::Anchor& anchor) {
        return store_anchor(anchors, anchor);
    };
    anchoring.accept_loss = accept_loss;
    const bool known = anchoring.known.has_value();
    SUDARE_TRY(auto log,
               audit::Log::open(settings.audit_dir, std::move(anchoring), std::move(on_failure)));
    if (!known && log->next_index() != 0)
        log_warn("audit log: {} records that this database has not seen; anchored from now on",
                 log->next_index());
    return log;
}

}  // namespace

Core::Core(boost::asio::io_context& loop, Settings settings, std::unique_ptr<store::Store> store)
    : settings_(std::move(settings)),
      store_(std::move(store)),
      lockout_(*store_),
      waiting_(loop, *this),
      emergencies_(*this),
      exceptions_(loop),
      directory_(loop, settings_.directory),
      forwarding_(loop, settings_.forward) {}

Result<std::unique_ptr<Core>> Core::create(boost::asio::io_context& loop, Settings settings) {
    if (::mkdir(settings.state_dir.c_str(), 0700) != 0 && errno != EEXIST)
        return fail_errno(("mkdir " + settings.state_dir).c_str());
    SUDARE_TRY(std::unique_ptr<store::Store> store, store::Store::open(database(settings)));
    std::unique_ptr<Core> core(new Core(loop, std::move(settings), std::move(store)));
    // The writer's thread says it; the loop acts on it.
    auto on_failure = [&loop, raw = core.get()] {
        boost::asio::post(loop, [raw] { raw->end_all(EndReason::kAuditUnavailable); });
    };
    if (const auto& group = core->settings_.forward.gid)
        SUDARE_CHECK(audit::let_group_read(core->settings_.audit_dir, *group));
    SUDARE_TRY(core->anchor_, store::AnchorStore::open(database(core->settings_)));
    SUDARE_TRY(core->log_,
               open_log(core->settings_, *core->anchor_, false, std::move(on_failure)));
    SUDARE_TRY(core->dummy_hash_, auth::hash_password(auth::random_password()));
    const std::int64_t newest_record = core->log_->durable().last_time;
    SUDARE_TRY(core->self_test_, SelfTestRecord::open(core->settings_.state_dir + "/self_test"));
    SUDARE_CHECK(core->begin());
    core->start_signing(loop);
    core->start_searching(loop);
    SUDARE_TRY(core->retention_, Retention::create(loop, *core, newest_record));
    core->retention_->start();
    core->start_forwarding();
    core->watch_exceptions();
    return core;
}

// What the checkpointer's thread says, the loop records. Log and loop outlive that thread.
void Core::start_signing(boost::asio::io_context& loop) {
    if (settings_.signer_socket.empty())
        return;
    audit::Checkpointer::Settings signing{settings_.audit_dir, settings_.signer_socket,
                                          std::chrono::minutes(settings_.unsigned_minutes),
                                          std::chrono::seconds(settings_.heartbeat_seconds)};
    audit::Checkpointer::Callbacks callbacks{
        [this, &loop](const audit::Checkpointer::Status& status) {
            boost::asio::post(loop, [this, status] { signing_changed(status); });
        },
        [this, &loop] {
            boost::asio::post(loop, [this] { record(Event{EventType::kHeartbeat, {}}); });
        }};
    checkpointer_ =
        std::make_unique<audit::Checkpointer>(*log_, std::move(signing), std::move(callbacks));
}

search::LogEnd Core::log_end() const {
    const audit::Position end = log_->durable();
    return {end.next_index, end.last_hash};
}

search::LogEnd Core::appended_end() const {
    const audit::Position& end = log_->appended();
    return {end.next_index, end.last_hash};
}

void Core::start_forwarding() {
    forwarding_.start({[this] {
                           const search::LogEnd end = log_end();
                           return ipc::ForwardDurable{end.records, end.last};
                       },
                       [this](const Event& event) {
                           const std::uint64_t index = log_->next_index();
                           record(event);
                           return index;
                       }});
}

// It only reads: the writer never waits for it.
void Core::start_searching(boost::asio::io_context& loop) {
    searcher_ = std::make_unique<search::Worker>(
        search::Worker::Settings{settings_.audit_dir, settings_.state_dir + "/index"},
        [this] { return log_end(); },
        [this, &loop](const std::string& fault) {
            boost::asio::post(loop, [this, fault] {
                log_warn("the index of the audit log is made anew: {}", fault);
                record(Event{EventType::kIndexRebuilt, {}}.text(Field::kCause, fault));
            });
        });
}

void Core::signing_changed(const audit::Checkpointer::Status& status) {
    Event event{status.alarm ? EventType::kLogUnsigned : EventType::kLogSigned, {}};
    if (status.alarm) {
        log_error("audit log: only the first {} records are signed: {}", status.records, status.cause);
        event.text(Field::kCause, status.cause)
            .number(Field::kSeconds, static_cast<std::uint64_t>(status.unsigned_for.count()));
    }
    record(event.number(Field::kNumber, status.records));
}

std::optional<audit::Checkpointer::Status> Core::signing() const {
    return checkpointer_ ? std::optional(checkpointer_->status()) : std::nullopt;
}

void Core::finish() {
    searcher_.reset();
    log_->flush();
    checkpointer_.reset();
}

Result<void> Core::accept_log_loss(const Settings& settings) {
    SUDARE_TRY(const auto store, store::Store::open(database(settings)));
    SUDARE_TRY(const auto anchors, store::AnchorStore::open(database(settings)));
    SUDARE_TRY(const auto log, open_log(settings, *anchors, true, {}));
    const auto& loss = log->loss();
    if (!loss)
        return fail(Errc::kState, "the audit log reaches its anchor: there is no loss to accept");
    // They are about a log that is not there any more: kept, but as evidence of that.
    for (const char* name : {"/checkpoint", "/checkpoints"}) {
        const std::string path = settings.audit_dir + name;
        const std::string aside = path + ".lost-" + std::to_string(std::time(nullptr));
        if (::rename(path.c_str(), aside.c_str()) != 0 && errno != ENOENT)
            return fail_errno(("rename " + path).c_str());
    }
    SUDARE_TRY(const auto anchor, anchors->load());
    return log->append_durable(Event{EventType::kLogLost, {}}
                                   .text(Field::kCause, loss->cause)
                                   .number(Field::kNumber, loss->anchor.records)
                                   .text(Field::kBefore, anchor ? anchor->hash : "")
                                   .number(Field::kAdminUid, ::getuid()));
}

Result<void> Core::begin() {
    SUDARE_CHECK(record_durable(
        Event{EventType::kBrokerStarted, {}}.text(Field::kProgramVersion, SUDARE_VERSION)));
    SUDARE_CHECK(go_on_after_log());
    if (const auto& torn = log_->recovery(); !torn.file.empty()) {
        log_warn("audit log: a torn tail of {} bytes was set aside in {}", torn.size, torn.file);
        record(Event{EventType::kLogRecovered, {}}
                   .text(Field::kFile, torn.file)
                   .number(Field::kOffset, torn.offset)
                   .number(Field::kSize, torn.size));
    }
    SUDARE_TRY(const auto open, store_->open_sessions());
    for (const store::StoredSession& session : open) {
        const auto reason = static_cast<std::uint16_t>(EndReason::kBrokerLost);
        record(Event{EventType::kSessionEnded, {}}
                   .number(Field::kSession, session.id)
                   .text(Field::kUser, session.user)
                   .text(Field::kTerminal, session.terminal)
                   .number(Field::kReason, reason)
                   .text(Field::kCause, "found_open_at_start"));
        SUDARE_CHECK(store_->end_session(session.id, reason));
    }
    SUDARE_CHECK(store_->close_open_recordings());
    return emergencies_.load();
}

// The record first: after a crash between the two it is made again.
Result<void> Core::go_on_after_log() {
    const audit::GivenNumbers& in_log = log_->numbers();
    const store::Store::Given given{in_log.session,   in_log.policy_version, in_log.change,
                                    in_log.exception, in_log.consent,        in_log.emergency};
    SUDARE_TRY(const auto version, store_->behind(given));
    if (!version)
        return {};
    log_warn("the log names numbers that the database has not given: it is an older copy, or a crash came"
             " before a recorded change; numbers go on after these; policy as it is has version {}",
             *version);
    return record_and_do(Event{EventType::kDatabaseOlder, {}}.number(Field::kPolicyVersion, *version),
                         [&] { return store_->go_on_after(given); });
}

void Core::record(const Event& event) {
    if (const auto queued = log_->append(event); !queued) {
        log_error("audit record {} is lost: {}", audit::row_of(event.type)->name,
                  queued.error().message);
        end_all(EndReason::kAuditUnavailable);
    }
}

bool Core::passwords_full(const std::string& terminal) const {
    const auto known = passwords_.find(terminal);
    return known != passwords_.end() && known->second >= kPasswordsPerTerminal;
}

void Core::password_ends(const std::string& terminal) {
    const auto known = passwords_.find(terminal);
    if (known != passwords_.end() && --known->second == 0)
        passwords_.erase(known);
}

Result<void> Core::record_durable(const Event& event) {
    return log_->append_durable(event);
}


std::uint64_t Core::add_link(LinkPeer* peer) {
    links_.insert(peer);
    return ++connections_;
}

void Core::remove_link(LinkPeer* peer) {
    links_.erase(peer);
}

std::size_t Core::session_count() const {
    return waiting_.size() +
           static_cast<std::size_t>(std::ranges::count_if(
               links_, [](const LinkPeer* peer) { return peer->session() != nullptr; }));
}

std::vector<Core::Place> Core::sessions() const {
    std::vector<Place> places;
    for (LinkPeer* peer : links_)
        if (peer->session() != nullptr)
            places.push_back({peer->session(), peer});
    waiting_.each([&](const Session& session) { places.push_back({&session, nullptr}); });
    return places;
}

SessionPtr Core::take_session(const Place& place) {
    return place.link != nullptr ? place.link->hand_over() : waiting_.take(place.session->id);
}

void Core::end_session(Event event, const Session& session, EndReason reason,
                       const ipc::Totals& totals) {
    const auto lasted = std::chrono::duration_cast<std::chrono::seconds>(
        std::chrono::steady_clock::now() - session.since);
    record(event.number(Field::kReason, static_cast<std::uint64_t>(reason))
               .number(Field::kBytesUp, totals.bytes_up)
               .number(Field::kBytesDown, totals.bytes_down)
               .number(Field::kUpdates, totals.updates)
               .number(Field::kSeconds, static_cast<std::uint64_t>(lasted.count())));
    if (const auto ended = store_->end_session(session.id, static_cast<std::uint16_t>(reason));
        !ended)
        log_error("session {}: {}", session.id, ended.error().message);
}

std::optional<EndReason> Core::over_while_waiting(const Session& session) {
    const auto now = rights(session.user.id);
    if (!now)
        return EndReason::kInternal;
    if (policy::access_denied(now->effective, session.at.terminal, local_time()) ||
        now->effective.number(policy::FieldId::kAccessResumeMinutes) == 0)
        return EndReason::kPolicyChanged;
    return std::nullopt;
}

LinkPeer* Core::find_session(std::uint64_t session) const {
    for (LinkPeer* peer : links_)
        if (peer->session() != nullptr && peer->session()->id == session)
            return peer;
    return nullptr;
}

void Core::policy_changed() {
    watch_exceptions();
    for (LinkPeer* peer : links_)
        if (peer->session() != nullptr)
            peer->policy_changed();
    waiting_.end_if([this](const Session& session) { return over_while_waiting(session); });
}

ipc::ReviewerKeys Core::reviewer_keys() {
    ipc::ReviewerKeys keys;
    const auto all = store_->reviewers();
    if (!all) {
        log_error("reviewers: {}", all.error().message);
        return keys;  // and a recording that must be is not begun
    }
    for (const store::Reviewer& one : *all)
        if (const auto key = recording::public_key_from_hex(one.key))
            keys.push_back(*key);
    return keys;
}

void Core::reviewers_changed() {
    for (LinkPeer* peer : links_)
        peer->reviewers_changed();
}

void Core::end_sessions_of(std::uint32_t user, EndReason reason) {
    for (LinkPeer* peer : links_)
        if (peer->user_id() == user)
            peer->terminate(reason);
    waiting_.end_if([&](const Session& session) {
        return session.user.id == user ? std::optional(reason) : std::nullopt;
    });
}

void Core::terminal_revoked(const std::string& terminal) {
    for (LinkPeer* peer : links_)
        if (peer->terminal() == terminal)
            peer->terminate(EndReason::kCertificateRevoked);
    waiting_.end_if([&](const Session& session) {
        return session.at.terminal == terminal ? std::optional(EndReason::kCertificateRevoked)
                                               : std::nullopt;
    });
}

std::size_t Core::certificate_denied(const std::string& serial) {
    std::size_t ended = 0;
    for (LinkPeer* peer : links_)
        if (peer->source().serial == serial) {
            peer->terminate(EndReason::kCertificateRevoked);
            ++ended;
        }
    waiting_.end_if([&](const Session& session) {
        return session.at.serial == serial ? std::optional(EndReason::kCertificateRevoked)
                                           : std::nullopt;
    });
    return ended;
}

// terminate never removes a peer from the set at once: closing is always posted.
void Core::end_all(EndReason reason) {
    for (LinkPeer* peer : links_)
        if (peer->session() != nullptr || reason == EndReason::kServerStopping)
            peer->terminate(reason);
    waiting_.end_if([&](const Session&) { return std::optional(reason); });
}

std::tm local_time() {
    const std::time_t now = std::time(nullptr);
    std::tm local{};
    ::localtime_r(&now, &local);
    return local;
}

}  // namespace sudare::broker
