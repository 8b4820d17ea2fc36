// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "protocol/core/result.h"
#include "server/egress/address.h"

// Where a request wants to go, in the one spelling that all rules compare with.
namespace sudare::egress {

struct Target {
    std::string host;                  // lower case, no trailing dot; IPv6 without brackets
    std::optional<IpAddress> literal;  // the host is this address
    std::uint16_t port = 0;            // 1..65535

    // host:port, with brackets around IPv6, as in a Host field.
    [[nodiscard]] std::string authority() const;
};

// A host as a browser writes it after the URL standard's host parser. Normalised: upper case, one
// trailing dot. Refused (kBadInput): empty or over-long labels, characters outside letters,
// digits, hyphen and underscore, percent escapes, user information, zones, non-ASCII (browsers
// send A-labels), and every name that "ends in a number" without being a canonical IPv4 address
// (2130706433, 0x7f.1, 0177.0.0.1, 127.1): resolvers and libc disagree about those.
Result<Target> parse_host(std::string_view host, std::uint16_t port);

// host:port of CONNECT; the port is required (RFC 9110 section 9.3.6).
Result<Target> parse_authority(std::string_view authority);

// scheme://host[:port]/path?query. Errors as above, and kDenied for another scheme. A fragment,
// which must not be sent, is refused.
struct Url {
    Target target;
    std::string path;  // "/..." with the query
};
Result<Url> parse_url(std::string_view url, std::string_view scheme, std::uint16_t default_port);

}  // namespace sudare::egress
