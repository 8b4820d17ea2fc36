// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/parser.hpp>

#include "server/egress/flow.h"
#include "server/egress/net.h"
#include "server/egress/request.h"

namespace sudare::egress {

using RequestParser = http::request_parser<http::buffer_body>;

// What became of one plain request.
enum class Forwarded {
    kKeepAlive,  // answered; the browser may send the next request
    kClose,      // answered or cut in the middle; close
    kNoAnswer,   // nothing was sent to the browser: answer 502
    kTimedOut,   // the same, 504
};

// Sends the request whose head has been read to the web (already connected) and the response to
// the browser, piece by piece. Hop-by-hop fields are dropped, framing is made anew on each side,
// and the connection to the web serves this one request.
awaitable<Forwarded> forward(BrowserSocket& browser, boost::beast::flat_buffer& buffer,
                             RequestParser& parser, tcp::socket& web, Asked asked,
                             bool upstream_proxy, Flow& flow);

}  // namespace sudare::egress
