// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

// The median predictor of LOCO-I (Weinberger, Seroussi, Sapiro, 1996; JPEG-LS uses it too), on
// one plane of bytes, modulo 256. Pixels outside the rectangle count as zero. Encoder and decoder
// must agree to the bit, so both sides live here.
namespace sudare {

constexpr std::uint8_t median_prediction(std::uint8_t left, std::uint8_t up, std::uint8_t up_left) {
    const auto [low, high] = std::minmax(left, up);
    if (up_left >= high)
        return low;
    if (up_left <= low)
        return high;
    return static_cast<std::uint8_t>(left + up - up_left);
}

// Writes row - prediction; above is the row before it (zeroes for the first).
inline void predict_row(std::span<const std::uint8_t> row, std::span<const std::uint8_t> above,
                        std::uint8_t* residuals) {
    std::uint8_t left = 0;
    std::uint8_t up_left = 0;
    for (std::size_t x = 0; x < row.size(); ++x) {
        residuals[x] =
            static_cast<std::uint8_t>(row[x] - median_prediction(left, above[x], up_left));
        left = row[x];
        up_left = above[x];
    }
}

// The reverse: line holds the row above and is replaced by the row.
inline void unpredict_row(const std::uint8_t* residuals, std::span<std::uint8_t> line) {
    std::uint8_t left = 0;
    std::uint8_t up_left = 0;
    for (std::size_t x = 0; x < line.size(); ++x) {
        const std::uint8_t up = line[x];
        line[x] = static_cast<std::uint8_t>(residuals[x] + median_prediction(left, up, up_left));
        left = line[x];
        up_left = up;
    }
}

}  // namespace sudare
