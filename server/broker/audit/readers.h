// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <string>

#include "protocol/core/result.h"

// Who besides the broker may read the files of the log: the group of its directory, when the
// directory's mode lets the group in. Without the setgid bit, which a unit may forbid
// (RestrictSUIDSGID=).
namespace sudare::audit {

// Gives the directory (made when absent) and the segments in it to the group, for reading; what is
// made in it later is given by share(). kSystem names what to do.
Result<void> let_group_read(const std::string& directory, gid_t group);

// A file in this directory: what its owner may read, the directory's group may, too, if it may
// enter.
Result<void> share(int directory, int file);
Result<void> share(const std::string& directory, const std::string& name);

}  // namespace sudare::audit
