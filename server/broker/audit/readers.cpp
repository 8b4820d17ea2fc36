// SPDX-License-Identifier: Apache-2.0
#include "server/broker/audit/readers.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

#include "protocol/evidence/segments.h"
#include "server/base/unique_fd.h"

namespace sudare::audit {
namespace {

constexpr mode_t kDirectory = S_ISGID | 0750;  // files in it get its group

Result<void> give(int fd, const std::string& path, gid_t group, mode_t mode) {
    if (::fchown(fd, static_cast<uid_t>(-1), group) != 0)
        return fail(Errc::kSystem, "field \"forward.gid\": " + path +
                                       " cannot be given to that group; make it a group of the "
                                       "broker's user");
    if (::fchmod(fd, mode) != 0)
        return fail_errno(("chmod " + path).c_str());
    return {};
}

}  // namespace

Result<mode_t> mode_of(const std::string& directory) {
    struct stat info {};
    if (::stat(directory.c_str(), &info) != 0)
        return fail_errno(("stat " + directory).c_str());
    return info.st_mode;
}

Result<void> let_group_read(const std::string& directory, gid_t group) {
    ::umask(0027);
    if (::mkdir(directory.c_str(), 0700) != 0 && errno != EEXIST)
        return fail_errno(("mkdir " + directory).c_str());
    const UniqueFd folder(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!folder)
        return fail_errno(("open " + directory).c_str());
    SUDARE_CHECK(give(folder.get(), directory, group, kDirectory));
    std::error_code error;
    for (std::filesystem::directory_iterator at(directory, error), end; !error && at != end;
         at.increment(error)) {
        const std::string name = at->path().filename().string();
        if (!evidence::index_of_name(name))
            continue;
        const UniqueFd file(
            ::openat(folder.get(), name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
        struct stat info {};
        if (!file || ::fstat(file.get(), &info) != 0)
            return fail_errno(("open " + name).c_str());
        SUDARE_CHECK(give(file.get(), name, group, mode_in(kDirectory, info.st_mode & 0600U)));
    }
    return error ? Result<void>(fail(Errc::kSystem, directory + ": " + error.message())) : Result<void>();
}

}  // namespace sudare::audit
