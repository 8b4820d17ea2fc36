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
    const auto now = std::chrono::steady_clock::now();
    if (!session->detached)
        session->detached = now;
    Place& place =
        places_.emplace_back(Place{std::move(session), boost::asio::steady_timer(loop_)});
    place.timer.expires_at(
        std::min(*place.session->detached + wished, now + limits::kUnattendedHold));
    // By its number: a timer that has run out cannot be called back, and somebody may have taken the
    // session since.
    place.timer.async_wait([this, id = place.session->id](const boost::system::error_code& error) {
        if (!error)
            end(id, EndReason::kNotResumed);
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

void WaitingSessions::end(std::uint64_t number, EndReason reason) {
    const SessionPtr session = take(number);
    if (!session)
        return;
    core_.end_session(event_of(*session, audit::EventType::kSessionEnded), *session, reason, {});
}

}  // namespace sudare::broker
