// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <map>
#include <memory>
#include <string>

#include "server/base/loop.h"
#include "server/host/doorkeeper.h"
#include "server/host/relay_connection.h"
#include "server/host/slot.h"

namespace sudare::host {

// The launcher: accepts connections of the border and gives each one to a relay process. It reads
// no byte from the network itself. One thread.
class Host {
public:
    // Connections beyond the running sessions that may be in their handshake or on their way out.
    static constexpr std::uint32_t kSpareConnections = 16;
    // From a stop signal to the exit, whatever does not end until then: more than a session and
    // its relay may take after one another.
    static constexpr std::chrono::seconds kStopDeadline{20};

    // Errors: what cannot be opened, locked or limited; sessions without limits are refused here
    // already when the settings require them.
    static Result<std::unique_ptr<Host>> create(Settings settings, UniqueFd signals);
    ~Host();

    // "127.0.0.1:4433"
    [[nodiscard]] std::string address() const;
    // Until a stop signal has come and every session has ended, or kStopDeadline is over.
    void run();

private:
    Host(Settings settings, TlsFiles tls, RuntimeDirectory directory, CgroupRoot cgroups,
         UniqueFd signals);
    Result<void> listen();
    void wait_connection();
    void accept_one();
    void admit(UniqueFd connection, const Doorkeeper::Address& from);
    void turn_away(Doorkeeper::Verdict verdict, const Doorkeeper::Address& from);
    void wait_signal();
    void watch_revocation();
    void reload();  // the revocation list, for the relays that come
    void stop();
    void connection_over(SlotNumber slot);
    void stop_when_empty();

    Loop loop_;
    const Settings settings_;
    TlsFiles tls_;
    const RuntimeDirectory directory_;
    const CgroupRoot cgroups_;
    Sessions sessions_;
    HostContext context_;
    boost::asio::ip::tcp::acceptor acceptor_;
    boost::asio::posix::stream_descriptor signals_;
    boost::asio::steady_timer revocation_timer_;
    boost::asio::steady_timer stop_timer_;
    SlotTable slots_;
    Doorkeeper door_;
    std::chrono::steady_clock::time_point turned_away_told_{};  // the last line about it
    std::uint64_t turned_away_ = 0;                             // since then
    struct Connection {
        Doorkeeper::Address from;
        bool proven = false;
        std::unique_ptr<RelayConnection> relay;
    };
    std::map<SlotNumber, Connection> connections_;
    bool stopping_ = false;
    LoopEnd end_{loop_};  // last: what waits in the loop ends first
};

}  // namespace sudare::host
