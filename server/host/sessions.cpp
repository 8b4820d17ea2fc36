// SPDX-License-Identifier: Apache-2.0
#include "server/host/sessions.h"

#include <algorithm>
#include <boost/asio/post.hpp>

#include "server/base/log.h"

namespace sudare::host {
namespace {

// Beyond the running ones: places of sessions that end, or do not quite want to.
constexpr std::uint32_t kSpareSlots = 16;

// In a time that does not tell where they differ.
bool same(const ipc::SessionKey& a, const ipc::SessionKey& b) {
    unsigned difference = 0;
    for (std::size_t i = 0; i < a.size(); ++i)
        difference |= static_cast<unsigned>(a[i] ^ b[i]);
    return difference == 0;
}

}  // namespace

Sessions::Sessions(boost::asio::io_context& loop, const Settings& settings,
                   const CgroupRoot& cgroups)
    : loop_(loop),
      settings_(settings),
      cgroups_(cgroups),
      slots_(settings.sessions_max + kSpareSlots) {}

Sessions::~Sessions() {
    *alive_ = false;
}

std::size_t Sessions::running() const {
    return static_cast<std::size_t>(
        std::ranges::count_if(places_, [](const auto& entry) { return !entry.second.over; }));
}

Result<Session*> Sessions::start(const ipc::SessionStart& start, Watcher& watcher) {
    if (running() >= settings_.sessions_max)
        return fail(Errc::kLimit, std::to_string(settings_.sessions_max) +
                                      " sessions are the maximum (sessions.max)");
    if (places_.contains(start.session))
        return fail(Errc::kBadInput, "a session of that number runs already");
    const auto slot = slots_.take();
    if (!slot)
        return fail(Errc::kLimit, "every slot holds a session that does not go away");
    const auto place = places_.try_emplace(start.session, loop_, *slot).first;
    place->second.key = start.key;
    place->second.resume_minutes = start.policy.resume_minutes;
    place->second.watcher = &watcher;
    auto made = Session::create(loop_, settings_, cgroups_, *slot, start, events_for(start.session));
    if (!made) {
        places_.erase(place);
        slots_.give_back(*slot);
        return tl::unexpected(made.error());
    }
    place->second.session = std::move(*made);
    return place->second.session.get();
}

Session::Events Sessions::events_for(std::uint64_t number) {
    return {[this, number](ipc::HostEvent event) {
                const auto place = places_.find(number);
                if (place != places_.end() && place->second.watcher != nullptr)
                    place->second.watcher->on_event(event);
            },
            [this, number](EndReason reason) { ended(number, reason); },
            // Not in here: it is the session that calls.
            [this, number] {
                boost::asio::post(loop_, [this, number, alive = alive_] {
                    if (*alive)
                        gone(number);
                });
            }};
}

bool Sessions::take_over(const ipc::SessionResume& resume, Watcher& watcher) {
    const auto place = places_.find(resume.session);
    if (place == places_.end() || place->second.over || !place->second.session->running() ||
        !same(place->second.key, resume.key))
        return false;
    place->second.timer.cancel();
    // A line that breaks again while somebody waits for it: the newest is the one that still stands.
    if (Watcher* passed_over = std::exchange(place->second.next, nullptr)) {
        place->second.next = &watcher;
        passed_over->on_session_ended(EndReason::kSessionGone);
        return true;
    }
    if (place->second.watcher == nullptr) {
        place->second.watcher = &watcher;
        watcher.on_taken_over(*place->second.session);
    } else {
        place->second.next = &watcher;
        place->second.watcher->on_wanted_elsewhere();
    }
    return true;
}

void Sessions::leave(std::uint64_t number, Watcher& watcher) {
    const auto place = places_.find(number);
    if (place == places_.end())
        return;
    Place& here = place->second;
    if (here.next == &watcher)
        here.next = nullptr;
    if (here.watcher != &watcher)
        return;
    here.watcher = std::exchange(here.next, nullptr);
    if (here.over || !here.session->running())
        return;  // its end is under way
    if (here.watcher != nullptr)
        here.watcher->on_taken_over(*here.session);
    else
        wait_for_watcher(place);
}

void Sessions::wait_for_watcher(Places::iterator place) {
    const std::chrono::seconds wished = std::chrono::minutes(place->second.resume_minutes);
    const auto time = std::min(wished, std::chrono::seconds(limits::kUnattendedHold));
    if (time.count() == 0)
        return place->second.session->stop(EndReason::kConnectionClosed);
    log_info("session {} waits for {} s", place->first, time.count());
    place->second.timer.expires_after(time);
    place->second.timer.async_wait(
        [this, number = place->first, alive = alive_](const boost::system::error_code& error) {
            if (error || !*alive)
                return;
            // A timer that has run out cannot be called back: somebody may have come since.
            const auto here = places_.find(number);
            if (here != places_.end() && here->second.watcher == nullptr)
                stop(number, EndReason::kNotResumed);
        });
}

void Sessions::update_policy(std::uint64_t number, const ipc::SessionPolicy& policy) {
    const auto place = places_.find(number);
    if (place == places_.end() || place->second.over)
        return;
    place->second.resume_minutes = policy.resume_minutes;
    place->second.session->update_policy(policy);
}

void Sessions::stop(std::uint64_t number, EndReason reason) {
    const auto place = places_.find(number);
    if (place != places_.end() && !place->second.over)
        place->second.session->stop(reason);
}

void Sessions::stop_all(EndReason reason) {
    for (auto& [number, place] : places_)
        if (!place.over)
            place.session->stop(reason);
}

void Sessions::kill_all() {
    *alive_ = false;
    places_.clear();
}

void Sessions::ended(std::uint64_t number, EndReason reason) {
    const auto place = places_.find(number);
    if (place == places_.end())
        return;
    place->second.over = true;
    place->second.timer.cancel();
    for (Watcher* watcher : {std::exchange(place->second.watcher, nullptr),
                             std::exchange(place->second.next, nullptr)})
        if (watcher != nullptr)
            watcher->on_session_ended(reason);
}

void Sessions::gone(std::uint64_t number) {
    const auto place = places_.find(number);
    if (place == places_.end())
        return;
    const SlotNumber slot = place->second.slot;
    places_.erase(place);
    slots_.give_back(slot);
    if (places_.empty() && on_empty_)
        on_empty_();
}

}  // namespace sudare::host
