// SPDX-License-Identifier: Apache-2.0
#include "server/tls/stream_options.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

namespace sudare {

Result<void> tune_stream(int fd) {
    int domain = 0;
    socklen_t length = sizeof domain;
    if (::getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &length) != 0)
        return fail_errno("getsockopt SO_DOMAIN");
    if (domain != AF_INET && domain != AF_INET6)
        return {};
    const int on = 1;
    if (::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) != 0)
        return fail_errno("setsockopt TCP_NODELAY");
    if (::setsockopt(fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &kNotSentLowWater,
                     sizeof kNotSentLowWater) != 0)
        return fail_errno("setsockopt TCP_NOTSENT_LOWAT");
    return {};
}

}  // namespace sudare
