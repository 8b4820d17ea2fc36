// SPDX-License-Identifier: Apache-2.0
#include "server/link/recording.h"

#include "protocol/wire/message_type.h"
#include "server/base/log.h"

namespace sudare::link {
namespace {

using ipc::BrokerLinkFrame;
using ipc::RecordingFault;

RecordingFault fault_of(ipc::RecorderFault fault) {
    switch (fault) {
        case ipc::RecorderFault::kDiskFull:
            return RecordingFault::kDiskFull;
        case ipc::RecorderFault::kLimit:
            return RecordingFault::kLimit;
        default:
            return RecordingFault::kDisk;
    }
}

std::uint64_t unix_ms() {
    using std::chrono::milliseconds;
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return static_cast<std::uint64_t>(
        std::max<std::int64_t>(0, std::chrono::duration_cast<milliseconds>(now).count()));
}

}  // namespace

Recording::Recording(Surroundings around, std::uint64_t session)
    : around_(std::move(around)), session_(session), changed_(around_.io) {
    around_.recorder.set_events({[this](std::uint32_t number) { stored(number); },
                                 [this](ipc::RecorderFault fault) { fail(fault_of(fault)); },
                                 [this] { fail(RecordingFault::kLost); }});
}

std::uint32_t Recording::now_ms() const {
    using std::chrono::milliseconds;
    return static_cast<std::uint32_t>(
        std::chrono::duration_cast<milliseconds>(Clock::now() - begun_).count());
}

void Recording::want(ipc::Recording mode, const ipc::ReviewerKeys& reviewers) {
    next_.reset();
    again_.reset();
    pause_ = kRetryFirst;
    mode_ = mode;
    reviewers_ = reviewers;
    if (mode == ipc::Recording::kOff)
        end();
    else if (closing_)
        next_ = reviewers;
    else if (!sealer_)
        begin(reviewers);
}

void Recording::begin(const ipc::ReviewerKeys& reviewers) {
    begun_ = Clock::now();
    wanted_ = true;
    failed_ = stored_header_ = sighted_ = closing_ = false;
    blind_since_.reset();
    unstored_.clear();
    id_ = {};
    if (around_.recorder.lost())
        return fail(around_.recorder.ever_there() ? RecordingFault::kLost
                                                  : RecordingFault::kNoRecorder);
    auto sealer = recording::Sealer::begin(session_, unix_ms(), reviewers);
    if (!sealer)
        return fail(RecordingFault::kNoReviewers);
    sealer_.emplace(std::move(*sealer));
    id_ = sealer_->id();
    around_.report(
        BrokerLinkFrame::kRecordingStarted,
        ipc::write_recording_started({session_, id_, sealer_->start_ms(), sealer_->header_hash()}));
    around_.recorder.begin({id_, sealer_->start_ms()});
    open_there_ = true;
    unstored_.push_back({++marks_, Clock::now(), std::nullopt});
    send(sealer_->header());
}

void Recording::send(std::span<const std::uint8_t> bytes) {
    if (!around_.recorder.store(bytes, unstored_.back().mark))
        fail(RecordingFault::kLate);
}

asio::awaitable<bool> Recording::stands() {
    while (sealer_ && !stored_header_)
        co_await changed_.wait();  // tick() ends it when the disk is silent
    co_return !failed_;
}

void Recording::shown(std::span<const std::uint8_t> frame, bool snapshot) {
    const auto type = static_cast<wire::MessageType>(frame.front());
    if (type == wire::MessageType::kCursorShape)
        cursor_.assign(frame.begin(), frame.end());
    if (type == wire::MessageType::kSessionState)
        state_.assign(frame.begin(), frame.end());
    if (!sealer_ || (!sighted_ && !snapshot)) {
        if (sealer_ && type == wire::MessageType::kUpdate && !blind_since_)
            blind_since_ = Clock::now();
        return;
    }
    sighted_ = true;
    add(frame, snapshot);
    if (snapshot)
        for (const auto* known : {&state_, &cursor_, &pointer_})
            if (!known->empty())
                add(*known, false);
}

void Recording::pointed(std::span<const std::uint8_t> frame, bool move) {
    if (move)
        pointer_.assign(frame.begin(), frame.end());
    if (!sealer_ || !sighted_ || (move && Clock::now() - last_move_ < kMoveInterval))
        return;
    if (move)
        last_move_ = Clock::now();
    else if (!pointer_.empty())
        add(pointer_, false);  // where it was pressed, however fast it went there
    add(frame, false);
}

void Recording::add(std::span<const std::uint8_t> frame, bool snapshot) {
    if (!sealer_)
        return;
    const auto added = sealer_->add(now_ms(), frame, snapshot);
    if (!added.taken)
        log_error("a frame of type {:#x} is never recorded", frame.front());
    if (added.ended)
        store(*added.ended);
}

void Recording::store(const recording::Sealer::Segment& segment) {
    const recording::SegmentHead& head = segment.head;
    const ipc::RecordingSegment told{
        session_,      id_,         head.index,
        head.begin_ms, head.end_ms, static_cast<std::uint32_t>(segment.bytes.size()),
        segment.sha256};
    unstored_.push_back({++marks_, Clock::now(), told});
    send(segment.bytes);
}

void Recording::stored(std::uint32_t number) {
    if (unstored_.empty() || unstored_.front().mark != number)
        return;  // of a recording that has failed meanwhile
    if (unstored_.front().segment)
        around_.report(BrokerLinkFrame::kRecordingSegment,
                       ipc::write_recording_segment(*unstored_.front().segment));
    unstored_.pop_front();
    if (unstored_.empty() && stored_header_)
        pause_ = kRetryFirst;  // the disk takes more than a beginning
    stored_header_ = true;
    if (closing_ && unstored_.empty()) {
        wanted_ = closing_ = false;
        around_.report(BrokerLinkFrame::kRecordingEnded,
                       ipc::write_recording_ended({session_, id_}));
        if (const auto reviewers = std::exchange(next_, std::nullopt))
            begin_again(*reviewers);
    }
    changed_.raise();
}

void Recording::tick(Clock::time_point now) {
    if (!unstored_.empty() && now - unstored_.front().since >= kPatience)
        return fail(RecordingFault::kLate);
    if (sealer_ && !sighted_ && blind_since_ && now - *blind_since_ >= kPatience)
        return fail(RecordingFault::kNoSnapshot);
    if (again_ && now >= *again_)
        return retry(now);
    if (!sealer_)
        return;
    if (const auto ended = sealer_->due(now_ms()))
        store(*ended);
}

// Silent while the recorder is away: that it is was told.
void Recording::retry(Clock::time_point now) {
    pause_ = std::min(2 * pause_, kRetryMost);
    again_ = now + pause_;
    if (around_.recorder.lost())
        around_.call_recorder();
    else
        begin_again(reviewers_);
}

void Recording::connected() {
    if (again_)
        begin_again(reviewers_);
}

void Recording::begin_again(const ipc::ReviewerKeys& reviewers) {
    again_.reset();
    begin(reviewers);
    if (sealer_)
        around_.began();
}

void Recording::end() {
    again_.reset();
    if (!sealer_)
        return;
    closing_ = true;
    store(sealer_->finish(now_ms()));
    sealer_.reset();
    end_there();
}

// Once, so that the next recording on this connection may begin.
void Recording::end_there() {
    if (std::exchange(open_there_, false))
        around_.recorder.end();
}

asio::awaitable<void> Recording::finish() {
    mode_ = ipc::Recording::kOff;  // what fails now is not tried again
    end();
    next_.reset();
    asio::steady_timer late(around_.io, kFarewell);
    const auto over = std::make_shared<bool>(false);
    late.async_wait([this, over](const boost::system::error_code& error) {
        if (error)
            return;
        *over = true;
        changed_.raise();
    });
    while (closing_ && !*over)
        co_await changed_.wait();
    late.cancel();
    if (closing_)
        fail(RecordingFault::kLate);
}

// Once for each recording; what is on the disk stays.
void Recording::fail(RecordingFault fault) {
    if (!wanted_)
        return;
    failed_ = true;
    wanted_ = closing_ = false;
    next_.reset();
    sealer_.reset();
    unstored_.clear();
    end_there();
    log_error("the recording of session {} failed (cause {})", session_, static_cast<int>(fault));
    around_.report(BrokerLinkFrame::kRecordingFailed,
                   ipc::write_recording_failed({session_, id_, fault}));
    if (mode_ == ipc::Recording::kOn && fault != RecordingFault::kNoReviewers)
        again_ = Clock::now() + pause_;
    changed_.raise();
    around_.failed();
}

}  // namespace sudare::link
