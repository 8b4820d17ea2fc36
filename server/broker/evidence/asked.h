// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "protocol/ipc/broker_ctl.h"
#include "server/broker/evidence/query.h"

// The arguments of CtlRequest::kEvidenceSearch (protocol/ipc/broker_ctl.h).
namespace sudare::search {

struct Asked {
    Query query;
    std::string reason;      // as it was given, or empty
    std::string filter;      // all other conditions, for the record of the search
    std::uint64_t last = 0;  // 0: all hits
    bool full = false;       // without the index
};

// Each condition at most once, values of 1 to 1024 bytes. Failures name condition, value and what
// it must be.
tl::expected<Asked, ipc::CtlFailure> asked_for(const std::vector<std::string>& arguments);

}  // namespace sudare::search
