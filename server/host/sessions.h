// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <map>
#include <memory>

#include "protocol/ipc/link_host.h"
#include "server/host/session.h"
#include "server/host/slot.h"

namespace sudare::host {

// The sessions of this machine by their numbers. Each is watched by at most one connection of the
// border, and may change from one to the next; without any it waits, for as long as its policy
// says and limits::kUnattendedHold at most, and then ends. One thread.
//
//     watched -leave-> waiting -take_over-> watched;  watched -take_over-> handing over -leave-> watched
class Sessions {
public:
    // A connection of the border. It must leave() the session before it goes.
    class Watcher {
    public:
        virtual void on_event(ipc::HostEvent event) = 0;
        // The session is over; leave() is no longer needed.
        virtual void on_session_ended(EndReason reason) = 0;
        // Another one wants it: stop reading its streams, then leave().
        virtual void on_wanted_elsewhere() = 0;
        // The answer to take_over().
        virtual void on_taken_over(Session& session) = 0;

    protected:
        ~Watcher() = default;
    };

    Sessions(boost::asio::io_context& loop, const Settings& settings, const CgroupRoot& cgroups);
    ~Sessions();

    // The new session, watched by `watcher`. Errors: kLimit (settings.sessions_max), and what could
    // not be made.
    Result<Session*> start(const ipc::SessionStart& start, Watcher& watcher);
    // False: there is none of that number and key, or it ends. Else on_taken_over follows, at once
    // or when the one that has it has left; whoever waits for that already is told that it is gone.
    bool take_over(const ipc::SessionResume& resume, Watcher& watcher);
    // Not watched, or not waited for, any more.
    void leave(std::uint64_t number, Watcher& watcher);

    void update_policy(std::uint64_t number, const ipc::SessionPolicy& policy);
    void stop(std::uint64_t number, EndReason reason);
    void stop_all(EndReason reason);
    // At once, without a word: the launcher goes.
    void kill_all();

    [[nodiscard]] bool empty() const { return places_.empty(); }
    // Called whenever the last one has gone.
    void on_empty(std::function<void()> callback) { on_empty_ = std::move(callback); }

private:
    struct Place {
        Place(boost::asio::io_context& loop, SlotNumber number) : slot(number), timer(loop) {}
        SlotNumber slot;
        boost::asio::steady_timer timer;
        ipc::SessionKey key{};
        std::uint16_t resume_minutes = 0;
        Watcher* watcher = nullptr;
        Watcher* next = nullptr;
        std::unique_ptr<Session> session;
        bool over = false;  // what is left of it is being removed
    };
    using Places = std::map<std::uint64_t, Place>;

    [[nodiscard]] std::size_t running() const;
    Session::Events events_for(std::uint64_t number);
    void ended(std::uint64_t number, EndReason reason);
    void gone(std::uint64_t number);
    void wait_for_watcher(Places::iterator place);

    boost::asio::io_context& loop_;
    const Settings& settings_;
    const CgroupRoot& cgroups_;
    SlotTable slots_;
    Places places_;
    std::function<void()> on_empty_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace sudare::host
