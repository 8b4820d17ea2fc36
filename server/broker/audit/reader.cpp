// SPDX-License-Identifier: Apache-2.0
#include "server/broker/audit/reader.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>

#include "protocol/core/limits.h"
#include "server/base/unique_fd.h"

namespace sudare::audit {
namespace {

// Several of the largest frames per read.
constexpr std::size_t kChunk = 4 * limits::kAuditRecordBytesMax;

Result<std::size_t> read_at(int fd, std::span<std::uint8_t> into, std::uint64_t offset) {
    std::size_t got = 0;
    while (got < into.size()) {
        const ssize_t count =
            ::pread(fd, into.data() + got, into.size() - got, static_cast<off_t>(offset + got));
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return fail_errno("pread audit log");
        if (count == 0)
            break;
        got += static_cast<std::size_t>(count);
    }
    return got;
}

tl::unexpected<Error> damaged(const Position& at, const std::string& what) {
    return fail(Errc::kBadInput, "audit log is damaged at record " + std::to_string(at.next_index) +
                                     ", byte " + std::to_string(at.offset) + ": " + what);
}

Result<Record> checked(const Unframed& frame, const Position& at) {
    auto record = decode(frame.record);
    if (!record)
        return damaged(at, record.error().message);
    if (record->index != at.next_index)
        return damaged(at, "its index is " + std::to_string(record->index));
    if (record->previous != at.last_hash)
        return damaged(at, "it does not follow from the record before");
    return record;
}

}  // namespace

Result<Position> LogReader::read(const Position& from,
                                 const std::function<bool(const Record&)>& visit) const {
    UniqueFd fd(::open(path_.c_str(), O_RDONLY | O_CLOEXEC));
    if (!fd)
        return fail_errno(("open " + path_).c_str());
    Position at = from;
    std::vector<std::uint8_t> buffer(kChunk);
    for (;;) {
        SUDARE_TRY(const std::size_t got, read_at(fd.get(), buffer, at.offset));
        std::span<const std::uint8_t> rest(buffer.data(), got);
        bool progress = false;
        while (const auto frame = unframe(rest)) {
            SUDARE_TRY(const Record record, checked(*frame, at));
            at = {record.index + 1, record.time, leaf_hash(frame->record), at.offset + frame->size};
            rest = rest.subspan(frame->size);
            progress = true;
            if (!visit(record))
                return at;
        }
        if (!progress)
            return at;
    }
}

}  // namespace sudare::audit
