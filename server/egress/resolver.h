// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/io_context.hpp>
#include <memory>
#include <string>
#include <vector>

#include "protocol/core/result.h"
#include "protocol/ipc/host_egress.h"
#include "server/egress/address.h"
#include "server/egress/net.h"

namespace sudare::egress {

// Names to addresses through c-ares, with the resolvers of our settings only: no NSS, no
// /etc/hosts, no search domains, no cache. One owner thread, that of the io_context.
class Resolver {
public:
    // Reads what c-ares wants from the system (its random seed): call before the sandbox. There
    // are no resolvers until set_servers.
    static Result<std::unique_ptr<Resolver>> create(asio::io_context& io);
    ~Resolver();
    Resolver(const Resolver&) = delete;
    Resolver& operator=(const Resolver&) = delete;

    // Queries under way fail when the list is another one than before.
    Result<void> set_servers(const std::vector<ipc::SocketAddress>& servers);

    enum class Status { kFound, kNotFound, kTimeout };
    struct Answer {
        Status status = Status::kNotFound;
        std::vector<IpAddress> addresses;  // 1 to limits::kAddressesMax when kFound
    };
    // host is a name as in Target::host, never a literal. A and AAAA together, CNAMEs followed.
    awaitable<Answer> resolve(std::string host);

private:
    struct Channel;
    explicit Resolver(std::unique_ptr<Channel> channel);
    std::unique_ptr<Channel> channel_;
};

}  // namespace sudare::egress
