// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>

#include "protocol/core/result.h"

namespace sudare::pki {

// Writes a file whole or not at all: temporary file beside it, fsync, rename, fsync of the folder.
// The mode is set at creation, so that a key is never readable by others, not even for a moment.
Result<void> write_file(const std::string& path, std::string_view content, mode_t mode);

// The whole file; at most 1 MiB. kNotFound names the path.
Result<std::string> read_file(const std::string& path);

// Holds an exclusive lock on DIR/lock: two sudarectl at once must not both rewrite the index.
class DirectoryLock {
public:
    static Result<DirectoryLock> take(const std::string& directory);
    DirectoryLock(DirectoryLock&& other) noexcept : fd_(other.fd_) { other.fd_ = -1; }
    DirectoryLock& operator=(DirectoryLock&&) = delete;
    ~DirectoryLock();

private:
    explicit DirectoryLock(int fd) : fd_(fd) {}
    int fd_;
};

}  // namespace sudare::pki
