// SPDX-License-Identifier: Apache-2.0
#include "protocol/core/result.h"

#include <cerrno>
#include <system_error>

namespace sudare {

tl::unexpected<Error> fail_errno(const char* call) {
    const int saved = errno;
    return fail(Errc::kSystem, std::string(call) + ": " + std::generic_category().message(saved));
}

}  // namespace sudare
