// SPDX-License-Identifier: Apache-2.0
#include "protocol/ipc/text.h"

#include <utf8proc.h>

namespace sudare::ipc {

bool is_plain_text(std::string_view text) {
    const auto* at = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
    auto left = static_cast<utf8proc_ssize_t>(text.size());
    while (left > 0) {
        utf8proc_int32_t code = -1;
        const utf8proc_ssize_t used = utf8proc_iterate(at, left, &code);
        if (used <= 0 || code < 0x20 || (code >= 0x7f && code <= 0x9f))
            return false;
        at += used;
        left -= used;
    }
    return true;
}

void write_text(Writer& out, std::string_view text) {
    out.u16(static_cast<std::uint16_t>(text.size()));
    out.text(text);
}

std::optional<std::string> read_text(Reader& in, std::size_t maximum) {
    const std::uint16_t length = in.u16();
    if (!in.ok() || length > maximum || length > in.remaining())
        return std::nullopt;
    const auto view = in.bytes(length);
    std::string text(reinterpret_cast<const char*>(view.data()), view.size());
    if (!is_plain_text(text))
        return std::nullopt;
    return text;
}

}  // namespace sudare::ipc
