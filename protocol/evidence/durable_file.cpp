// SPDX-License-Identifier: Apache-2.0
#include "protocol/evidence/durable_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

namespace sudare::evidence {
namespace {

class File {
public:
    explicit File(int fd) : fd_(fd) {}
    ~File() {
        if (fd_ >= 0)
            ::close(fd_);
    }
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    [[nodiscard]] int fd() const { return fd_; }
    explicit operator bool() const { return fd_ >= 0; }

private:
    int fd_;
};

Result<void> write_durably(int fd, std::string_view text, const std::string& path) {
    while (!text.empty()) {
        const ssize_t count = ::write(fd, text.data(), text.size());
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            return fail_errno(("write " + path).c_str());
        text.remove_prefix(static_cast<std::size_t>(count));
    }
    if (::fsync(fd) != 0)
        return fail_errno(("fsync " + path).c_str());
    return {};
}

Result<void> sync_folder_of(const std::string& path) {
    const std::size_t slash = path.rfind('/');
    const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
    const File file(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!file || ::fsync(file.fd()) != 0)
        return fail_errno(("fsync " + folder).c_str());
    return {};
}

}  // namespace

Result<void> replace_file(const std::string& path, std::string_view text, mode_t mode) {
    const std::string fresh = path + ".new";
    {
        const File file(
            ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, mode));
        if (!file)
            return fail_errno(("open " + fresh).c_str());
        SUDARE_CHECK(write_durably(file.fd(), text, fresh));
    }
    if (::rename(fresh.c_str(), path.c_str()) != 0)
        return fail_errno(("rename " + fresh).c_str());
    return sync_folder_of(path);
}

Result<void> create_file(const std::string& path, std::string_view text, mode_t mode) {
    {
        const File file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode));
        if (!file && errno == EEXIST)
            return fail(Errc::kState, path + " exists already");
        if (!file)
            return fail_errno(("open " + path).c_str());
        SUDARE_CHECK(write_durably(file.fd(), text, path));
    }
    return sync_folder_of(path);
}

Result<void> append_file(const std::string& path, std::string_view text, mode_t mode) {
    const bool fresh = ::access(path.c_str(), F_OK) != 0;
    {
        const File file(
            ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, mode));
        if (!file)
            return fail_errno(("open " + path).c_str());
        SUDARE_CHECK(write_durably(file.fd(), text, path));
    }
    return fresh ? sync_folder_of(path) : Result<void>();
}

Result<std::string> read_file(const std::string& path, std::size_t maximum) {
    const File file(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
    if (!file && errno == ENOENT)
        return fail(Errc::kNotFound, "there is no " + path);
    if (!file)
        return fail_errno(("open " + path).c_str());
    std::string text;
    char buffer[16384];
    for (;;) {
        const ssize_t count = ::read(file.fd(), buffer, sizeof buffer);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return fail_errno(("read " + path).c_str());
        if (count == 0)
            return text;
        text.append(buffer, static_cast<std::size_t>(count));
        if (text.size() > maximum)
            return fail(Errc::kLimit,
                        path + " is larger than " + std::to_string(maximum) + " bytes");
    }
}

}  // namespace sudare::evidence
