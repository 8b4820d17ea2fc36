// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "protocol/core/frame.h"

// Frame rules of an inner border from a constexpr table: type, permitted lengths.
namespace sudare::ipc {

// Milliseconds since 1970 at the end of the year 9999: a day has four digits of year.
inline constexpr std::uint64_t kUnixMsMax = 253'402'300'799'999;

struct RuleRow {
    std::uint8_t type;
    LengthRange range;
};

class TableRules final : public FrameRules {
   public:
    constexpr explicit TableRules(std::span<const RuleRow> rows) : rows_(rows) {}
    [[nodiscard]] std::optional<LengthRange> range_of(std::uint8_t type) const override {
        for (const RuleRow& row : rows_)
            if (row.type == type)
                return row.range;
        return std::nullopt;
    }

   private:
    std::span<const RuleRow> rows_;
};

}  // namespace sudare::ipc
