// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <vector>

namespace sudare::host {

// A place for one connection of the border and the session on it: a small number from which uids
// and paths follow, so that nothing of a peer ever becomes one.
using SlotNumber = std::uint32_t;

// The accounts of a slot. All distinct, and of no use outside: no files, no home, no groups.
enum class Role : std::uint8_t {
    kSession = 0,
    kBrowser = 1,
    kEgress = 2,
    kRelay = 3,
    kInputMethod = 4,
};
inline constexpr uid_t kRoles = 5;

// base + kRoles * slot + role; unset when the launcher cannot change uids.
std::optional<uid_t> uid_of(std::optional<uid_t> base, SlotNumber slot, Role role);

class SlotTable {
public:
    explicit SlotTable(std::uint32_t count) : taken_(count, false) {}
    // Round robin: a uid is used again as late as possible.
    std::optional<SlotNumber> take();
    void give_back(SlotNumber slot);
    [[nodiscard]] std::size_t free_count() const;

private:
    std::vector<bool> taken_;
    SlotNumber next_ = 0;
};

}  // namespace sudare::host
