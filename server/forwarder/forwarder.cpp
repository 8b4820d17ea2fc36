// SPDX-License-Identifier: Apache-2.0
#include "server/forwarder/forwarder.h"

#include <poll.h>

#include <algorithm>
#include <array>

#include "server/base/log.h"

namespace sudare::forwarder {
namespace {

using ipc::ForwardState;
using std::chrono::milliseconds;

constexpr milliseconds kPauseMin{200}, kPauseMax{30'000};
constexpr std::chrono::seconds kStop{10};   // for the end in order at the stop
constexpr std::chrono::seconds kGiveUp{3};  // for the broker to hear why
constexpr std::chrono::seconds kReadAgain{1};
// What a loss can make double, besides the time between confirmations.
constexpr std::uint64_t kConnectionBytesMax = 16U << 20;

}  // namespace

Forwarder::Forwarder(const Settings& settings, SSL_CTX& context, PositionFile& position,
                     UniqueFd stop)
    : settings_(settings),
      context_(context),
      position_(position),
      stop_(std::move(stop)),
      broker_(settings.broker_socket),
      reader_(settings.audit_dir),
      pause_(kPauseMin) {}

Result<void> Forwarder::run() {
    for (;;) {
        now_ = Clock::now();
        broker_.step(now_, report());
        if (auto passed = pass(); !passed)
            return give_up(passed.error());
        if (has_ended())
            return {};
        wait(next_event());
    }
}

ipc::ForwardReport Forwarder::report() const {
    // Before the first look it may be about another log.
    const bool ours = known_ && state_ != ForwardState::kAnotherLog;
    return {ours ? position_.get().sure.records : 0, state_};
}

bool Forwarder::something_to_send() const {
    return looked_ && broker_.durable()->records > reader_.mark().records;
}

bool Forwarder::has_room() const {
    return !stop_by_ && something_to_send() && connection_ && connection_->ready() &&
           !connection_->full() && connection_->queued() < kConnectionBytesMax;
}

Result<void> Forwarder::pass() {
    if (!looked_ && broker_.durable() && now_ >= retry_)
        SUDARE_CHECK(passing(look()));
    // A broker that was started on an older copy says less than was sent, or another end.
    if (looked_ && broker_.durable() != seen_ && !something_to_send())
        SUDARE_CHECK(passing(reader_.read(*broker_.durable(), {})));
    seen_ = broker_.durable();
    if (!connection_ && !stop_by_ && now_ >= retry_ && something_to_send())
        begin();
    if (!connection_)
        return {};
    connection_->step(now_);
    if (has_room() && now_ >= retry_)
        SUDARE_CHECK(fill());
    if (stop_by_ && !confirm_at_)
        connection_.reset();  // nothing was sent
    else if (confirm_at_ &&
             (stop_by_ || now_ >= *confirm_at_ || connection_->queued() >= kConnectionBytesMax))
        connection_->finish();
    if (connection_)
        connection_->step(now_);
    return connection_ && connection_->end() ? ended() : Result<void>();
}

// Before anything is sent: what was sent before must be the beginning of this log.
Result<void> Forwarder::look() {
    const Position& known = position_.get();
    SUDARE_CHECK(reader_.seek(known.sure));
    SUDARE_CHECK(
        reader_.read(*broker_.durable(), {[](const evidence::Visited&) { return false; },
                                          [](std::uint64_t, const Mark&, std::int64_t) {}}));
    SUDARE_CHECK(reader_.seek(known.next()));
    if (known.open)
        maybe_sent_ = std::max(maybe_sent_, broker_.durable()->records);
    if (!known_)
        log_info("{} records are with the collector; sending from record {} on", known.sure.records,
                 known.next().records);
    looked_ = known_ = true;
    return {};
}

void Forwarder::begin() {
    auto begun = Connection::begin(settings_, context_, now_);
    if (!begun)
        return lost(ForwardState::kUnreachable, begun.error().message);
    connection_ = std::move(*begun);
}

// kSystem: a file was deleted between listing and reading, or the disk has a fault that may pass.
Result<void> Forwarder::passing(Result<void> done) {
    if (done || done.error().code != Errc::kSystem)
        return done;
    log_warn("the log: {}", done.error().message);
    state_ = ForwardState::kUnreadable;
    retry_ = now_ + kReadAgain;
    return {};
}

Result<void> Forwarder::fill() {
    if (!confirm_at_) {
        resending_ = position_.get().open;
        SUDARE_CHECK(position_.opened());
        confirm_at_ = now_ + settings_.confirm;
    }
    const LogReader::Visitor visitor{
        [this](const evidence::Visited& at) {
            const bool again = at.view.index < maybe_sent_;
            connection_->queue(framed(message_of(at.view, at.leaf, again, settings_.message)),
                               {at.view.index + 1, at.leaf});
            return !connection_->full();
        },
        [this](std::uint64_t first, const Mark& after, std::int64_t time) {
            log_warn("records {} to {} were deleted by rule before they were forwarded", first,
                     after.records - 1);
            connection_->queue(framed(gap_message(first, after.records, time, settings_.message)),
                               after);
        }};
    return passing(reader_.read(*broker_.durable(), visitor));
}

Result<void> Forwarder::ended() {
    const Connection::End end = *connection_->end();
    const std::optional<Mark> sent = connection_->sent();
    const bool opened = confirm_at_.has_value();
    connection_.reset();
    confirm_at_.reset();
    if (opened && !end.confirmed)
        maybe_sent_ = std::max(maybe_sent_, reader_.mark().records);
    if (opened && (end.confirmed || (end.polite && !resending_))) {
        // What was sure is stored by one that ended in order of itself.
        const Position& known = position_.get();
        const Mark sure = end.confirmed ? sent.value_or(known.next()) : known.sure;
        SUDARE_CHECK(position_.closed(sure, now_));
    }
    if (end.confirmed && sent) {
        if (state_ != ForwardState::kDelivering)
            log_info("the collector has the first {} records", sent->records);
        state_ = ForwardState::kDelivering;
        pause_ = kPauseMin;
    } else {
        lost(end.confirmed ? ForwardState::kLost : end.state,
             end.confirmed ? "it ends connections before it has read anything" : end.why);
    }
    looked_ = looked_ && reader_.mark() == position_.get().next();
    return {};
}

void Forwarder::lost(ForwardState state, const std::string& why) {
    log_warn("the collector {}:{}: {}", settings_.address, settings_.port, why);
    state_ = state;
    retry_ = now_ + pause_;
    pause_ = std::min(pause_ * 2, kPauseMax);
}

Result<void> Forwarder::give_up(Error error) {
    state_ = error.code == Errc::kBadInput ? ForwardState::kAnotherLog : ForwardState::kUnreadable;
    connection_.reset();
    const std::uint64_t before = broker_.reports();
    const Clock::time_point until = now_ + kGiveUp;
    for (; broker_.reports() == before && now_ < until && !stop_by_; now_ = Clock::now()) {
        broker_.step(now_, report());
        if (broker_.reports() == before)
            wait(until);
    }
    return tl::unexpected(std::move(error));
}

Forwarder::Clock::time_point Forwarder::next_event() const {
    Clock::time_point next = broker_.deadline();
    if (connection_)
        next = std::min(next, connection_->deadline());
    if (confirm_at_ && now_ < *confirm_at_)
        next = std::min(next, *confirm_at_);
    if ((!looked_ && broker_.durable()) || has_room() ||
        (!connection_ && !stop_by_ && something_to_send()))
        next = std::min(next, std::max(now_, retry_));
    return stop_by_ ? std::min(next, *stop_by_) : next;
}

void Forwarder::wait(Clock::time_point until) {
    std::array<pollfd, 3> fds{{{stop_by_ ? -1 : stop_.get(), POLLIN, 0},
                               {broker_.fd(), POLLIN, 0},
                               {connection_ ? connection_->fd() : -1,
                                connection_ ? connection_->events() : short{0}, 0}}};
    int timeout = -1;
    if (until != Clock::time_point::max())
        timeout = static_cast<int>(std::clamp<std::int64_t>(
            std::chrono::ceil<milliseconds>(until - Clock::now()).count(), 0, 60'000));
    if (::poll(fds.data(), fds.size(), timeout) > 0 && fds[0].revents != 0)
        stop_by_ = Clock::now() + kStop;
}

}  // namespace sudare::forwarder
