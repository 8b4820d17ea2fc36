// SPDX-License-Identifier: Apache-2.0
// What a link tells about the recording of its session. The log has every segment; the index, which
// people ask, is brought up to date now and then, because each time is a wait for the disk.
#include <cstdlib>
#include <ctime>

#include "protocol/recording/keys.h"
#include "server/base/log.h"
#include "server/broker/link_peer.h"
#include "server/broker/recording_length.h"

namespace sudare::broker {

using audit::EventType;
using audit::Field;
using store::StoredRecording;

namespace {

// The folder of its file is its day; links run on this machine, and its clock may be set.
bool is_now(std::uint64_t unix_ms) {
    constexpr std::int64_t kDay = 24 * 60 * 60;
    return std::abs(static_cast<std::int64_t>(unix_ms / 1000) - std::int64_t{std::time(nullptr)}) <=
           kDay;
}

constexpr std::uint64_t kSegmentsPerUpdate = 6;  // about a minute

// By ipc::RecordingFault.
constexpr std::string_view kFaults[] = {
    "", "no_recorder", "no_reviewers", "disk_full", "disk", "limit", "late", "lost", "no_snapshot"};

}  // namespace

// Somebody could open it, and there is a disk for it. What a link then meets, it tells itself.
bool LinkPeer::can_record() {
    const auto reviewers = core_.store().reviewers();
    return !core_.settings().recordings.empty() && reviewers && !reviewers->empty();
}

void LinkPeer::reviewers_changed() {
    if (session_ && !terminating_)
        send(static_cast<std::uint8_t>(ipc::BrokerLinkFrame::kReviewers),
             ipc::write_reviewers(core_.reviewer_keys()));
}

bool LinkPeer::recording_is(std::uint64_t session, const ipc::RecordingId& id) const {
    return recording_ && mine(session) && recording_->session == session &&
           recording_->id == recording::to_hex(id);
}

bool LinkPeer::recording_started(Payload payload) {
    const auto message = ipc::read_recording_started(payload);
    if (!message || !mine(message->session) || recording_ || !is_now(message->start_ms))
        return false;
    if (!recordings_.take(1, std::chrono::steady_clock::now())) {
        violation(EndReason::kTooFast);
        return true;
    }
    StoredRecording begun;
    begun.id = recording::to_hex(message->id);
    begun.session = message->session;
    begun.user = user_.name;
    begun.terminal = terminal();
    begun.started_ms = static_cast<std::int64_t>(message->start_ms);
    begun.chain = recording::to_hex(message->header);
    if (const auto known = core_.store().find_recording(begun.id); known && *known)
        return false;  // 16 random bytes do not come twice
    core_.record(event(EventType::kRecordingStarted)
                     .bytes(Field::kRecording, message->id)
                     .number(Field::kBeginMs, message->start_ms)
                     .bytes(Field::kHash, message->header));
    if (const auto added = core_.store().add_recording(begun); !added)
        log_error("recording {}: {}", begun.id, added.error().message);
    recording_ = std::move(begun);
    recording_begun_ = std::chrono::steady_clock::now();
    chain_ = message->header;
    recording_id_ = message->id;
    return true;
}

bool LinkPeer::recording_segment(Payload payload) {
    const auto message = ipc::read_recording_segment(payload);
    if (!message || !recording_is(message->session, message->id) ||
        message->index != recording_->segments)
        return false;
    // Its length says what a search by time finds, and when its file may go.
    if (message->end_ms < recording_->length_ms ||
        !may_have_come_to(message->end_ms, recording_begun_, std::chrono::steady_clock::now()))
        return false;
    core_.record(event(EventType::kRecordingSegment)
                     .bytes(Field::kRecording, message->id)
                     .number(Field::kSegment, message->index)
                     .number(Field::kBeginMs, message->begin_ms)
                     .number(Field::kEndMs, message->end_ms)
                     .number(Field::kSize, message->length)
                     .bytes(Field::kHash, message->sha256));
    chain_ = recording::chained(chain_, message->sha256);
    recording_->chain = recording::to_hex(chain_);
    recording_->length_ms = message->end_ms;
    recording_->bytes += message->length;
    if (++recording_->segments % kSegmentsPerUpdate == 0)
        keep_recording();
    return true;
}

bool LinkPeer::recording_ended(Payload payload) {
    const auto message = ipc::read_recording_ended(payload);
    if (!message || !recording_is(message->session, message->id))
        return false;
    core_.record(event(EventType::kRecordingEnded)
                     .bytes(Field::kRecording, message->id)
                     .number(Field::kEndMs, static_cast<std::uint64_t>(recording_->length_ms))
                     .number(Field::kSize, recording_->bytes));
    close_recording(StoredRecording::State::kEnded);
    return true;
}

bool LinkPeer::recording_failed(Payload payload) {
    const auto message = ipc::read_recording_failed(payload);
    const bool begun = message && message->id != ipc::RecordingId{};
    if (!message || !mine(message->session) || begun != recording_.has_value() ||
        (begun && !recording_is(message->session, message->id)))
        return false;
    audit::Event record = event(EventType::kRecordingFailed);
    record.text(Field::kCause, std::string(kFaults[static_cast<std::size_t>(message->fault)]));
    if (begun)
        record.bytes(Field::kRecording, message->id);
    core_.record(record);
    if (begun)
        close_recording(StoredRecording::State::kFailed);
    return true;
}

// The link is gone in the middle of one.
void LinkPeer::recording_lost() {
    if (!recording_)
        return;
    core_.record(event(EventType::kRecordingFailed)
                     .text(Field::kCause, "link_lost")
                     .bytes(Field::kRecording, recording_id_)
                     .number(Field::kSegment, recording_->segments));
    close_recording(StoredRecording::State::kFailed);
}

void LinkPeer::keep_recording() {
    if (!recording_)
        return;
    if (const auto kept = core_.store().update_recording(*recording_); !kept)
        log_error("recording {}: {}", recording_->id, kept.error().message);
}

void LinkPeer::close_recording(StoredRecording::State state) {
    recording_->state = state;
    keep_recording();
    recording_.reset();
}

}  // namespace sudare::broker
