// SPDX-License-Identifier: Apache-2.0
#include "protocol/evidence/segments.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "protocol/evidence/durable_file.h"

namespace sudare::evidence {
namespace {

namespace fs = std::filesystem;
constexpr std::size_t kDigits = 20;
constexpr std::string_view kLog = ".log", kDeleted = ".deleted";
// Between listing and opening a segment may be deleted; then the directory is listed again.
constexpr int kListings = 4;

// A log of years has more segments than a process may have files open: each piece is read from a
// file opened for it.
class PathBytes final : public Bytes {
public:
    PathBytes(std::string path, std::uint64_t size) : path_(std::move(path)), size_(size) {}
    [[nodiscard]] std::uint64_t size() const override { return size_; }
    Result<std::size_t> read(std::uint64_t offset, std::span<std::uint8_t> into) const override {
        SUDARE_TRY(const auto file, open_bytes(path_));
        return file->read(offset, into);
    }

private:
    std::string path_;
    std::uint64_t size_;
};

std::string name_with(std::uint64_t first, std::string_view ending) {
    char digits[kDigits + 1];
    std::snprintf(digits, sizeof digits, "%020llu", static_cast<unsigned long long>(first));
    return std::string(digits) + std::string(ending);
}

Result<std::vector<std::string>> names_in(const std::string& directory) {
    std::error_code error;
    std::vector<std::string> names;
    for (fs::directory_iterator at(directory, error), end; !error && at != end; at.increment(error))
        names.push_back(at->path().filename().string());
    if (error)
        return fail(Errc::kSystem, directory + ": " + error.message());
    std::ranges::sort(names);
    return names;
}

Result<Segment> open_one(const std::string& directory, const std::string& name,
                         std::uint64_t first) {
    Segment segment;
    segment.name = name;
    segment.first = first;
    if (name.ends_with(kLog)) {
        const std::string path = directory + "/" + name;
        SUDARE_TRY(const auto file, open_bytes(path));
        segment.bytes = std::make_unique<PathBytes>(path, file->size());
        return segment;
    }
    const auto text = read_file(directory + "/" + name, kDeletedBytesMax);
    if (!text && text.error().code != Errc::kLimit)
        return tl::unexpected(text.error());
    if (auto deleted = text ? read_deleted(*text) : std::nullopt; deleted)
        segment.deleted = std::move(*deleted);
    return segment;
}

// nullopt: a name that was listed is gone.
Result<std::optional<SegmentList>> open_listed(const std::string& directory) {
    SUDARE_TRY(const auto names, names_in(directory));
    SegmentList list;
    for (const std::string& name : names) {
        const auto first = index_of_name(name);
        if (!first) {
            list.others.push_back(name);
            continue;
        }
        auto segment = open_one(directory, name, *first);
        if (!segment && ::access((directory + "/" + name).c_str(), F_OK) != 0)
            return std::optional<SegmentList>();
        if (!segment)
            return tl::unexpected(segment.error());
        // ".deleted" sorts before ".log": of two the segment itself stays.
        if (!list.segments.empty() && list.segments.back().first == *first)
            list.segments.pop_back();
        list.segments.push_back(std::move(*segment));
    }
    return std::optional(std::move(list));
}

}  // namespace

std::string segment_name(std::uint64_t first) {
    return name_with(first, kLog);
}

std::string deleted_name(std::uint64_t first) {
    return name_with(first, kDeleted);
}

std::optional<std::uint64_t> index_of_name(const std::string& name) {
    const std::string_view ending = name.ends_with(kLog) ? kLog : kDeleted;
    if (name.size() != kDigits + ending.size() || !name.ends_with(ending))
        return std::nullopt;
    const std::string_view digits = std::string_view(name).substr(0, kDigits);
    return from_decimal(digits.substr(std::min(digits.find_first_not_of('0'), kDigits - 1)));
}

Result<SegmentList> open_segments(const std::string& path) {
    std::error_code error;
    if (!fs::is_directory(path, error)) {
        SegmentList list;
        list.segments.emplace_back();
        list.segments.back().name = fs::path(path).filename().string();
        SUDARE_TRY(list.segments.back().bytes, open_bytes(path));
        return list;
    }
    for (int left = kListings; left > 0; --left) {
        SUDARE_TRY(auto list, open_listed(path));
        if (list)
            return std::move(*list);
    }
    return fail(Errc::kSystem, path + ": its files change faster than they can be opened");
}

std::size_t LogWalk::number() const {
    const auto found = std::ranges::lower_bound(segments_, place_.segment, {}, &Segment::first);
    return found != segments_.end() && found->first == place_.segment
               ? static_cast<std::size_t>(found - segments_.begin())
               : segments_.size();
}

const Segment* LogWalk::segment() const {
    const std::size_t at = number();
    return at < segments_.size() ? &segments_[at] : nullptr;
}

bool LogWalk::in_last() const {
    return number() + 1 == segments_.size();
}

std::optional<ScanEnd> LogWalk::pass_deleted(const Segment& segment, const OnDeleted& on_deleted) {
    if (!segment.deleted || segment.deleted->range.begin() != segment.first)
        return ScanEnd::kDeleted;
    const DeletedSegment& gone = *segment.deleted;
    if (place_.cursor.index >= gone.range.end())
        return std::nullopt;  // it was still there when it was read
    place_.cursor.index = gone.range.end();
    place_.cursor.last = gone.last;
    place_.cursor.time = gone.last_time;
    if (on_deleted && !on_deleted(gone))
        return ScanEnd::kVisitor;
    return std::nullopt;
}

Result<ScanEnd> LogWalk::run(const OnRecord& on_record, const OnDeleted& on_deleted) {
    if (segments_.empty())
        return ScanEnd::kEnd;
    std::size_t at = number();
    if (at == segments_.size()) {
        place_.segment = segments_.front().first;  // for whoever asks where it failed
        return ScanEnd::kIndex;
    }
    for (;; ++at) {
        const Segment& now = segments_[at];
        if (place_.segment != now.first) {
            place_.segment = now.first;
            place_.cursor.offset = 0;
        }
        if (place_.cursor.offset == 0 && now.bytes && place_.cursor.index != now.first)
            return ScanEnd::kIndex;
        if (!now.bytes) {
            if (place_.cursor.index < now.first)
                return ScanEnd::kIndex;
            if (const auto end = pass_deleted(now, on_deleted))
                return *end;
        } else {
            SUDARE_TRY(const ScanEnd end, scan(*now.bytes, place_.cursor, on_record));
            if (end != ScanEnd::kEnd)
                return end;
        }
        if (at + 1 >= segments_.size())
            return ScanEnd::kEnd;
    }
}

}  // namespace sudare::evidence
