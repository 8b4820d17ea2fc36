// SPDX-License-Identifier: Apache-2.0
#include "protocol/evidence/log_scan.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <vector>

namespace sudare::evidence {
namespace {

constexpr std::size_t kLargestFrame = kRecordBytesMax + kFrameOverhead;
// Several of the largest frames, so that copying a rest to the front stays rare.
constexpr std::size_t kChunk = 1U << 20;

class FileBytes final : public Bytes {
public:
    FileBytes(int fd, std::uint64_t size) : fd_(fd), size_(size) {}
    ~FileBytes() override { ::close(fd_); }
    FileBytes(const FileBytes&) = delete;
    FileBytes& operator=(const FileBytes&) = delete;
    [[nodiscard]] std::uint64_t size() const override { return size_; }
    Result<std::size_t> read(std::uint64_t offset, std::span<std::uint8_t> into) const override {
        std::size_t got = 0;
        while (got < into.size()) {
            const ssize_t count = ::pread(fd_, into.data() + got, into.size() - got,
                                          static_cast<off_t>(offset + got));
            if (count < 0 && errno == EINTR)
                continue;
            if (count < 0)
                return fail_errno("pread");
            if (count == 0)
                break;
            got += static_cast<std::size_t>(count);
        }
        return got;
    }

private:
    int fd_;
    std::uint64_t size_;
};

class MemoryBytes final : public Bytes {
public:
    explicit MemoryBytes(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}
    [[nodiscard]] std::uint64_t size() const override { return bytes_.size(); }
    Result<std::size_t> read(std::uint64_t offset, std::span<std::uint8_t> into) const override {
        if (offset >= bytes_.size())
            return std::size_t{0};
        const std::size_t count = std::min<std::size_t>(into.size(), bytes_.size() - offset);
        std::memcpy(into.data(), bytes_.data() + offset, count);
        return count;
    }

private:
    std::span<const std::uint8_t> bytes_;
};

// What the record at the cursor is; kEnd: it is good.
ScanEnd judge(const RecordView& record, const Cursor& cursor) {
    if (record.index != cursor.index)
        return ScanEnd::kIndex;
    if (record.previous != cursor.last)
        return ScanEnd::kChain;
    if (record.index != 0 && record.time < cursor.time && record.event != kClockBackEvent)
        return ScanEnd::kClock;
    return ScanEnd::kEnd;
}

}  // namespace

Result<std::unique_ptr<Bytes>> open_bytes(const std::string& path) {
    const int fd = ::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return fail_errno(("open " + path).c_str());
    struct stat info {};
    if (::fstat(fd, &info) != 0 || !S_ISREG(info.st_mode)) {
        ::close(fd);
        return fail(Errc::kBadInput, path + " is no regular file");
    }
    return std::make_unique<FileBytes>(fd, static_cast<std::uint64_t>(info.st_size));
}

std::unique_ptr<Bytes> memory_bytes(std::span<const std::uint8_t> bytes) {
    return std::make_unique<MemoryBytes>(bytes);
}

Result<ScanEnd> scan(const Bytes& segment, Cursor& cursor,
                     const std::function<bool(const Visited&)>& visit) {
    std::vector<std::uint8_t> buffer(
        std::min<std::uint64_t>(kChunk, std::max<std::uint64_t>(segment.size(), kFrameOverhead)));
    for (;;) {
        SUDARE_TRY(const std::size_t got, segment.read(cursor.offset, buffer));
        if (got == 0)
            return ScanEnd::kEnd;
        std::span<const std::uint8_t> rest(buffer.data(), got);
        while (const auto frame = frame_at(rest)) {
            const auto record = record_view(frame->record);
            const ScanEnd judged = record ? judge(*record, cursor) : ScanEnd::kForm;
            if (judged != ScanEnd::kEnd)
                return judged;
            const Hash leaf = leaf_hash(frame->record);
            cursor = {record->index + 1, cursor.offset + frame->size, record->time, leaf};
            rest = rest.subspan(frame->size);
            if (!visit({*record, frame->record, leaf}))
                return ScanEnd::kVisitor;
        }
        if (rest.size() == got)  // not one frame in all that
            return ScanEnd::kNoFrame;
    }
}

Result<bool> record_follows(const Bytes& segment, std::uint64_t offset, std::uint64_t within) {
    std::vector<std::uint8_t> buffer(kChunk);
    const std::uint64_t end = offset + within;
    for (std::uint64_t base = offset + 1; base <= end;) {
        SUDARE_TRY(const std::size_t got, segment.read(base, buffer));
        const std::span<const std::uint8_t> bytes(buffer.data(), got);
        for (std::size_t at = 0; at < got && base + at <= end; ++at)
            if (const auto frame = frame_at(bytes.subspan(at)); frame && record_view(frame->record))
                return true;
        if (got < buffer.size())
            return false;
        base += got - kLargestFrame + 1;  // what begins near the end is looked at again
    }
    return false;
}

}  // namespace sudare::evidence
