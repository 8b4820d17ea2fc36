// SPDX-License-Identifier: Apache-2.0
#include "server/recorder/recording_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include <cerrno>
#include <cstring>
#include <ctime>

#include "server/base/log.h"

namespace sudare::recorder {
namespace {

constexpr mode_t kDirectoryMode = 0750, kFileMode = 0640;
constexpr int kDirectoryFlags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

tl::unexpected<Fault> failed(const char* call) {
    const int error = errno;
    log_error("{}: {}", call, std::strerror(error));
    const bool full = error == ENOSPC || error == EDQUOT;
    return tl::unexpected(full ? Fault::kDiskFull : error == EFBIG ? Fault::kLimit : Fault::kDisk);
}

// The group by the directory's set-group-id bit, which new folders and files inherit.
Result<void> give_to_group(int fd, gid_t group) {
    if (::fchown(fd, static_cast<uid_t>(-1), group) != 0)
        return fail_errno(
            "cannot give the directory of recordings to the group of reader_gid: fchown");
    if (::fchmod(fd, kDirectoryMode | S_ISGID) != 0)
        return fail_errno("fchmod of the directory of recordings");
    return {};
}

}  // namespace

std::string day_of(std::uint64_t unix_ms) {
    const auto seconds = static_cast<std::time_t>(unix_ms / 1000);
    std::tm parts{};
    std::array<char, 16> text{};
    ::gmtime_r(&seconds, &parts);
    return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%d", &parts)};
}

std::string name_of(const std::array<std::uint8_t, 16>& id) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string name;
    for (const std::uint8_t byte : id) {
        name += digits[byte >> 4];
        name += digits[byte & 15];
    }
    return name;
}

Result<Directory> Directory::open(const Settings& settings) {
    const std::string& path = settings.directory;
    if (::mkdir(path.c_str(), kDirectoryMode) != 0 && errno != EEXIST)
        return fail_errno(("field \"directory\": mkdir " + path).c_str());
    UniqueFd fd(::open(path.c_str(), kDirectoryFlags));
    if (!fd)
        return fail_errno(("field \"directory\": open " + path).c_str());
    if (settings.reader_gid) {
        SUDARE_CHECK(give_to_group(fd.get(), *settings.reader_gid));
    }
    return Directory(std::move(fd), settings.reserve_bytes);
}

bool Directory::is_full() const {
    struct statvfs disk {};
    if (::fstatvfs(fd_.get(), &disk) != 0)
        return true;
    return std::uint64_t{disk.f_bavail} * disk.f_frsize < reserve_;
}

Stored<UniqueFd> Directory::day(const std::string& name) const {
    if (::mkdirat(fd_.get(), name.c_str(), kDirectoryMode) == 0) {
        if (::fsync(fd_.get()) != 0)
            return failed("fsync of the directory");
    } else if (errno != EEXIST) {
        return failed("mkdir of the day");
    }
    UniqueFd fd(::openat(fd_.get(), name.c_str(), kDirectoryFlags));
    if (!fd)
        return failed("open of the day");
    return fd;
}

Stored<UniqueFd> Directory::create(const ipc::RecordingBegin& what) const {
    if (is_full())
        return tl::unexpected(Fault::kDiskFull);
    auto folder = day(day_of(what.start_ms));
    if (!folder)
        return folder;
    const std::string name = name_of(what.id) + ".rec";
    UniqueFd fd(::openat(folder->get(), name.c_str(),
                         O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_NOFOLLOW | O_CLOEXEC,
                         kFileMode));
    if (!fd)
        return failed("open of a recording");
    if (::fsync(folder->get()) != 0)
        return failed("fsync of the day");
    return fd;
}

Stored<RecordingFile> RecordingFile::create(const Directory& directory,
                                            const ipc::RecordingBegin& what) {
    auto fd = directory.create(what);
    if (!fd)
        return tl::unexpected(fd.error());
    return RecordingFile(directory, std::move(*fd));
}

Stored<> RecordingFile::append(std::span<const std::uint8_t> bytes) {
    if (size_ + bytes.size() > kBytesMax)
        return tl::unexpected(Fault::kLimit);
    if (directory_->is_full())
        return tl::unexpected(Fault::kDiskFull);
    while (!bytes.empty()) {
        const ssize_t written = ::write(fd_.get(), bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return failed("write to a recording");
        size_ += static_cast<std::uint64_t>(written);
        bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
    return {};
}

Stored<> RecordingFile::sync() {
    if (::fdatasync(fd_.get()) != 0)
        return failed("fdatasync of a recording");
    return {};
}

}  // namespace sudare::recorder
