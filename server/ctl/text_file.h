// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "protocol/core/result.h"

// Files that people give to commands.
namespace sudare::ctl {

// All bytes of a file; "-": of the standard input. kNotFound: why not; kLimit: more than 64 MiB.
Result<std::string> read_file(const std::string& path);
// Text of it: without byte order mark, carriage returns and line breaks at the end.
Result<std::string> read_text_file(const std::string& path);
// The same of bytes that have been read.
std::string text_of_file(std::string bytes);

}  // namespace sudare::ctl
