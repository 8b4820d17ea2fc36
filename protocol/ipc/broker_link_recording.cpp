// SPDX-License-Identifier: Apache-2.0
// The messages of broker_link.h about recordings.
#include "protocol/ipc/broker_link.h"
#include "protocol/ipc/broker_link_keys.h"

namespace sudare::ipc {
namespace {

constexpr std::size_t kSmall = 512;

tl::unexpected<Error> bad(const char* what) {
    return fail(Errc::kBadInput, std::string("broker link: ") + what + " is malformed");
}

void write_subject(Writer& out, std::uint64_t session, const RecordingId& id) {
    out.u64(session);
    out.bytes(id);
}

void read_subject(Reader& in, std::uint64_t& session, RecordingId& id) {
    session = in.u64();
    in.fill(std::span<std::uint8_t, 16>(id));
}

}  // namespace

void write_keys(Writer& out, const ReviewerKeys& keys) {
    out.u8(static_cast<std::uint8_t>(keys.size()));
    for (const ReviewerKey& key : keys)
        out.bytes(key);
}

bool read_keys(Reader& in, ReviewerKeys& keys) {
    const std::uint8_t count = in.u8();
    if (!in.ok() || count > kReviewersMax)
        return false;
    keys.resize(count);
    for (ReviewerKey& key : keys)
        in.fill(std::span<std::uint8_t, 32>(key));
    return in.ok();
}

std::vector<std::uint8_t> write_reviewers(const ReviewerKeys& keys) {
    Writer out(kSmall);
    write_keys(out, keys);
    return std::move(out).take();
}

Result<ReviewerKeys> read_reviewers(std::span<const std::uint8_t> payload) {
    Reader in(payload);
    ReviewerKeys keys;
    if (!read_keys(in, keys) || !in.at_end())
        return bad("Reviewers");
    return keys;
}

std::vector<std::uint8_t> write_recording_started(const RecordingStarted& message) {
    Writer out(kSmall);
    write_subject(out, message.session, message.id);
    out.u64(message.start_ms);
    out.bytes(message.header);
    return std::move(out).take();
}

Result<RecordingStarted> read_recording_started(std::span<const std::uint8_t> payload) {
    Reader in(payload);
    RecordingStarted message;
    read_subject(in, message.session, message.id);
    message.start_ms = in.u64();
    in.fill(std::span<std::uint8_t, 32>(message.header));
    if (!in.at_end() || message.session == 0 || message.id == RecordingId{} ||
        message.start_ms > kUnixMsMax)
        return bad("RecordingStarted");
    return message;
}

std::vector<std::uint8_t> write_recording_segment(const RecordingSegment& message) {
    Writer out(kSmall);
    write_subject(out, message.session, message.id);
    for (const std::uint32_t value :
         {message.index, message.begin_ms, message.end_ms, message.length})
        out.u32(value);
    out.bytes(message.sha256);
    return std::move(out).take();
}

Result<RecordingSegment> read_recording_segment(std::span<const std::uint8_t> payload) {
    Reader in(payload);
    RecordingSegment message;
    read_subject(in, message.session, message.id);
    for (std::uint32_t* value :
         {&message.index, &message.begin_ms, &message.end_ms, &message.length})
        *value = in.u32();
    in.fill(std::span<std::uint8_t, 32>(message.sha256));
    if (!in.at_end() || message.session == 0 || message.begin_ms > message.end_ms)
        return bad("RecordingSegment");
    return message;
}

std::vector<std::uint8_t> write_recording_ended(const RecordingEnded& message) {
    Writer out(kSmall);
    write_subject(out, message.session, message.id);
    return std::move(out).take();
}

Result<RecordingEnded> read_recording_ended(std::span<const std::uint8_t> payload) {
    Reader in(payload);
    RecordingEnded message;
    read_subject(in, message.session, message.id);
    if (!in.at_end() || message.session == 0)
        return bad("RecordingEnded");
    return message;
}

std::vector<std::uint8_t> write_recording_failed(const RecordingFailed& message) {
    Writer out(kSmall);
    write_subject(out, message.session, message.id);
    out.u8(static_cast<std::uint8_t>(message.fault));
    return std::move(out).take();
}

Result<RecordingFailed> read_recording_failed(std::span<const std::uint8_t> payload) {
    Reader in(payload);
    RecordingFailed message;
    read_subject(in, message.session, message.id);
    const std::uint8_t fault = in.u8();
    if (!in.at_end() || message.session == 0 || fault < 1 ||
        fault > static_cast<std::uint8_t>(RecordingFault::kNoSnapshot))
        return bad("RecordingFailed");
    message.fault = static_cast<RecordingFault>(fault);
    return message;
}

}  // namespace sudare::ipc
