// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/beast/core/flat_buffer.hpp>

#include "server/egress/flow.h"
#include "server/egress/net.h"
#include "server/egress/target.h"

namespace sudare::egress {

// Asks an upstream proxy for a tunnel. early takes the bytes of the other side that followed the
// response's head.
enum class UpstreamReply { kOpen, kRefused, kTimedOut };
awaitable<UpstreamReply> open_upstream_tunnel(tcp::socket& web, Target target,
                                              boost::beast::flat_buffer& early);

// Copies both ways until both sides have finished, or one fails, or the quota is used up. Reads
// the next piece of a direction only when the last one is written: at most limits::kPieceBytes
// are held per direction, the rest is the kernel's back-pressure. The end of one direction is
// passed on as a half-close.
awaitable<void> run_tunnel(BrowserSocket& browser, tcp::socket& web, Flow& flow);

}  // namespace sudare::egress
