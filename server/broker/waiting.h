// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <list>
#include <vector>

#include "protocol/core/reason.h"
#include "server/broker/session.h"

namespace sudare::broker {

class Core;

// Sessions that no link has: their gateway was restarted or their link has crashed. They run on at
// the session host, unwatched, for limits::kUnattendedHold at most. Ending one here means that
// nobody can come back to it; the host ends it when its time is up. Loop thread only.
class WaitingSessions {
public:
    WaitingSessions(boost::asio::io_context& loop, Core& core) : loop_(loop), core_(core) {}

    void add(SessionPtr session);
    // Gives it to a link; nullptr when it waits no more.
    SessionPtr take(std::uint64_t session);
    [[nodiscard]] const Session* find(std::uint64_t session) const;
    [[nodiscard]] std::size_t size() const { return places_.size(); }

    template <typename Visitor>
    void each(Visitor&& visit) const {
        for (const Place& place : places_)
            visit(*place.session);
    }

    // Ends those of whom `over` gives a reason.
    template <typename Judge>
    void end_if(Judge&& over) {
        std::vector<std::pair<std::uint64_t, EndReason>> found;
        for (const Place& place : places_)
            if (const std::optional<EndReason> reason = over(*place.session))
                found.emplace_back(place.session->id, *reason);
        // A record that cannot be written ends all others from within.
        for (const auto& [session, reason] : found)
            end(session, reason);
    }

private:
    struct Place {
        SessionPtr session;
        boost::asio::steady_timer timer;
    };
    void end(std::uint64_t session, EndReason reason);

    boost::asio::io_context& loop_;
    Core& core_;
    std::list<Place> places_;
};

}  // namespace sudare::broker
