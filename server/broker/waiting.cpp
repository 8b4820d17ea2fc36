// SPDX-License-Identifier: Apache-2.0
#include "server/broker/waiting.h"

#include <algorithm>

#include "protocol/core/limits.h"
#include "server/broker/core.h"

namespace sudare::broker {

using audit::Event;
using audit::Field;

Event event_of(const Session& session, audit::EventType type) {
    Event event{type, {}};
    event.bytes(Field::kAddress, session.at.address).number(Field::kPort, session.at.port);
    event.text(Field::kTerminal, session.at.terminal)
        .text(Field::kUser, session.user.name)
        .number(Field::kSession, session.id);
    return event;
}

void WaitingSessions::add(SessionPtr session) {
    const std::chrono::seconds wished = std::chrono::minutes(session->policy.resume_minutes);
    if (!session->detached)
        session->detached = std::chrono::steady_clock::now();
    const At place = places_.insert(places_.end(),
                                    Place{std::move(session), boost::asio::steady_timer(loop_)});
    place->timer.expires_at(*place->session->detached +
                            std::min(wished, std::chrono::seconds(limits::kUnattendedHold)));
    place->timer.async_wait([this, place](const boost::system::error_code& error) {
        if (!error)
            end(place, EndReason::kNotResumed);
    });
}

SessionPtr WaitingSessions::take(std::uint64_t session) {
    const auto place = std::ranges::find_if(
        places_, [&](const Place& one) { return one.session->id == session; });
    if (place == places_.end())
        return nullptr;
    SessionPtr taken = std::move(place->session);
    places_.erase(place);
    return taken;
}

const Session* WaitingSessions::find(std::uint64_t session) const {
    const auto place = std::ranges::find_if(
        places_, [&](const Place& one) { return one.session->id == session; });
    return place == places_.end() ? nullptr : place->session.get();
}

void WaitingSessions::end(At place, EndReason reason) {
    const SessionPtr session = std::move(place->session);
    places_.erase(place);
    core_.end_session(event_of(*session, audit::EventType::kSessionEnded), *session, reason, {});
}

}  // namespace sudare::broker
