// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "protocol/core/result.h"

namespace sudare::bench {

// The screen of an Xvfb started with -fbdir: an XWD file that the server draws into, mapped read
// only. Looking at a pixel costs neither side a system call.
class Framebuffer {
   public:
    static Result<Framebuffer> open(const std::string& path);
    Framebuffer(Framebuffer&& other) noexcept;
    Framebuffer(const Framebuffer&) = delete;
    ~Framebuffer();

    // 0x00RRGGBB now. x and y must be on the screen.
    [[nodiscard]] std::uint32_t pixel(std::size_t x, std::size_t y) const;
    [[nodiscard]] std::size_t width() const { return width_; }
    [[nodiscard]] std::size_t height() const { return height_; }

   private:
    Framebuffer() = default;
    const volatile std::uint8_t* map_ = nullptr;
    std::size_t size_ = 0, offset_ = 0, stride_ = 0, width_ = 0, height_ = 0;
};

}  // namespace sudare::bench
