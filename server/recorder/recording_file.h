// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "protocol/ipc/link_recorder.h"
#include "server/base/unique_fd.h"
#include "server/recorder/settings.h"

namespace sudare::recorder {

using Fault = ipc::RecorderFault;
template <typename T = void>
using Stored = tl::expected<T, Fault>;

// The directory of the recordings: DIRECTORY/YYYY-MM-DD/<id, 32 hex digits>.rec, days in UTC. A
// file is made once and only grows; nothing here reads one, or deletes one. One thread.
class Directory {
public:
    // Makes it when absent, and gives it to the group of the readers (its files inherit that).
    static Result<Directory> open(const Settings& settings);

    // Less than the reserve is free, or nobody can say how much is.
    [[nodiscard]] bool is_full() const;
    // A new file of that day. Its name is on the disk when this returns.
    Stored<UniqueFd> create(const ipc::RecordingBegin& what) const;

private:
    Directory(UniqueFd fd, std::uint64_t reserve) : fd_(std::move(fd)), reserve_(reserve) {}
    [[nodiscard]] Stored<UniqueFd> day(const std::string& name) const;

    UniqueFd fd_;
    std::uint64_t reserve_;
};

// One recording that is being written.
class RecordingFile {
public:
    // Ten hours of the busiest session measured are below 4 GiB; a link that writes more is not
    // ours.
    static constexpr std::uint64_t kBytesMax = 16ULL << 30;

    static Stored<RecordingFile> create(const Directory& directory,
                                        const ipc::RecordingBegin& what);
    Stored<> append(std::span<const std::uint8_t> bytes);
    // Everything so far is on the disk when it returns.
    Stored<> sync();

private:
    RecordingFile(const Directory& directory, UniqueFd fd)
        : directory_(&directory), fd_(std::move(fd)) {}

    const Directory* directory_;
    UniqueFd fd_;
    std::uint64_t size_ = 0;
};

// "2026-11-26" and "0a1b...".
std::string day_of(std::uint64_t unix_ms);
std::string name_of(const std::array<std::uint8_t, 16>& id);

}  // namespace sudare::recorder
