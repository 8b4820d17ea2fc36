// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "server/session/picture/video_encoder.h"

namespace sudare::picture {

// Chooses the quantizer of the next frame of one region, so that a frame takes its share of the
// link. VP9 roughly halves its bytes every ten steps of the 0..63 scale in the range that we use
// (reference/performance.md section 5.5: q 20 249 KiB, 36 150, 44 103).
class RateModel {
public:
    // target: bytes that this frame may take; pixels: how much of the region changed.
    [[nodiscard]] int quantizer(std::size_t target, std::size_t pixels, bool key_frame) const {
        const double expected = (key_frame ? key_bytes_per_pixel_ : bytes_per_pixel_) *
                                static_cast<double>(std::max<std::size_t>(pixels, 1));
        const double over =
            std::log2(expected / static_cast<double>(std::max<std::size_t>(target, 1)));
        const int q = kReference + static_cast<int>(std::lround(over * kStepsPerHalf));
        return std::clamp(q, kBest, VideoEncoder::kQuantizerMax);
    }

    // What a frame took at that quantizer, brought to the reference quantizer.
    void learn(int quantizer, std::size_t pixels, std::size_t bytes, bool key_frame) {
        if (pixels == 0)
            return;
        const double scale = std::exp2((quantizer - kReference) / kStepsPerHalf);
        const double sample = static_cast<double>(bytes) * scale / static_cast<double>(pixels);
        double& model = key_frame ? key_bytes_per_pixel_ : bytes_per_pixel_;
        model += (sample - model) / 4;
    }

private:
    static constexpr int kReference = 20;
    static constexpr int kBest = 12;  // better is not seen in motion; stills are repainted exactly
    static constexpr double kStepsPerHalf = 14.0;

    double key_bytes_per_pixel_ = 0.2;
    double bytes_per_pixel_ = 0.05;
};

}  // namespace sudare::picture
