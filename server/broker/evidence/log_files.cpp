// SPDX-License-Identifier: Apache-2.0
#include "server/broker/evidence/log_files.h"

#include <algorithm>
#include <filesystem>

#include "protocol/evidence/hash.h"

namespace sudare::search {
namespace {

using evidence::ScanEnd;
constexpr std::size_t kDigits = 20;
constexpr std::size_t kFirstRead = 4096;  // most records are far smaller
constexpr std::size_t kLargestFrame = evidence::kRecordBytesMax + evidence::kFrameOverhead;

// "00000000000000000000.log": the number of its first record.
std::optional<std::uint64_t> first_of(const std::string& name) {
    if (name.size() != kDigits + 4 || !name.ends_with(".log"))
        return std::nullopt;
    const std::string digits = name.substr(0, kDigits);
    if (!std::ranges::all_of(digits, [](char c) { return c >= '0' && c <= '9'; }))
        return std::nullopt;
    const std::size_t significant = std::min(digits.find_first_not_of('0'), kDigits - 1);
    return evidence::from_decimal(std::string_view(digits).substr(significant));
}

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
    LogFiles log;
    std::error_code error;
    namespace fs = std::filesystem;
    for (fs::directory_iterator at(directory, error), last; !error && at != last;
         at.increment(error)) {
        const std::string name = at->path().filename().string();
        if (const auto first = first_of(name)) {
            SUDARE_TRY(auto bytes, evidence::open_bytes(directory + "/" + name));
            log.files_.push_back({name, *first, std::move(bytes)});
        }
    }
    if (error)
        return fail(Errc::kSystem, directory + ": " + error.message());
    std::ranges::sort(log.files_, {}, &File::first);
    return log;
}

Result<ScanEnd> LogFiles::walk(
    Place& place, const LogEnd& end,
    const std::function<bool(const evidence::Visited&, const RecordPlace&)>& visit) const {
    while (place.cursor.index < end.records) {
        if (place.file >= files_.size())
            return ScanEnd::kNoFrame;
        const File& file = files_[place.file];
        if (place.cursor.offset == 0 && file.first != place.cursor.index)
            return ScanEnd::kIndex;
        bool wanted = true;
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
        ++place.file;
        place.cursor.offset = 0;
    }
    return ScanEnd::kEnd;
}

const LogFiles::File* LogFiles::find(const std::string& name) const {
    const auto found = std::ranges::find(files_, name, &File::name);
    return found == files_.end() ? nullptr : &*found;
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
