// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "protocol/core/result.h"

namespace sudare::directory {

// libldap copies a password into its messages and frees them as they are. From now on all that liblber
// and libldap free is overwritten first. Call before anything else of either.
Result<void> wipe_what_ldap_frees();

}  // namespace sudare::directory
