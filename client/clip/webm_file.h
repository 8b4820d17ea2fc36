// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QFile>
#include <QSize>
#include <QString>
#include <cstdint>
#include <span>
#include <vector>

#include "protocol/core/result.h"

// A WebM file with one VP9 track, written from front to back (RFC 8794 and RFC 9559; Debian's
// libwebm has no headers of its writer). Times are milliseconds. Cues make it seekable. One thread.
namespace sudare::client {

class WebmFile {
public:
    // A new file, for its owner only. kState: there is one of that name already; kSystem.
    static Result<WebmFile> create(const QString& path, QSize size, const QString& title);
    WebmFile(WebmFile&&) noexcept = default;
    WebmFile& operator=(WebmFile&&) noexcept = default;

    // In the order of time; the first one is a key frame. kBadInput: it is not; kSystem: the disk.
    Result<void> add(std::span<const std::uint8_t> frame, std::uint32_t at_ms, bool key);
    // Until when the last frame is shown. Without it the file is not whole.
    Result<void> finish(std::uint32_t end_ms);

private:
    WebmFile() = default;
    Result<void> write(const std::vector<std::uint8_t>& bytes);
    Result<void> patch(qint64 at, const std::vector<std::uint8_t>& bytes);
    Result<void> end_cluster();

    std::unique_ptr<QFile> file_;
    qint64 segment_ = 0;                                 // offset of the segment's content
    qint64 segment_size_ = 0, duration_ = 0, cues_ = 0;  // offsets of what is known at the end only
    std::vector<std::uint8_t> cluster_;                  // its content so far
    std::uint32_t cluster_ms_ = 0, last_ms_ = 0;
    struct Cue {
        std::uint32_t at_ms;
        std::uint64_t offset;  // in the segment
    };
    std::vector<Cue> index_;
};

}  // namespace sudare::client
