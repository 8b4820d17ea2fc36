// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

#include "server/verify/log_source.h"
#include "server/verify/report.h"

namespace sudare::verify {

// Every record, every checkpoint, and each against the other. One pass; memory does not grow with
// the log. Errors: a file cannot be read.
Result<Report> check_log(const LogSource& source, std::span<const evidence::VerifierKey> keys);

}  // namespace sudare::verify
