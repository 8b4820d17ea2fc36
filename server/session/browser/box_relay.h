// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <poll.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "server/base/unique_fd.h"

namespace sudare::browser {

// Carries bytes between TCP connections to 127.0.0.1 inside the box and the Unix socket of the
// session's egress process. Chromium can only speak to a proxy over TCP; the box has no network,
// so this socket is the way out. It looks at nothing: the egress process judges what comes.
//
// One thread. The owner polls the entries of append_polls() and hands the results to dispatch().
class BoxRelay {
public:
    // Chromium opens at most 32 connections to one proxy; egress admits 200 per session.
    static constexpr std::size_t kConnectionsMax = 256;
    static constexpr std::size_t kBufferBytes = 16384;  // per direction: 8 MiB at the very most

    // listener: a nonblocking TCP socket that listens. egress_path: of the Unix socket.
    BoxRelay(UniqueFd listener, std::string egress_path);

    void append_polls(std::vector<pollfd>& out) const;
    // polls: the entries that append_polls() added, in the same order, with revents.
    void dispatch(const pollfd* polls, std::size_t count);

    [[nodiscard]] std::size_t connections() const { return connections_.size(); }

private:
    // One direction: bytes read from one side and not yet written to the other.
    struct Flow {
        std::array<std::uint8_t, kBufferBytes> bytes;
        std::size_t begin = 0;
        std::size_t end = 0;
        bool source_ended = false;  // read gave the end of the stream
        bool closed = false;        // the end was passed on
        [[nodiscard]] bool empty() const { return begin == end; }
    };
    struct Connection {
        UniqueFd tcp;
        UniqueFd unix_socket;
        Flow up;    // tcp -> unix
        Flow down;  // unix -> tcp
    };

    void accept_all();
    static bool serve(Connection& connection, short tcp_events, short unix_events);
    static bool pump(Flow& flow, int source, bool readable, int sink);
    static bool drain(Flow& flow, int sink);

    UniqueFd listener_;
    std::string egress_path_;
    std::vector<std::unique_ptr<Connection>> connections_;
};

}  // namespace sudare::browser
