// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "protocol/core/geometry.h"
#include "server/session/picture/framebuffer_view.h"

namespace sudare::picture {

// What the viewer's canvas will hold once it has applied everything that was sent. Damage is
// refined against it, so nothing is sent twice and nothing is lost, however updates were merged.
//
// A pixel whose top byte is zero is unknown: a lossy frame painted it. No framebuffer pixel has
// such a value, so comparison alone finds what must still be repainted exactly.
class Shadow {
public:
    explicit Shadow(Size size) : size_(size), pixels_(size.pixels(), kBlack) {}

    [[nodiscard]] Size size() const { return size_; }
    [[nodiscard]] const std::uint32_t* at(std::uint32_t x, std::uint32_t y) const {
        return pixels_.data() + std::size_t{y} * size_.width() + x;
    }

    void take(const FramebufferView& frame, const Rect& rect);  // sent exactly
    void forget(const Rect& rect);                              // sent lossily
    void scroll(const Rect& to, int dx, int dy);                // as wire::ScrollOp
    void clear();                                               // as a snapshot: black, known

private:
    static constexpr std::uint32_t kBlack = 0xFF000000;
    static constexpr std::uint32_t kUnknown = 0;

    std::uint32_t* row(std::uint32_t x, std::uint32_t y) {
        return pixels_.data() + std::size_t{y} * size_.width() + x;
    }

    Size size_;
    std::vector<std::uint32_t> pixels_;
};

}  // namespace sudare::picture
