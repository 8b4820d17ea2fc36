// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "server/broker/audit/record.h"

namespace sudare::audit {

// The greatest of the numbers that the database gives and records name. A database that was put
// back from an older copy, or begun anew beside an old log, would give them a second time, and
// whoever reads the log later could not tell the two sessions apart.
struct GivenNumbers {
    std::uint64_t session = 0;
    std::uint64_t policy_version = 0;
    std::uint64_t change = 0;  // that waits for a second person
    std::uint64_t exception = 0;
    std::uint64_t consent = 0;
    std::uint64_t emergency = 0;

    // No database of ours comes to such a number; a record that has one does not end the numbers.
    static constexpr std::uint64_t kMost = 0x7fff'0000;

    void note(const Event& event);
    friend bool operator==(const GivenNumbers&, const GivenNumbers&) = default;
};

}  // namespace sudare::audit
