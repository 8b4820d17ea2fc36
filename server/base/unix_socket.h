// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "protocol/core/result.h"
#include "server/base/unique_fd.h"

// Unix stream sockets between our own processes. All descriptors are close-on-exec.
namespace sudare {

// Who is at the other end (SO_PEERCRED): the kernel's word, taken at connect or socketpair time.
struct PeerCredentials {
    pid_t pid;
    uid_t uid;
    gid_t gid;
};

Result<std::pair<UniqueFd, UniqueFd>> unix_pair();

// Listens at path (removing a stale socket there) with these permission bits.
Result<UniqueFd> unix_listen(const std::string& path, mode_t mode, int backlog = 64);
// With `wait` false it fails with kUnavailable when the listener's queue is full; the descriptor is
// then non-blocking.
Result<UniqueFd> unix_connect(const std::string& path, bool wait = true);
Result<PeerCredentials> peer_credentials(int fd);
Result<void> set_nonblocking(int fd, bool on);

// Sends all bytes of a small message with up to kMaxPassedFds descriptors in one sendmsg.
// Blocking sockets only.
inline constexpr std::size_t kMaxPassedFds = 8;
Result<void> send_with_fds(int socket, std::span<const std::uint8_t> bytes,
                           std::span<const int> fds);

// One recvmsg: bytes into the buffer, descriptors appended to fds (close-on-exec). Returns the
// count of bytes, 0 at the end of the stream. EAGAIN comes back as Errc::kUnavailable. A message
// with truncated descriptors is an error. With `wait` false it never blocks, whatever the flags.
Result<std::size_t> receive_with_fds(int socket, std::span<std::uint8_t> buffer,
                                     std::vector<UniqueFd>& fds, bool wait = true);

// Writes everything to a blocking descriptor.
Result<void> write_all(int fd, std::span<const std::uint8_t> bytes);

// An anonymous file that holds these bytes, sealed against every change, at offset 0: how secrets
// and settings reach a child without argv, environment or disk.
Result<UniqueFd> sealed_memory(const char* name, std::span<const std::uint8_t> bytes);
// Reads a whole descriptor from offset 0; kLimit above maximum bytes.
Result<std::vector<std::uint8_t>> read_whole(int fd, std::size_t maximum);

}  // namespace sudare
