// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pixman.h>

#include <cstddef>
#include <cstdint>
#include <memory>

#include "protocol/core/result.h"
#include "server/session/compositor/region.h"

struct wl_resource;

namespace sudare::compositor {

struct PixmanImageDeleter {
    void operator()(pixman_image_t* image) const { pixman_image_unref(image); }
};
using PixmanImage = std::unique_ptr<pixman_image_t, PixmanImageDeleter>;

// What a wl_shm buffer says of itself, checked.
struct BufferInfo {
    std::int32_t width = 0;
    std::int32_t height = 0;
    bool opaque = false;  // XRGB: alpha is to be ignored
};

// kBadInput when it is no wl_shm buffer, too large, of an unknown format, or its rows overlap.
Result<BufferInfo> inspect_buffer(wl_resource* buffer);

// What all stores of one client take together.
struct PixelBudget {
    std::size_t used = 0;  // pixels, at most kStoredPixelsMax
};

// Our own copy of what one surface shows: premultiplied ARGB. A copy, because the browser may
// change or truncate its pool at any time, and because it gets the buffer back at once.
class PixelStore {
   public:
    // Zeroed, which is transparent. kLimit when the budget, which must outlive it, is used up.
    static Result<std::unique_ptr<PixelStore>> create(PixelBudget& budget, std::int32_t width,
                                                      std::int32_t height);
    ~PixelStore();
    PixelStore(const PixelStore&) = delete;
    PixelStore& operator=(const PixelStore&) = delete;

    // Copies `damage` (buffer pixels) from a buffer of the same size. A pool that was truncated
    // under us reads as zeroes; libwayland then disconnects the client.
    void copy_from(wl_resource* buffer, const BufferInfo& info, const Region& damage);

    [[nodiscard]] std::int32_t width() const { return box_.width; }
    [[nodiscard]] std::int32_t height() const { return box_.height; }
    [[nodiscard]] Box box() const { return box_; }
    // The same pixels, with alpha and with alpha ignored.
    [[nodiscard]] pixman_image_t* argb() const { return argb_.get(); }
    [[nodiscard]] pixman_image_t* xrgb() const { return xrgb_.get(); }

   private:
    PixelStore(PixelBudget& budget, PixmanImage argb, PixmanImage xrgb, Box box);
    PixelBudget& budget_;
    PixmanImage argb_;
    PixmanImage xrgb_;  // a second view of argb_'s memory
    Box box_;
};

}  // namespace sudare::compositor
