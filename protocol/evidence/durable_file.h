// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>

#include "protocol/core/result.h"

// Small files that must survive a crash whole: state of signer and follower, the newest checkpoint.
namespace sudare::evidence {

// Writes path.new, fsync, rename, fsync of the folder: whoever reads finds the old or the new text,
// and after the return the new one, whatever happens. Errors: kSystem; the old text may still be
// there.
Result<void> replace_file(const std::string& path, std::string_view text, mode_t mode);
// The same for a file that must not exist yet. kState: it does.
Result<void> create_file(const std::string& path, std::string_view text, mode_t mode);
// Adds to the end, fsync; with the folder when the file is new.
Result<void> append_file(const std::string& path, std::string_view text, mode_t mode);
// kNotFound: there is none. kLimit: it is larger than `maximum`.
Result<std::string> read_file(const std::string& path, std::size_t maximum);

}  // namespace sudare::evidence
