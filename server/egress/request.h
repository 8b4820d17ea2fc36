// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/beast/http.hpp>
#include <string>
#include <string_view>

#include "protocol/ipc/destination.h"
#include "server/egress/access.h"
#include "server/egress/target.h"

// What the proxy makes of an HTTP head. Pure: no sockets, so that it can be fuzzed.
namespace sudare::egress {

namespace http = boost::beast::http;

// A request that may be judged by the rules.
struct Asked {
    Scheme scheme = Scheme::kTunnel;
    Target target;
    std::string path;  // plain requests only
};

// A head that may not.
struct HeadFault {
    http::status status = http::status::bad_request;
    bool bad_name = false;  // the fault is the spelling of the host: reported as Verdict::kBadName
};

// Takes CONNECT in authority form and the methods of browsers in absolute form. Refused: a tunnel
// with a body, two Host fields, more than limits::kFieldsMax fields, transfer codings other than
// chunked, Expect, Upgrade-only methods, origin form (the proxy is no web server).
tl::expected<Asked, HeadFault> classify(const http::request_header<>& head);

// Removes the fields that belong to one connection (RFC 9110 section 7.6.1), with those that
// Connection names. Framing and Host stay out of Connection's reach. Transfer-Encoding goes too:
// the sender of the next hop sets its own framing.
void strip_hop_by_hop(http::fields& fields);

// "chunked" alone or nothing; other codings cannot be forwarded piece by piece.
bool transfer_coding_supported(const http::fields& fields);

// The next hop's request: origin form and the Host of the target (RFC 9112 section 3.2.2), or
// absolute form for an upstream proxy. No Via, no Forwarded: nothing that names the user.
void rewrite_request(http::request_header<>& head, const Asked& asked, bool upstream_proxy);

// The whole response to a refused request. The body is the code alone: no text of ours is shown
// inside a page, the viewer explains the rule number.
std::string refusal_response(http::status status, std::string_view code);

// The status and the code of a verdict. timed_out: the fault was time.
http::status status_of(ipc::Verdict verdict, bool timed_out);
std::string_view code_of(ipc::Verdict verdict);

}  // namespace sudare::egress
