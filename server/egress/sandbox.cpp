// SPDX-License-Identifier: Apache-2.0
#include "server/egress/sandbox.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "server/base/sandbox.h"

namespace sudare::egress {
namespace {

constexpr std::uint64_t kAllBits = 0xffffffff;  // an int argument; the upper half is not defined
constexpr std::uint64_t kTypeBits = 0xf;        // without SOCK_CLOEXEC and SOCK_NONBLOCK

// 200 connections hold 7 MiB of pieces and at most 27 MiB of heads; policies and the table of
// destinations a few more.
constexpr std::uint64_t kMemoryBytes = 512ULL << 20;

}  // namespace

Result<void> enter_sandbox() {
    Sandbox sandbox;
    sandbox.allowed = connected_socket_syscalls();
    for (const int family : {AF_INET, AF_INET6})
        for (const int type : {SOCK_STREAM, SOCK_DGRAM})
            sandbox.allowed.push_back({"socket",
                                       {{0, kAllBits, static_cast<std::uint64_t>(family)},
                                        {1, kTypeBits, static_cast<std::uint64_t>(type)}}});
    for (const char* name : {"connect", "accept", "accept4"})
        sandbox.allowed.push_back({name, {}});
    // Asio makes sockets non-blocking by FIONBIO, c-ares by F_SETFL.
    sandbox.allowed.push_back({"ioctl", {{1, kAllBits, FIONBIO}}});
    for (const int command : {F_GETFL, F_SETFL, F_GETFD, F_SETFD})
        sandbox.allowed.push_back({"fcntl", {{1, kAllBits, static_cast<std::uint64_t>(command)}}});
    // stdio asks what stdout is before the READY line; an error is an answer, too.
    sandbox.refused = {"newfstatat", "fstat"};
    sandbox.memory_bytes = kMemoryBytes;
    sandbox.no_new_processes = true;
    return enter(sandbox);
}

}  // namespace sudare::egress
