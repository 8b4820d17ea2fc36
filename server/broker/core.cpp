// SPDX-License-Identifier: Apache-2.0
#include "server/broker/core.h"

#include <sys/stat.h>

#include <algorithm>

#include "server/base/log.h"
#include "server/broker/link_peer.h"

namespace sudare::broker {

using audit::Event;
using audit::EventType;
using audit::Field;

Core::Core(Settings settings, std::unique_ptr<store::Store> store)
    : settings_(std::move(settings)), store_(std::move(store)), lockout_(*store_) {}

Result<std::unique_ptr<Core>> Core::create(boost::asio::io_context& loop, Settings settings) {
    if (::mkdir(settings.state_dir.c_str(), 0700) != 0 && errno != EEXIST)
        return fail_errno(("mkdir " + settings.state_dir).c_str());
    SUDARE_TRY(std::unique_ptr<store::Store> store,
               store::Store::open(settings.state_dir + "/broker.db"));
    std::unique_ptr<Core> core(new Core(std::move(settings), std::move(store)));
    // The writer's thread says it; the loop acts on it.
    auto on_failure = [&loop, raw = core.get()] {
        boost::asio::post(loop, [raw] { raw->end_all(EndReason::kAuditUnavailable); });
    };
    SUDARE_TRY(core->log_, audit::Log::open(core->settings_.audit_dir, std::move(on_failure)));
    SUDARE_TRY(core->dummy_hash_, auth::hash_password(auth::random_password()));
    SUDARE_CHECK(core->begin());
    return core;
}

Result<void> Core::begin() {
    SUDARE_CHECK(record_durable(
        Event{EventType::kBrokerStarted, {}}.text(Field::kProgramVersion, SUDARE_VERSION)));
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
    return {};
}

void Core::record(const Event& event) {
    if (const auto queued = log_->append(event); !queued) {
        log_error("audit record {} is lost: {}", audit::row_of(event.type)->name,
                  queued.error().message);
        end_all(EndReason::kAuditUnavailable);
    }
}

Result<void> Core::record_durable(const Event& event) {
    return log_->append_durable(event);
}

Result<policy::Layer> Core::default_layer() {
    SUDARE_TRY(policy::Layer layer, store_->layer(std::nullopt));
    auto& page = layer.at(policy::FieldId::kWebStartPage);
    if (!page)
        page = settings_.start_page;
    return layer;
}

Result<Rights> Core::rights(std::uint32_t user) {
    Rights rights;
    SUDARE_TRY(rights.defaults, default_layer());
    SUDARE_TRY(rights.user, store_->layer(user));
    SUDARE_TRY(rights.version, store_->policy_version());
    rights.effective = policy::merge(rights.defaults, rights.user);
    return rights;
}

std::uint64_t Core::add_link(LinkPeer* peer) {
    links_.insert(peer);
    return ++connections_;
}

void Core::remove_link(LinkPeer* peer) {
    links_.erase(peer);
}

std::size_t Core::session_count() const {
    return static_cast<std::size_t>(std::ranges::count_if(
        links_, [](const LinkPeer* peer) { return peer->session() != nullptr; }));
}

LinkPeer* Core::find_session(std::uint64_t session) const {
    for (LinkPeer* peer : links_)
        if (peer->session() != nullptr && peer->session()->id == session)
            return peer;
    return nullptr;
}

void Core::policy_changed() {
    for (LinkPeer* peer : links_)
        if (peer->session() != nullptr)
            peer->policy_changed();
}

void Core::user_disabled(std::uint32_t user) {
    for (LinkPeer* peer : links_)
        if (peer->user_id() == user)
            peer->terminate(EndReason::kNotPermitted);
}

void Core::terminal_revoked(const std::string& terminal) {
    for (LinkPeer* peer : links_)
        if (peer->terminal() == terminal)
            peer->terminate(EndReason::kCertificateRevoked);
}

// terminate never removes a peer from the set at once: closing is always posted.
void Core::end_all(EndReason reason) {
    for (LinkPeer* peer : links_)
        if (peer->session() != nullptr || reason == EndReason::kServerStopping)
            peer->terminate(reason);
}

std::tm local_time() {
    const std::time_t now = std::time(nullptr);
    std::tm local{};
    ::localtime_r(&now, &local);
    return local;
}

}  // namespace sudare::broker
