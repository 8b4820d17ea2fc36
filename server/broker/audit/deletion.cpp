// SPDX-License-Identifier: Apache-2.0
#include "server/broker/audit/deletion.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <map>

#include "protocol/evidence/durable_file.h"
#include "server/base/unique_fd.h"
#include "server/broker/audit/readers.h"

namespace sudare::audit {

// What comes before a segment is not known to those who read it alone; its first record says it
// itself, and the reading at the start of the broker has held it against the segment before.
Result<FirstRecord> first_record(const evidence::Segment& segment) {
    if (!segment.bytes)
        return fail(Errc::kState, segment.name + " is deleted already");
    std::vector<std::uint8_t> head(std::min<std::uint64_t>(
        segment.bytes->size(), evidence::kRecordBytesMax + evidence::kFrameOverhead));
    SUDARE_TRY(const std::size_t got, segment.bytes->read(0, head));
    const auto frame = evidence::frame_at(std::span(head).first(got));
    const auto view = frame ? evidence::record_view(frame->record) : std::nullopt;
    if (!view || view->index != segment.first)
        return fail(Errc::kBadInput, segment.name + " does not begin with its record");
    return FirstRecord{view->time, view->previous};
}

Result<std::vector<Event>> repeated(const evidence::Segment& segment) {
    SUDARE_TRY(const FirstRecord begin, first_record(segment));
    evidence::Cursor cursor{segment.first, 0, begin.time, begin.previous};
    std::map<Hash, Event> found;  // each once, however often it was repeated
    Result<void> readable;
    SUDARE_TRY(const auto end,
               evidence::scan(*segment.bytes, cursor, [&](const evidence::Visited& record) {
                   if (record.view.event != static_cast<std::uint16_t>(EventType::kLogSegmentDeleted))
                       return true;
                   auto decoded = decode(record.bytes);
                   if (!decoded) {
                       readable = tl::unexpected(decoded.error());
                       return false;
                   }
                   std::erase_if(decoded->event.entries,
                                 [](const Entry& one) { return one.field == Field::kCause; });
                   if (const auto hash = deleted_by(decoded->event))
                       found.emplace(*hash, std::move(decoded->event.text(Field::kCause, "repeated")));
                   return true;
               }));
    SUDARE_CHECK(readable);
    if (end != evidence::ScanEnd::kEnd)
        return fail(Errc::kBadInput, segment.name + " is damaged at record " +
                                         std::to_string(cursor.index) + ": it is not deleted");
    std::vector<Event> out;
    for (auto& [hash, event] : found)
        out.push_back(std::move(event));
    return out;
}

Result<evidence::DeletedSegment> summarize(const evidence::Segment& segment) {
    SUDARE_TRY(const FirstRecord begin, first_record(segment));
    evidence::DeletedSegment out;
    out.range = evidence::CompactRange(segment.first);
    out.bytes = segment.bytes->size();
    evidence::Cursor cursor;
    cursor.index = segment.first;
    bool first = true;
    cursor.last = begin.previous;
    cursor.time = begin.time;
    SUDARE_TRY(const auto end,
               evidence::scan(*segment.bytes, cursor, [&](const evidence::Visited& record) {
                   if (first)
                       out.first_time = record.view.time;
                   first = false;
                   out.range.append(record.leaf);
                   return true;
               }));
    if (end != evidence::ScanEnd::kEnd)
        return fail(Errc::kBadInput, segment.name + " is damaged at record " +
                                         std::to_string(cursor.index) + ": it is not deleted");
    out.last = cursor.last;
    out.last_time = cursor.time;
    return out;
}

Hash hash_of(const evidence::DeletedSegment& segment) {
    const std::string text = evidence::write_deleted(segment);
    return evidence::sha256({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

Event deletion_record(const evidence::DeletedSegment& segment, const std::string& rule) {
    return Event{EventType::kLogSegmentDeleted, {}}
        .text(Field::kRetentionRule, rule)
        .text(Field::kFile, evidence::segment_name(segment.range.begin()))
        .number(Field::kFirstRecord, segment.range.begin())
        .number(Field::kNumber, segment.range.end() - segment.range.begin())
        .number(Field::kSize, segment.bytes)
        .bytes(Field::kHash, hash_of(segment));
}

std::optional<Hash> deleted_by(const Event& event) {
    if (event.type != EventType::kLogSegmentDeleted)
        return std::nullopt;
    const Value* value = event.find(Field::kHash);
    const auto* bytes = value == nullptr ? nullptr : std::get_if<std::vector<std::uint8_t>>(value);
    Hash hash{};
    if (bytes == nullptr || bytes->size() != hash.size())
        return std::nullopt;
    std::ranges::copy(*bytes, hash.begin());
    return hash;
}

Result<void> replace_by(const std::string& directory, const evidence::DeletedSegment& segment) {
    const std::uint64_t first = segment.range.begin();
    const std::string name = evidence::deleted_name(first);
    SUDARE_CHECK(
        evidence::replace_file(directory + "/" + name, evidence::write_deleted(segment), 0600));
    SUDARE_CHECK(share(directory, name));
    const std::string path = directory + "/" + evidence::segment_name(first);
    if (::unlink(path.c_str()) != 0)
        return fail_errno(("unlink " + path).c_str());
    UniqueFd fd(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!fd || ::fsync(fd.get()) != 0)
        return fail_errno(("fsync " + directory).c_str());
    return {};
}

}  // namespace sudare::audit
