// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QRect>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "protocol/core/result.h"

namespace sudare::probe {

// The words of one line, taken from the left. Every error names the word that was found and what
// was expected in its place. The line must outlive the object.
class Words {
   public:
    explicit Words(std::string_view line);

    // `expected` describes the word for the error, as "a key".
    Result<std::string_view> word(const std::string& expected);
    Result<std::int64_t> number(const std::string& name, std::int64_t low, std::int64_t high);
    // All that is left, without the one space before it; never empty.
    Result<std::string_view> rest(const std::string& expected);
    Result<void> end() const;

    // X Y W H when at least four words are left, of the largest canvas.
    Result<std::optional<QRect>> area();

    [[nodiscard]] std::size_t left() const;
    [[nodiscard]] std::string_view peek() const;

   private:
    std::string_view rest_;
};

// The failure for a word that is none of what is expected.
tl::unexpected<Error> not_expected(std::string_view found, const std::string& expected);

}  // namespace sudare::probe
