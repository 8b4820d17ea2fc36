// SPDX-License-Identifier: Apache-2.0
#include "server/base/unix_socket.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace sudare {
namespace {

Result<sockaddr_un> address_of(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.empty() || path.size() >= sizeof address.sun_path)
        return fail(Errc::kLimit, "socket path \"" + path + "\" must have 1 to 107 bytes");
    std::memcpy(address.sun_path, path.data(), path.size());
    return address;
}

}  // namespace

Result<std::pair<UniqueFd, UniqueFd>> unix_pair() {
    std::array<int, 2> ends{};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0)
        return fail_errno("socketpair");
    return std::pair(UniqueFd(ends[0]), UniqueFd(ends[1]));
}

Result<UniqueFd> unix_listen(const std::string& path, mode_t mode, int backlog) {
    SUDARE_TRY(const sockaddr_un address, address_of(path));
    UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (!fd)
        return fail_errno("socket");
    struct stat existing {};
    if (::lstat(path.c_str(), &existing) == 0 && S_ISSOCK(existing.st_mode))
        ::unlink(path.c_str());
    // The umask closes the moment between bind and chmod.
    const mode_t before = ::umask(0777);
    const int bound = ::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
    ::umask(before);
    if (bound != 0)
        return fail_errno(("bind " + path).c_str());
    if (::chmod(path.c_str(), mode) != 0)
        return fail_errno(("chmod " + path).c_str());
    if (::listen(fd.get(), backlog) != 0)
        return fail_errno(("listen " + path).c_str());
    return fd;
}

Result<UniqueFd> unix_connect(const std::string& path, bool wait) {
    SUDARE_TRY(const sockaddr_un address, address_of(path));
    UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | (wait ? 0 : SOCK_NONBLOCK), 0));
    if (!fd)
        return fail_errno("socket");
    if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        if (errno == EAGAIN)
            return fail(Errc::kUnavailable, "connect " + path + ": its queue is full");
        return fail_errno(("connect " + path).c_str());
    }
    return fd;
}

Result<PeerCredentials> peer_credentials(int fd) {
    ucred credentials{};
    socklen_t size = sizeof credentials;
    if (::getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0)
        return fail_errno("SO_PEERCRED");
    return PeerCredentials{credentials.pid, credentials.uid, credentials.gid};
}

Result<void> set_nonblocking(int fd, bool on) {
    const int flags = ::fcntl(fd, F_GETFL);
    if (flags < 0 || ::fcntl(fd, F_SETFL, on ? flags | O_NONBLOCK : flags & ~O_NONBLOCK) != 0)
        return fail_errno("fcntl O_NONBLOCK");
    return {};
}

Result<void> send_with_fds(int socket, std::span<const std::uint8_t> bytes,
                           std::span<const int> fds) {
    if (fds.size() > kMaxPassedFds || bytes.empty())
        return fail(Errc::kLimit, "send_with_fds: at most 8 descriptors and at least one byte");
    iovec part{const_cast<std::uint8_t*>(bytes.data()), bytes.size()};
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int) * kMaxPassedFds)> control{};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    if (!fds.empty()) {
        message.msg_control = control.data();
        message.msg_controllen = CMSG_SPACE(sizeof(int) * fds.size());
        cmsghdr* header = CMSG_FIRSTHDR(&message);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(sizeof(int) * fds.size());
        std::memcpy(CMSG_DATA(header), fds.data(), sizeof(int) * fds.size());
    }
    ssize_t sent = 0;
    do {
        sent = ::sendmsg(socket, &message, MSG_NOSIGNAL);
    } while (sent < 0 && errno == EINTR);
    if (sent < 0)
        return fail_errno("sendmsg");
    return write_all(socket, bytes.subspan(static_cast<std::size_t>(sent)));
}

Result<std::size_t> receive_with_fds(int socket, std::span<std::uint8_t> buffer,
                                     std::vector<UniqueFd>& fds, bool wait) {
    iovec part{buffer.data(), buffer.size()};
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int) * kMaxPassedFds)> control{};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    ssize_t got = 0;
    do {
        got = ::recvmsg(socket, &message, MSG_CMSG_CLOEXEC | (wait ? 0 : MSG_DONTWAIT));
    } while (got < 0 && errno == EINTR);
    if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
        return fail(Errc::kUnavailable, "recvmsg: nothing there");
    if (got < 0)
        return fail_errno("recvmsg");
    for (cmsghdr* header = CMSG_FIRSTHDR(&message); header != nullptr;
         header = CMSG_NXTHDR(&message, header)) {
        if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS)
            continue;
        const std::size_t count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (std::size_t i = 0; i < count; ++i) {
            int fd = -1;
            std::memcpy(&fd, CMSG_DATA(header) + i * sizeof(int), sizeof fd);
            fds.emplace_back(fd);
        }
    }
    if ((message.msg_flags & MSG_CTRUNC) != 0)
        return fail(Errc::kLimit, "recvmsg: more descriptors than permitted");
    return static_cast<std::size_t>(got);
}

Result<void> write_all(int fd, std::span<const std::uint8_t> bytes) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(fd, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return fail_errno("write");
        bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
    return {};
}

Result<UniqueFd> sealed_memory(const char* name, std::span<const std::uint8_t> bytes) {
    UniqueFd fd(::memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING));
    if (!fd)
        return fail_errno("memfd_create");
    SUDARE_CHECK(write_all(fd.get(), bytes));
    if (::lseek(fd.get(), 0, SEEK_SET) != 0)
        return fail_errno("lseek");
    if (::fcntl(fd.get(), F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL) != 0)
        return fail_errno("F_ADD_SEALS");
    return fd;
}

Result<std::vector<std::uint8_t>> read_whole(int fd, std::size_t maximum) {
    std::vector<std::uint8_t> out;
    std::array<std::uint8_t, 16384> piece{};
    for (off_t offset = 0;;) {
        const ssize_t got = ::pread(fd, piece.data(), piece.size(), offset);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return fail_errno("pread");
        if (got == 0)
            return out;
        if (out.size() + static_cast<std::size_t>(got) > maximum)
            return fail(Errc::kLimit, "file is larger than " + std::to_string(maximum) + " bytes");
        out.insert(out.end(), piece.begin(), piece.begin() + got);
        offset += got;
    }
}

}  // namespace sudare
