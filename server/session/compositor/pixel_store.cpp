// SPDX-License-Identifier: Apache-2.0
#include "server/session/compositor/pixel_store.h"

#include <wayland-server-core.h>
#include <wayland-server-protocol.h>

#include <cstdint>

#include "server/session/compositor/compositor_limits.h"

namespace sudare::compositor {
namespace {

std::size_t area(const Box& box) {
    return static_cast<std::size_t>(box.width) * static_cast<std::size_t>(box.height);
}

}  // namespace

Result<BufferInfo> inspect_buffer(wl_resource* buffer) {
    wl_shm_buffer* shm = wl_shm_buffer_get(buffer);
    if (!shm)
        return fail(Errc::kBadInput, "buffer is not shared memory");
    BufferInfo info{wl_shm_buffer_get_width(shm), wl_shm_buffer_get_height(shm), false};
    const std::uint32_t format = wl_shm_buffer_get_format(shm);
    if (format != WL_SHM_FORMAT_ARGB8888 && format != WL_SHM_FORMAT_XRGB8888)
        return fail(Errc::kBadInput, "buffer format");
    info.opaque = format == WL_SHM_FORMAT_XRGB8888;
    if (info.width <= 0 || info.height <= 0 || info.width > kBufferSideMax ||
        info.height > kBufferSideMax)
        return fail(Errc::kLimit, "buffer size");
    // libwayland checks stride >= width and that stride * height lies in the pool, but it knows
    // nothing of four bytes per pixel: the last row could end beyond the pool.
    const std::int32_t stride = wl_shm_buffer_get_stride(shm);
    if (stride < info.width * 4 || stride % 4 != 0 ||
        reinterpret_cast<std::uintptr_t>(wl_shm_buffer_get_data(shm)) % 4 != 0)
        return fail(Errc::kBadInput, "buffer stride");
    return info;
}

Result<std::unique_ptr<PixelStore>> PixelStore::create(PixelBudget& budget, std::int32_t width,
                                                       std::int32_t height) {
    const Box box{0, 0, width, height};
    if (budget.used + area(box) > kStoredPixelsMax)
        return fail(Errc::kLimit, "stored pixels of all surfaces");
    PixmanImage argb(pixman_image_create_bits(PIXMAN_a8r8g8b8, width, height, nullptr, 0));
    if (!argb)
        return fail(Errc::kSystem, "pixman_image_create_bits");
    PixmanImage xrgb(pixman_image_create_bits(PIXMAN_x8r8g8b8, width, height,
                                              pixman_image_get_data(argb.get()),
                                              pixman_image_get_stride(argb.get())));
    if (!xrgb)
        return fail(Errc::kSystem, "pixman_image_create_bits");
    return std::unique_ptr<PixelStore>(
        new PixelStore(budget, std::move(argb), std::move(xrgb), box));
}

PixelStore::PixelStore(PixelBudget& budget, PixmanImage argb, PixmanImage xrgb, Box box)
    : budget_(budget), argb_(std::move(argb)), xrgb_(std::move(xrgb)), box_(box) {
    budget_.used += area(box_);
}

PixelStore::~PixelStore() {
    budget_.used -= area(box_);
}

void PixelStore::copy_from(wl_resource* buffer, const BufferInfo& info, const Region& damage) {
    wl_shm_buffer* shm = wl_shm_buffer_get(buffer);
    wl_shm_buffer_begin_access(shm);  // SIGBUS guard
    PixmanImage source(pixman_image_create_bits(
        info.opaque ? PIXMAN_x8r8g8b8 : PIXMAN_a8r8g8b8, info.width, info.height,
        static_cast<std::uint32_t*>(wl_shm_buffer_get_data(shm)), wl_shm_buffer_get_stride(shm)));
    if (source) {
        for (const pixman_box32_t& box : damage.boxes())
            pixman_image_composite32(PIXMAN_OP_SRC, source.get(), nullptr, argb_.get(), box.x1,
                                     box.y1, 0, 0, box.x1, box.y1, box.x2 - box.x1,
                                     box.y2 - box.y1);
    }
    source.reset();
    wl_shm_buffer_end_access(shm);
}

}  // namespace sudare::compositor
