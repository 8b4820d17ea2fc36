// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "protocol/core/reader.h"
#include "protocol/core/writer.h"

// Length-prefixed texts on inner borders: u16 length, bytes. Valid UTF-8 without control
// characters, at most `maximum` bytes.
namespace sudare::ipc {

bool is_plain_text(std::string_view text);
void write_text(Writer& out, std::string_view text);
std::optional<std::string> read_text(Reader& in, std::size_t maximum);

}  // namespace sudare::ipc
