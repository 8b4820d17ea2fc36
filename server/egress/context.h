// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "server/egress/access.h"
#include "server/egress/destination_log.h"
#include "server/egress/flow.h"
#include "server/egress/resolver.h"

namespace sudare::egress {

// What the connections of the one session share. One thread.
struct Context {
    std::shared_ptr<const Access> access;  // replaced when the policy changes
    Resolver& resolver;
    DestinationLog& log;
    ByteQuota quota;
};

}  // namespace sudare::egress
