// SPDX-License-Identifier: Apache-2.0
#include "server/egress/dialer.h"

#include <algorithm>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>

#include "server/egress/limits.h"

namespace sudare::egress {
namespace {

using namespace asio::experimental::awaitable_operators;

DialResult refused(ipc::Verdict verdict, bool timed_out = false, AddressBytes address = {}) {
    return {{verdict}, timed_out, address};
}

// Families in turn, IPv6 first (RFC 8305 section 4): one broken family costs one try.
std::vector<IpAddress> in_turn(const std::vector<IpAddress>& addresses) {
    std::vector<IpAddress> six;
    std::vector<IpAddress> four;
    for (const IpAddress& address : addresses)
        (address.is_v6() ? six : four).push_back(address);
    std::vector<IpAddress> out;
    for (std::size_t i = 0; i < std::max(six.size(), four.size()); ++i) {
        if (i < six.size())
            out.push_back(six[i]);
        if (i < four.size())
            out.push_back(four[i]);
    }
    out.resize(std::min(out.size(), limits::kAddressesTried));
    return out;
}

enum class Outcome { kConnected, kFailed, kTimedOut, kAbandoned };

awaitable<Outcome> connect_one(tcp::socket& socket, tcp::endpoint endpoint) {
    error_code error;
    socket.close(error);
    socket.open(endpoint.protocol(), error);
    if (error)
        co_return Outcome::kFailed;
    socket.set_option(tcp::no_delay(true), error);
    asio::steady_timer timer(socket.get_executor(), limits::kConnectTry);
    const auto first =
        co_await (socket.async_connect(endpoint, kTuple) || timer.async_wait(kTuple));
    if (first.index() == 1)
        co_return socket.is_open() ? Outcome::kTimedOut : Outcome::kAbandoned;
    // Closed by its owner meanwhile: the connection of the browser is gone.
    if (!socket.is_open())
        co_return Outcome::kAbandoned;
    co_return std::get<0>(std::get<0>(first)) ? Outcome::kFailed : Outcome::kConnected;
}

awaitable<DialResult> connect_any(tcp::socket& socket, std::vector<IpAddress> addresses,
                                  std::uint16_t port) {
    bool timed_out = false;
    for (const IpAddress& address : addresses) {
        const Outcome outcome = co_await connect_one(socket, tcp::endpoint(address, port));
        if (outcome == Outcome::kConnected)
            co_return DialResult{{}, false, to_bytes(address)};
        if (outcome == Outcome::kAbandoned)
            break;
        timed_out = outcome == Outcome::kTimedOut;
    }
    co_return refused(ipc::Verdict::kConnectFailed, timed_out);
}

AddressBytes first_refused(const Access& access, const Target& target,
                           const std::vector<IpAddress>& addresses) {
    const auto found = std::find_if(
        addresses.begin(), addresses.end(),
        [&](const IpAddress& address) { return !access.by_address(target, {address}).allowed(); });
    return found == addresses.end() ? AddressBytes{} : to_bytes(*found);
}

}  // namespace

awaitable<DialResult> dial(Resolver& resolver, std::shared_ptr<const Access> access, Target target,
                           tcp::socket& socket) {
    const bool upstream = access->through_upstream(target);
    std::vector<IpAddress> addresses;
    if (target.literal) {
        addresses.push_back(*target.literal);
    } else if (const auto site = access->private_site(target)) {
        addresses.push_back(*site);
    } else if (!upstream) {
        const Resolver::Answer answer = co_await resolver.resolve(target.host);
        if (answer.status != Resolver::Status::kFound)
            co_return refused(ipc::Verdict::kNotResolved,
                              answer.status == Resolver::Status::kTimeout);
        addresses = answer.addresses;
    }
    const Decision decision = access->by_address(target, addresses);
    if (!decision.allowed())
        co_return refused(decision.verdict, false, first_refused(*access, target, addresses));
    if (upstream) {
        const ipc::SocketAddress& proxy = access->config().upstream_proxy;
        std::vector<IpAddress> one(1, from_bytes(proxy.address));
        co_return co_await connect_any(socket, std::move(one), proxy.port);
    }
    co_return co_await connect_any(socket, in_turn(addresses), target.port);
}

}  // namespace sudare::egress
