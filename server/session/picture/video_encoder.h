// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "protocol/core/result.h"
#include "server/session/picture/framebuffer_view.h"

struct vpx_codec_ctx;
struct vpx_image;

namespace sudare::picture {

// The VP9 stream of one region. Its size never changes: another region is another encoder, which
// also keeps clear of libvpx's resize faults (reference/performance.md section 5.7). One thread.
class VideoEncoder {
public:
    static constexpr int kQuantizerMin = 4;   // libvpx's scale 0..63
    static constexpr int kQuantizerMax = 44;  // worse looks broken; fewer frames are better then

    // profile 0 is 4:2:0 and needs even sides, 1 is 4:4:4.
    static Result<VideoEncoder> create(const Rect& rect, std::uint8_t profile);

    struct Frame {
        std::span<const std::uint8_t> bytes;  // valid until the next call
        bool key_frame = false;
    };
    // `changed` lies inside the region and covers every pixel that differs from the call before;
    // the first frame is a key frame and takes all.
    Result<Frame> encode(const FramebufferView& frame, std::span<const Rect> changed,
                         int quantizer);

    [[nodiscard]] const Rect& rect() const { return rect_; }
    [[nodiscard]] bool started() const { return started_; }  // false: a key frame comes next
    [[nodiscard]] std::uint8_t profile() const { return profile_; }

private:
    struct ContextDeleter {
        void operator()(vpx_codec_ctx* context) const;
    };
    struct ImageDeleter {
        void operator()(vpx_image* image) const;
    };
    VideoEncoder(const Rect& rect, std::uint8_t profile) : rect_(rect), profile_(profile) {}

    Result<void> open();
    void convert(const FramebufferView& frame, const Rect& changed);
    Result<void> prepare(std::span<const Rect> changed, int quantizer);
    Result<Frame> take_packet();

    Rect rect_;
    std::uint8_t profile_;
    bool started_ = false;
    std::int64_t frames_ = 0;
    std::unique_ptr<vpx_codec_ctx, ContextDeleter> context_;
    std::unique_ptr<vpx_image, ImageDeleter> image_;
    std::vector<std::uint8_t> active_map_;  // one byte for each 16x16 block
};

}  // namespace sudare::picture
