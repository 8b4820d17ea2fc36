// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio.hpp>
#include <string>
#include <vector>

#include "server/broker/core.h"

// Certificates of terminals: their forms as text, and which of them end soon.
namespace sudare::broker {

inline constexpr std::size_t kSerialHexMax = 40;  // RFC 5280 4.1.2.2: 20 octets

// Lower-case hexadecimal of that many digits.
bool is_hex(const std::string& text, std::size_t low, std::size_t high);

// When a registration's certificate ends, seconds since 1970; 0: not known.
std::int64_t end_of(const store::TerminalCertificate& certificate);

struct EndingCertificate {
    std::string terminal;
    std::string serial;
    std::int64_t not_after = 0;  // may have passed
    bool renewal = false;        // its viewer has asked for the next one
};
// Of each terminal the certificate that lasts longest of those that count, if it ends within that
// many days; soonest first. Revoked terminals and denied certificates are none.
Result<std::vector<EndingCertificate>> ending_certificates(store::Store& store, int days);

// Records them once a day, from the start on. Loop thread only; outlived by loop and core.
class ExpiryWatch {
public:
    ExpiryWatch(boost::asio::io_context& loop, Core& core) : core_(core), timer_(loop) {}
    void start();

private:
    void announce();

    Core& core_;
    boost::asio::steady_timer timer_;
};

}  // namespace sudare::broker
