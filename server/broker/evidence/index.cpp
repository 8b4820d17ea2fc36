// SPDX-License-Identifier: Apache-2.0
#include "server/broker/evidence/index.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <filesystem>

#include "server/base/unix_socket.h"

namespace sudare::search {
namespace {

constexpr std::string_view kSuffix = ".idx";
constexpr std::uint64_t kFreeBytesMin = std::uint64_t{1} << 30;

Result<std::size_t> read_at(int fd, std::span<std::uint8_t> into, std::uint64_t offset) {
    std::size_t got = 0;
    while (got < into.size()) {
        const ssize_t count =
            ::pread(fd, into.data() + got, into.size() - got, static_cast<off_t>(offset + got));
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return fail_errno("pread index");
        if (count == 0)
            break;
        got += static_cast<std::size_t>(count);
    }
    return got;
}

UniqueFd open_index(const std::string& path, int flags) {
    return UniqueFd(::open(path.c_str(), flags | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600));
}

}  // namespace

Result<Index> Index::open(const std::string& directory) {
    Index index(directory);
    std::error_code error;
    namespace fs = std::filesystem;
    for (fs::directory_iterator at(directory, error), last; !error && at != last;
         at.increment(error)) {
        const std::string name = at->path().filename().string();
        if (name.ends_with(kSuffix)) {
            SUDARE_CHECK(index.read_part(name.substr(0, name.size() - kSuffix.size())));
        }
    }
    if (error)
        return fail(Errc::kSystem, directory + ": " + error.message());
    return index;
}

Result<void> Index::read_part(const std::string& file) {
    struct stat status {};
    if (::lstat(path_of(file).c_str(), &status) != 0)
        return fail_errno(("lstat " + path_of(file)).c_str());
    if (!S_ISREG(status.st_mode)) {  // a link, a pipe: somebody put it there
        if (::unlink(path_of(file).c_str()) != 0)
            return fail(Errc::kBadInput, path_of(file) + " is no file of the index: remove it");
        fault_ = "cut or changed";
        return {};
    }
    const UniqueFd fd = open_index(path_of(file), O_RDONLY);
    if (!fd || ::fstat(fd.get(), &status) != 0)
        return fail_errno(("open " + path_of(file)).c_str());
    const auto size = static_cast<std::uint64_t>(status.st_size);
    Part part;
    std::vector<std::uint8_t> bytes(kHeadBytes);
    std::uint64_t next = 0;
    if (size == 0)
        fault_ = "cut or changed";
    while (part.size < size) {
        SUDARE_TRY(const std::size_t got, read_at(fd.get(), bytes, part.size));
        const auto head = read_head(std::span(bytes).first(got));
        const std::uint64_t end = part.size + kHeadBytes + (head ? head->body : 0);
        if (!head || end > size || (!part.blocks.empty() && head->first != next)) {
            fault_ = "cut or changed";
            break;
        }
        part.blocks.emplace(head->first, std::pair(*head, part.size));
        next = head->first + head->count;
        part.size = end;
    }
    parts_.emplace(file, std::move(part));
    return {};
}

const BlockHead* Index::find(const std::string& file, std::uint64_t first) const {
    const auto part = parts_.find(file);
    if (!compared_ || part == parts_.end())
        return nullptr;
    const auto block = part->second.blocks.find(first);
    return block == part->second.blocks.end() ? nullptr : &block->second.first;
}

std::optional<Block> Index::load(const std::string& file, std::uint64_t first) const {
    const auto part = parts_.find(file);
    if (part == parts_.end())
        return std::nullopt;
    const auto block = part->second.blocks.find(first);
    if (block == part->second.blocks.end())
        return std::nullopt;
    const auto& [head, place] = block->second;
    const UniqueFd fd = open_index(path_of(file), O_RDONLY);
    std::vector<std::uint8_t> body(head.body);
    const auto got = fd ? read_at(fd.get(), body, place + kHeadBytes) : Result<std::size_t>(0);
    if (!got || *got != body.size())
        return std::nullopt;
    return Block::read(head, std::move(body));
}

std::uint64_t Index::records() const {
    std::uint64_t count = 0;
    for (const auto& [file, part] : parts_)
        for (const auto& [first, block] : part.blocks)
            count += block.first.count;
    return count;
}

void Index::discard(std::string why) {
    for (const auto& [file, part] : parts_)
        ::unlink(path_of(file).c_str());
    parts_.clear();
    fault_ = std::move(why);
}

// The newest block's last record holds, through the chain, all before it: one look tells whether
// this is the index of this log.
Result<bool> Index::belongs(const LogFiles& log, const LogEnd& end) {
    std::size_t known = 0;
    for (std::size_t i = 0; i < log.files().size(); ++i) {
        if (!log.files()[i].bytes)
            continue;
        const auto part = parts_.find(log.files()[i].name);
        known += part == parts_.end() ? 0 : 1;
        if (part == parts_.end() || part->second.blocks.empty())
            continue;
        const BlockHead& newest = part->second.blocks.rbegin()->second.first;
        const std::uint64_t behind = newest.first + newest.count;
        if (part->second.blocks.begin()->first != log.files()[i].first || behind > end.records)
            return false;
        if (behind == end.records) {
            if (newest.last != end.last)
                return false;
            continue;
        }
        // Whether what follows in the log holds that hash.
        LogFiles::Place place{i, {behind, newest.end, newest.last_time, newest.last}};
        SUDARE_TRY(const auto ended, log.walk(place, end, [](const auto&, const auto&) {
            return false;
        }));
        if (ended != evidence::ScanEnd::kVisitor && place.cursor.index != end.records)
            return false;
    }
    return known == parts_.size();
}

Result<void> Index::append(const std::string& file, std::span<const std::uint8_t> block) {
    Part& part = parts_[file];
    const UniqueFd fd = open_index(path_of(file), O_RDWR | O_CREAT);
    struct statvfs disk {};
    if (fd && ::fstatvfs(fd.get(), &disk) == 0 &&
        std::uint64_t{disk.f_bavail} * disk.f_frsize < kFreeBytesMin + block.size())
        return fail(Errc::kLimit, directory_ + ": the disk has less than 1 GiB left; the index waits");
    // What stands behind the good blocks is what a crash or a hand left.
    if (!fd || ::ftruncate(fd.get(), static_cast<off_t>(part.size)) != 0 ||
        ::lseek(fd.get(), 0, SEEK_END) < 0)
        return fail_errno(("open " + path_of(file)).c_str());
    SUDARE_CHECK(write_all(fd.get(), block));
    const auto head = read_head(block);
    part.blocks.emplace(head->first, std::pair(*head, part.size));
    part.size += block.size();
    return {};
}

// What was deleted from the log by rule goes from here too: a block holds the records' values.
Result<void> Index::forget_deleted(const LogFiles& log) {
    for (const LogFiles::File& file : log.files())
        if (!file.bytes) {
            const std::string name = evidence::segment_name(file.first);
            if (::unlink(path_of(name).c_str()) != 0 && errno != ENOENT)
                return fail_errno(("unlink " + path_of(name)).c_str());
            parts_.erase(name);
        }
    return {};
}

Result<bool> Index::follow(const LogFiles& log, const LogEnd& end, unsigned blocks) {
    SUDARE_CHECK(forget_deleted(log));
    if (!compared_) {
        SUDARE_TRY(const bool ours, belongs(log, end));
        if (!ours)
            discard("another log");
        compared_ = true;
    }
    LogFiles::Place place;
    for (std::size_t i = 0; i < log.files().size(); ++i) {
        const auto& file = log.files()[i];
        if (!file.bytes) {
            if (!file.deleted)
                return fail(Errc::kBadInput, file.name + " is malformed: see sudarectl log");
            place = {i, {file.deleted->range.end(), 0, file.deleted->last_time, file.deleted->last}};
            continue;
        }
        const Part& part = parts_[file.name];
        if (part.blocks.empty()) {
            place = {i, {file.first, 0, place.cursor.time, place.cursor.last}};
        } else {
            const BlockHead& newest = part.blocks.rbegin()->second.first;
            place = {i, {newest.first + newest.count, newest.end, newest.last_time, newest.last}};
        }
        const bool newest_file = i + 1 == log.files().size();
        const std::uint64_t file_end =
            newest_file ? end.records : std::min(end.records, log.files()[i + 1].first);
        while (place.cursor.index < file_end) {
            if (newest_file && file_end - place.cursor.index < kBlockRecords)
                return false;
            if (blocks-- == 0)
                return true;
            BlockBuilder builder;
            LogEnd until = end;
            until.records = std::min<std::uint64_t>(file_end, place.cursor.index + kBlockRecords);
            SUDARE_TRY(const auto ended, log.walk(place, until, [&](const auto& record,
                                                                    const RecordPlace& at) {
                builder.add(record.view, at.offset,
                            record.bytes.size() + evidence::kFrameOverhead, record.leaf);
                return !builder.full();
            }));
            if (place.cursor.index != until.records && !builder.full())
                return fail(Errc::kBadInput, "the audit log is not whole at record " +
                                                 std::to_string(place.cursor.index) + " (" +
                                                 std::to_string(static_cast<int>(ended)) + ")");
            SUDARE_CHECK(append(file.name, builder.finish()));
        }
    }
    return false;
}

}  // namespace sudare::search
