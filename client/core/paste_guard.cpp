// SPDX-License-Identifier: Apache-2.0
#include "client/core/paste_guard.h"

#include <algorithm>

namespace sudare::client {

void PasteGuard::composing(int length) {
    if (length == length_)
        return;  // the cursor in it moved, or a clause was converted
    ++changes_;
    length_ = length;
    longest_ = std::max(longest_, length);
    composed_ |= length > 0;
}

bool PasteGuard::admit(int code_points) {
    const auto seen = std::max(changes_, static_cast<std::uint64_t>(longest_));
    const std::uint64_t keys = composed_ ? std::max(keys_, seen) : keys_;
    const bool composed = composed_;
    reset();
    const std::uint64_t most = composed ? keys * kPerKey : std::min<std::uint64_t>(keys, kWithoutComposition);
    const auto wanted = static_cast<std::uint64_t>(std::max(code_points, 0));
    if (wanted <= most)
        return true;
    dropped_ += wanted;
    return false;
}

void PasteGuard::reset() {
    keys_ = changes_ = 0;
    length_ = longest_ = 0;
    composed_ = false;
}

}  // namespace sudare::client
