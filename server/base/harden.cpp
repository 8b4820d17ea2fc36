// SPDX-License-Identifier: Apache-2.0
#include "server/base/harden.h"

#include <sys/prctl.h>
#include <sys/resource.h>

namespace sudare {

Result<void> harden() {
    const rlimit none{0, 0};
    if (::setrlimit(RLIMIT_CORE, &none) != 0 || ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
        return fail_errno("cannot harden the process");
    return {};
}

}  // namespace sudare
