// SPDX-License-Identifier: Apache-2.0
#include "server/broker/emergencies.h"

#include <algorithm>
#include <ctime>

#include "server/base/log.h"
#include "server/broker/core.h"
#include "server/broker/link_peer.h"

namespace sudare::broker {

using audit::Event;
using audit::EventType;
using audit::Field;
using store::Emergency;

Result<void> Emergencies::load() {
    SUDARE_TRY(running_, core_.store().emergencies(0));
    for (Emergency& one : running_) {
        log_warn("emergency {} runs: {}", one.id,
                 one.everybody ? "nobody can log in" : "some cannot log in");
        if (one.recorded)
            continue;
        SUDARE_CHECK(record_start(one, true));
        one.recorded = true;
        SUDARE_CHECK(core_.store().update_emergency(one));
    }
    return {};
}

bool Emergencies::stops_everybody() const {
    return std::ranges::any_of(running_, &Emergency::everybody);
}

bool Emergencies::stops_user(const std::string& name) const {
    return std::ranges::any_of(
        running_, [&](const Emergency& one) { return one.everybody || one.users.contains(name); });
}

bool Emergencies::stops_terminal(const std::string& name) const {
    return std::ranges::any_of(running_, [&](const Emergency& one) {
        return one.everybody || one.terminals.contains(name);
    });
}

bool Emergencies::concerns(const Emergency& one, const std::string& user,
                           const std::string& terminal) {
    return one.everybody || one.users.contains(user) || one.terminals.contains(terminal);
}

// The records of users and terminals stand before the last one, which is waited for and makes all of
// them durable.
Result<void> Emergencies::record_start(const Emergency& one, bool late) {
    const auto target = [&](Field field, const std::string& name) {
        core_.record(Event{EventType::kEmergencyConcerns, {}}
                         .text(field, name)
                         .number(Field::kAdminUid, one.actor)
                         .number(Field::kEmergency, one.id));
    };
    for (const std::string& name : one.users)
        target(Field::kUser, name);
    for (const std::string& name : one.terminals)
        target(Field::kTerminal, name);
    Event record{EventType::kEmergencyStarted, {}};
    record.text(Field::kCause, one.reason)
        .number(Field::kAdminUid, one.actor)
        .number(Field::kNumber, one.sessions.size())
        .number(Field::kEmergency, one.id)
        .flag(Field::kEverybody, one.everybody);
    if (late)
        record.number(Field::kBegins, static_cast<std::uint64_t>(one.started));
    return core_.record_durable(record);
}

Emergencies::Begun Emergencies::begin(Emergency wish) {
    wish.started = std::time(nullptr);
    for (const Core::Place& place : core_.sessions())
        if (concerns(wish, place.session->user.name, place.session->at.terminal))
            wish.sessions.insert(place.session->id);
    Begun begun{std::move(wish), {}, {}};
    Emergency& one = begun.emergency;
    if (const auto number = core_.store().add_emergency(one))
        one.id = *number;
    else
        begun.stored = tl::unexpected(number.error());
    begun.recorded = record_start(one, false);
    if (begun.recorded && begun.stored) {
        one.recorded = true;
        if (const auto updated = core_.store().update_emergency(one); !updated)  // recorded twice, then
            log_error("emergency {}: {}", one.id, updated.error().message);
    }
    running_.push_back(one);
    end_sessions(one);
    return begun;
}

// Also of those who have logged in and have no session yet, or are about to set something up.
void Emergencies::end_sessions(const Emergency& one) {
    for (LinkPeer* peer : core_.links())
        if (!peer->terminal().empty() && concerns(one, peer->user_name(), peer->terminal()))
            peer->terminate(EndReason::kEmergency);
    core_.waiting().end_if([&](const Session& session) {
        return concerns(one, session.user.name, session.at.terminal)
                   ? std::optional(EndReason::kEmergency)
                   : std::nullopt;
    });
}

Result<void> Emergencies::ask_end(std::uint32_t id, std::uint32_t asker,
                                  const std::string& reason) {
    const auto one = std::ranges::find(running_, id, &Emergency::id);
    if (one == running_.end())
        return fail(Errc::kNotFound, "the emergency is over");
    Emergency changed = *one;
    changed.state = Emergency::State::kEndAsked;
    changed.asker = asker;
    changed.end_reason = reason;
    SUDARE_CHECK(core_.record_and_do(Event{EventType::kEmergencyEndAsked, {}}
                                         .text(Field::kCause, reason)
                                         .number(Field::kAdminUid, asker)
                                         .number(Field::kEmergency, id),
                                     [&] { return core_.store().update_emergency(changed); }));
    *one = std::move(changed);
    return {};
}

Result<void> Emergencies::end(std::uint32_t id, std::uint32_t ender, const std::string& reason) {
    const auto one = std::ranges::find(running_, id, &Emergency::id);
    if (one == running_.end())
        return fail(Errc::kNotFound, "the emergency is over");
    Emergency changed = *one;
    changed.state = Emergency::State::kEnded;
    changed.ender = ender;
    changed.ended = std::time(nullptr);
    changed.end_reason = reason;
    Event record{EventType::kEmergencyEnded, {}};
    record.text(Field::kCause, reason).number(Field::kAdminUid, ender);
    if (changed.asker != 0 || one->state == Emergency::State::kEndAsked)
        record.number(Field::kAskerUid, changed.asker);
    record.number(Field::kEmergency, id).flag(Field::kEverybody, changed.everybody);
    SUDARE_CHECK(
        core_.record_and_do(record, [&] { return core_.store().update_emergency(changed); }));
    running_.erase(one);
    return {};
}

}  // namespace sudare::broker
