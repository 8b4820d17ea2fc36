// SPDX-License-Identifier: Apache-2.0
#include "server/broker/evidence/log_files.h"

#include <algorithm>

#include "protocol/evidence/hash.h"

namespace sudare::search {
namespace {

using evidence::ScanEnd;
constexpr std::size_t kFirstRead = 4096;  // most records are far smaller
constexpr std::size_t kLargestFrame = evidence::kRecordBytesMax + evidence::kFrameOverhead;

// The frame at this place; empty: none.
Result<std::vector<std::uint8_t>> record_at(const evidence::Bytes& bytes, std::uint64_t offset,
                                            std::size_t& size) {
    for (const std::size_t wanted : {kFirstRead, kLargestFrame}) {
        std::vector<std::uint8_t> buffer(wanted);
        SUDARE_TRY(const std::size_t got, bytes.read(offset, buffer));
        if (const auto frame = evidence::frame_at(std::span(buffer).first(got))) {
            size = frame->size;
            return std::vector<std::uint8_t>(frame->record.begin(), frame->record.end());
        }
        if (got < wanted)
            break;
    }
    return std::vector<std::uint8_t>();
}

}  // namespace

Result<LogFiles> LogFiles::open(const std::string& directory) {
    SUDARE_TRY(auto list, evidence::open_segments(directory));
    LogFiles log;
    log.files_ = std::move(list.segments);
    return log;
}

void LogFiles::settle(Place& place) const {
    while (place.file < files_.size()) {
        const auto& gone = files_[place.file].deleted;
        if (!files_[place.file].bytes && gone && gone->range.begin() == files_[place.file].first &&
            gone->range.begin() <= place.cursor.index && place.cursor.index < gone->range.end()) {
            place.cursor = {gone->range.end(), 0, gone->last_time, gone->last};
        } else if (place.file + 1 < files_.size() &&
                   files_[place.file + 1].first == place.cursor.index) {
            ++place.file;
            place.cursor.offset = 0;
        } else {
            return;
        }
    }
}

Result<ScanEnd> LogFiles::walk(
    Place& place, const LogEnd& end,
    const std::function<bool(const evidence::Visited&, const RecordPlace&)>& visit) const {
    for (settle(place); place.cursor.index < end.records; settle(place)) {
        if (place.file >= files_.size())
            return ScanEnd::kNoFrame;
        const File& file = files_[place.file];
        if (!file.bytes)
            return ScanEnd::kDeleted;
        if (place.cursor.offset == 0 && file.first != place.cursor.index)
            return ScanEnd::kIndex;
        bool wanted = true;
        const std::uint64_t before = place.cursor.index;
        RecordPlace at{file.name, place.cursor.offset};
        SUDARE_TRY(const ScanEnd ended,
                   evidence::scan(*file.bytes, place.cursor, [&](const evidence::Visited& record) {
                       wanted = visit(record, at);
                       at.offset += record.bytes.size() + evidence::kFrameOverhead;
                       return wanted && record.view.index + 1 < end.records;
                   }));
        if (ended == ScanEnd::kVisitor)
            return wanted ? ScanEnd::kEnd : ScanEnd::kVisitor;
        if (ended != ScanEnd::kEnd)
            return ended;
        if (place.cursor.index == before)  // the file ends, and the log should not
            return ScanEnd::kNoFrame;
    }
    return ScanEnd::kEnd;
}

const LogFiles::File* LogFiles::find(const std::string& name) const {
    const auto found = std::ranges::find(files_, name, &File::name);
    return found == files_.end() || !found->bytes ? nullptr : &*found;
}

// Whether the record behind this one holds its hash; it may be the first of the next file.
Result<bool> LogFiles::followed(const File& file, std::uint64_t behind, std::uint64_t number,
                                const evidence::Hash& leaf) const {
    std::size_t size = 0;
    SUDARE_TRY(auto next, record_at(*file.bytes, behind, size));
    if (next.empty()) {
        const auto other = std::ranges::find(files_, number + 1, &File::first);
        if (other == files_.end())
            return false;
        if (!other->bytes)
            return other->deleted.has_value();
        SUDARE_TRY(next, record_at(*other->bytes, 0, size));
    }
    const auto view = evidence::record_view(next);
    return view && view->index == number + 1 && view->previous == leaf;
}

Result<std::vector<std::uint8_t>> LogFiles::fetch(const RecordPlace& at, std::uint64_t number,
                                                  const LogEnd& end) const {
    const auto not_here = [&] {
        return fail(Errc::kNotFound, "record " + std::to_string(number) + " is not at byte " +
                                         std::to_string(at.offset) + " of " + at.file);
    };
    const File* file = find(at.file);
    if (file == nullptr || number >= end.records)
        return not_here();
    std::size_t size = 0;
    SUDARE_TRY(auto record, record_at(*file->bytes, at.offset, size));
    const auto view = evidence::record_view(record);
    if (!view || view->index != number)
        return not_here();
    const evidence::Hash leaf = evidence::leaf_hash(record);
    if (number + 1 == end.records) {
        if (leaf != end.last)
            return not_here();
        return record;
    }
    SUDARE_TRY(const bool chained, followed(*file, at.offset + size, number, leaf));
    if (!chained)
        return not_here();
    return record;
}

}  // namespace sudare::search
