// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <utility>

// A value from a peer that nobody has checked yet. It cannot be read by accident: the only ways
// out are a range check or a predicate. (Idea: the `untrusted_` prefix of the Qubes GUI daemon,
// made a type.)
namespace sudare {

template <typename T>
class Untrusted {
   public:
    constexpr Untrusted() = default;
    constexpr explicit Untrusted(T value) : value_(std::move(value)) {}

    // The value when low <= value <= high.
    [[nodiscard]] constexpr std::optional<T> within(const T& low, const T& high) const {
        if (value_ < low || high < value_)
            return std::nullopt;
        return value_;
    }

    // The value when the predicate holds.
    template <typename Predicate>
    [[nodiscard]] constexpr std::optional<T> when(Predicate&& holds) const {
        if (!holds(value_))
            return std::nullopt;
        return value_;
    }

    // The value when it is exactly this one.
    [[nodiscard]] constexpr bool equals(const T& expected) const { return value_ == expected; }

    // For logs, counters and echoes only: never for sizes, indices or decisions.
    [[nodiscard]] constexpr const T& unchecked() const { return value_; }

   private:
    T value_{};
};

}  // namespace sudare
