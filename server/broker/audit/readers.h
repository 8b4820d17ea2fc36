// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <string>

#include "protocol/core/result.h"

// Who besides the broker may read the files of the log: the group of its directory, when the directory's
// mode lets the group in.
namespace sudare::audit {

// Gives the directory (made when absent) and the segments in it to the group, for reading; what is made
// in it later follows. Before any thread starts: it sets the umask. kSystem names what to do.
Result<void> let_group_read(const std::string& directory, gid_t group);

// `owner`, and the same right to read for the group of a directory with this mode.
constexpr mode_t mode_in(mode_t directory, mode_t owner) {
    return owner | (directory & 0040U);
}
Result<mode_t> mode_of(const std::string& directory);

}  // namespace sudare::audit
