// SPDX-License-Identifier: Apache-2.0
#include "server/host/slot.h"

#include <algorithm>

namespace sudare::host {

std::optional<uid_t> uid_of(std::optional<uid_t> base, SlotNumber slot, Role role) {
    if (!base)
        return std::nullopt;
    return *base + kRoles * slot + static_cast<uid_t>(role);
}

std::optional<SlotNumber> SlotTable::take() {
    const auto count = static_cast<SlotNumber>(taken_.size());
    for (SlotNumber step = 0; step < count; ++step) {
        const SlotNumber slot = (next_ + step) % count;
        if (taken_[slot])
            continue;
        taken_[slot] = true;
        next_ = (slot + 1) % count;
        return slot;
    }
    return std::nullopt;
}

void SlotTable::give_back(SlotNumber slot) {
    taken_.at(slot) = false;
}

std::size_t SlotTable::free_count() const {
    return static_cast<std::size_t>(std::count(taken_.begin(), taken_.end(), false));
}

}  // namespace sudare::host
