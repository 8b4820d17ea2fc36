// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <set>

#include "server/gateway/link_process.h"
#include "server/gateway/material.h"

namespace sudare::gateway {

// Accepts, throttles, starts one sudare-link per connection, and never reads a byte of a peer.
class Gateway {
   public:
    static Result<std::unique_ptr<Gateway>> create(asio::io_context& io, Settings settings,
                                                   std::string link_program);
    // "address:port" on which it listens.
    [[nodiscard]] std::string endpoint() const;
    void serve();
    // Certificates, keys and revocation lists; links check their peers again.
    void reload();
    // Tells every link to end in order, then calls back when none is left (at most 5 s).
    void stop(std::function<void()> done);

   private:
    Gateway(asio::io_context& io, Settings settings, Material material, std::string link_program,
            asio::ip::tcp::endpoint host);
    void accept();
    void take(asio::ip::tcp::socket socket);
    Result<void> start_link(asio::ip::tcp::socket& socket, const Address& source,
                            std::uint16_t port);
    [[nodiscard]] UniqueFd connect_recorder();
    void report_throttled(const Address& source, const asio::ip::tcp::endpoint& peer,
                          Throttle::Verdict verdict);
    void watch_lists();
    void warn_of_age();
    void warn_of_certificates();
    void tell_lists(const Result<bool>& changed);

    asio::io_context& io_;
    Settings settings_;
    Material material_;
    std::string link_program_;
    asio::ip::tcp::endpoint host_;
    asio::ip::tcp::acceptor acceptor_;
    asio::steady_timer accept_pause_;
    asio::steady_timer lists_timer_;
    asio::steady_timer stop_timer_;
    Throttle throttle_;
    Repeats drops_, failures_, unrecorded_;
    std::optional<Throttle::Clock::time_point> warned_;
    bool warned_over_ = false;  // what was said: that the lists have ended
    std::optional<Throttle::Clock::time_point> certificates_warned_;
    std::set<std::shared_ptr<LinkProcess>> links_;
    std::function<void()> stopped_;
};

}  // namespace sudare::gateway
