// SPDX-License-Identifier: Apache-2.0
#include "server/pki/files.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <span>
#include <vector>

#include "server/base/unique_fd.h"
#include "server/base/unix_socket.h"

namespace sudare::pki {
namespace {

constexpr std::size_t kFileMax = 1U << 20;

std::span<const std::uint8_t> bytes_of(std::string_view text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

}  // namespace

Result<void> write_file(const std::string& path, std::string_view content, mode_t mode) {
    const std::string temporary = path + ".new";
    ::unlink(temporary.c_str());  // left over from a crash
    UniqueFd fd(
        ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode));
    if (!fd)
        return fail_errno(("create " + temporary).c_str());
    SUDARE_CHECK(write_all(fd.get(), bytes_of(content)));
    if (::fsync(fd.get()) != 0)
        return fail_errno(("fsync " + temporary).c_str());
    if (::rename(temporary.c_str(), path.c_str()) != 0)
        return fail_errno(("rename to " + path).c_str());
    const std::string folder = std::filesystem::path(path).parent_path().string();
    UniqueFd directory(
        ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!directory || ::fsync(directory.get()) != 0)
        return fail_errno(("fsync " + folder).c_str());
    return {};
}

Result<std::string> read_file(const std::string& path) {
    UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!fd && errno == ENOENT)
        return fail(Errc::kNotFound, "there is no file \"" + path + "\"");
    if (!fd)
        return fail_errno(("open " + path).c_str());
    SUDARE_TRY(const std::vector<std::uint8_t> bytes, read_whole(fd.get(), kFileMax));
    return std::string(bytes.begin(), bytes.end());
}

Result<DirectoryLock> DirectoryLock::take(const std::string& directory) {
    const std::string path = directory + "/lock";
    UniqueFd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!fd)
        return fail_errno(("open " + path).c_str());
    if (::flock(fd.get(), LOCK_EX) != 0)
        return fail_errno(("flock " + path).c_str());
    return DirectoryLock(fd.release());
}

DirectoryLock::~DirectoryLock() {
    if (fd_ >= 0)
        ::close(fd_);
}

}  // namespace sudare::pki
