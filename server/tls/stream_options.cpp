// SPDX-License-Identifier: Apache-2.0
#include "server/tls/stream_options.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <array>

namespace sudare {
namespace {

struct Option {
    int level, name, value;
    const char* text;
};
constexpr std::array kOptions{
    Option{IPPROTO_TCP, TCP_NODELAY, 1, "setsockopt TCP_NODELAY"},
    Option{IPPROTO_TCP, TCP_NOTSENT_LOWAT, kNotSentLowWater, "setsockopt TCP_NOTSENT_LOWAT"},
    Option{IPPROTO_TCP, TCP_USER_TIMEOUT, kUserTimeoutMillis, "setsockopt TCP_USER_TIMEOUT"},
    Option{IPPROTO_TCP, TCP_KEEPIDLE, kKeepAliveIdle, "setsockopt TCP_KEEPIDLE"},
    Option{IPPROTO_TCP, TCP_KEEPINTVL, kKeepAliveInterval, "setsockopt TCP_KEEPINTVL"},
    Option{SOL_SOCKET, SO_KEEPALIVE, 1, "setsockopt SO_KEEPALIVE"}};

}  // namespace

Result<void> tune_stream(int fd) {
    int domain = 0;
    socklen_t length = sizeof domain;
    if (::getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &length) != 0)
        return fail_errno("getsockopt SO_DOMAIN");
    if (domain != AF_INET && domain != AF_INET6)
        return {};
    for (const Option& option : kOptions)
        if (::setsockopt(fd, option.level, option.name, &option.value, sizeof option.value) != 0)
            return fail_errno(option.text);
    return {};
}

}  // namespace sudare
