// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "server/egress/access.h"
#include "server/egress/net.h"
#include "server/egress/resolver.h"

namespace sudare::egress {

struct DialResult {
    Decision decision;       // kAllowed: the socket is connected
    bool timed_out = false;  // of kNotResolved and kConnectFailed
    AddressBytes address{};  // reached, or the refused one; zeroes: none
};

// Resolves (once), checks every address of the answer, and connects to one of exactly those
// addresses. With an upstream proxy: connects to that, and checks literals only, because the name
// is resolved on the other side. The socket is closed again by its owner to give up.
awaitable<DialResult> dial(Resolver& resolver, std::shared_ptr<const Access> access, Target target,
                           tcp::socket& socket);

}  // namespace sudare::egress
