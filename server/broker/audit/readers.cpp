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

constexpr uid_t kSameOwner = static_cast<uid_t>(-1);

Result<UniqueFd> open_directory(const std::string& path) {
    UniqueFd fd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!fd)
        return fail_errno(("open " + path).c_str());
    return fd;
}

Result<void> share_in(int directory, const std::string& name) {
    const UniqueFd file(
        ::openat(directory, name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    if (!file)
        return fail_errno(("open " + name).c_str());
    return share(directory, file.get());
}

}  // namespace

Result<void> share(int directory, int file) {
    struct stat folder {
    }, info{};
    if (::fstat(directory, &folder) != 0 || ::fstat(file, &info) != 0)
        return fail_errno("stat of a file of the log");
    if ((folder.st_mode & S_IRGRP) == 0)
        return {};
    if (info.st_gid != folder.st_gid && ::fchown(file, kSameOwner, folder.st_gid) != 0)
        return fail_errno("chown of a file of the log");
    const mode_t owner = info.st_mode & (S_IRUSR | S_IWUSR);
    if (::fchmod(file, owner | (owner & S_IRUSR) >> 3U) != 0)
        return fail_errno("chmod of a file of the log");
    return {};
}

Result<void> share(const std::string& directory, const std::string& name) {
    SUDARE_TRY(const UniqueFd folder, open_directory(directory));
    return share_in(folder.get(), name);
}

Result<void> let_group_read(const std::string& directory, gid_t group) {
    if (::mkdir(directory.c_str(), 0700) != 0 && errno != EEXIST)
        return fail_errno(("mkdir " + directory).c_str());
    SUDARE_TRY(const UniqueFd folder, open_directory(directory));
    if (::fchown(folder.get(), kSameOwner, group) != 0)
        return fail(Errc::kSystem, "field \"forward.gid\": " + directory +
                                       " cannot be given to group " + std::to_string(group) +
                                       "; make it a group of the broker's user");
    if (::fchmod(folder.get(), 0750) != 0)
        return fail_errno(("chmod " + directory).c_str());
    std::error_code error;
    for (std::filesystem::directory_iterator at(directory, error), end; !error && at != end;
         at.increment(error))
        if (evidence::index_of_name(at->path().filename().string()))
            SUDARE_CHECK(share_in(folder.get(), at->path().filename().string()));
    return error ? Result<void>(fail(Errc::kSystem, directory + ": " + error.message()))
                 : Result<void>();
}

}  // namespace sudare::audit
