// SPDX-License-Identifier: Apache-2.0
#include "client/decoder/video_decoder.h"

#include <libyuv/convert_argb.h>
#include <vpx/vp8dx.h>
#include <vpx/vpx_decoder.h>

#include <array>
#include <span>

namespace sudare::decoder {
namespace {

// A superframe index for one frame (VP9 specification, annex B): marker, size, marker. libvpx
// would otherwise take bytes after the frame for a further frame, which no gate has seen.
void wrap(std::span<const std::uint8_t> frame, std::vector<std::uint8_t>& packet) {
    constexpr std::uint8_t kMarker = 0xC0 | (4 - 1) << 3 | (1 - 1);  // four size bytes, one frame
    packet.assign(frame.begin(), frame.end());
    packet.push_back(kMarker);
    for (unsigned i = 0; i < 4; ++i)
        packet.push_back(static_cast<std::uint8_t>(frame.size() >> (8 * i)));
    packet.push_back(kMarker);
}

Result<const vpx_image_t*> decode(vpx_codec_ctx* context, std::span<const std::uint8_t> packet) {
    if (vpx_codec_decode(context, packet.data(), static_cast<unsigned>(packet.size()), nullptr,
                         0) != VPX_CODEC_OK)
        return fail(Errc::kBadInput, "video: libvpx refused the frame");
    vpx_codec_iter_t iterator = nullptr;
    const vpx_image_t* image = vpx_codec_get_frame(context, &iterator);
    if (image == nullptr)
        return fail(Errc::kBadInput, "video: no picture in the frame");
    return image;
}

// BT.601; full range for 4:2:0, studio range for 4:4:4, for which libyuv has no full-range encoder
// side (video_encoder.cpp does the reverse).
void paint(const vpx_image_t& image, const Rect& rect, const Canvas& canvas) {
    const auto convert = image.fmt == VPX_IMG_FMT_I444 ? libyuv::I444ToARGB : libyuv::J420ToARGB;
    convert(image.planes[VPX_PLANE_Y], image.stride[VPX_PLANE_Y], image.planes[VPX_PLANE_U],
            image.stride[VPX_PLANE_U], image.planes[VPX_PLANE_V], image.stride[VPX_PLANE_V],
            reinterpret_cast<std::uint8_t*>(canvas.at(rect.x(), rect.y())),
            static_cast<int>(canvas.stride_bytes()), rect.width(), rect.height());
}

}  // namespace

void VideoDecoder::ContextDeleter::operator()(vpx_codec_ctx* context) const {
    vpx_codec_destroy(context);
    delete context;
}

void VideoDecoder::reset() {
    context_.reset();
    shape_.reset();
}

Result<void> VideoDecoder::prepare(const Shape& shape) {
    if (shape_ == shape)
        return {};
    reset();  // the old one first: two of the largest size do not fit into the sandbox's memory
    auto context = std::make_unique<vpx_codec_ctx>();
    vpx_codec_dec_cfg_t config{};
    config.threads = 1;
    if (vpx_codec_dec_init(context.get(), vpx_codec_vp9_dx(), &config, 0) != VPX_CODEC_OK)
        return fail(Errc::kSystem, "vpx_codec_dec_init");
    context_.reset(context.release());
    shape_ = shape;
    ++contexts_made_;
    return {};
}

Result<void> VideoDecoder::apply(const wire::VideoOp& op, const Canvas& canvas) {
    SUDARE_CHECK(prepare({op.profile, op.rect.width(), op.rect.height()}));
    wrap(op.frame, packet_);
    SUDARE_TRY(const vpx_image_t* image, decode(context_.get(), packet_));
    const vpx_img_fmt_t expected = op.profile == 1 ? VPX_IMG_FMT_I444 : VPX_IMG_FMT_I420;
    if (image->fmt != expected || image->bit_depth != 8 || image->d_w != op.rect.width() ||
        image->d_h != op.rect.height())
        return fail(Errc::kBadInput, "video: the picture is not what its header said");
    paint(*image, op.rect, canvas);
    return {};
}

}  // namespace sudare::decoder
