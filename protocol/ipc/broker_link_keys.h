// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "protocol/ipc/broker_link.h"

// The list of reviewers' keys, which two messages carry; for the sources of broker_link.h only.
namespace sudare::ipc {

void write_keys(Writer& out, const ReviewerKeys& keys);
bool read_keys(Reader& in, ReviewerKeys& keys);

}  // namespace sudare::ipc
