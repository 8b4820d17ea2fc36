// SPDX-License-Identifier: Apache-2.0
#include "server/session/picture/video_encoder.h"

#include <libyuv/convert_from_argb.h>
#include <vpx/vp8cx.h>
#include <vpx/vpx_encoder.h>

#include <algorithm>
#include <array>
#include <bit>

namespace sudare::picture {
namespace {

constexpr std::uint32_t kBlock = 16;
// The loop filter reaches this far out of a changed block (reference/performance.md section 5.2).
constexpr std::uint32_t kFilterReach = 8;
constexpr int kFramesPerSecond = 30;          // libvpx only scales its buffers by it; q is ours
constexpr unsigned kTargetKilobits = 20'000;  // far above, so that it never drops a frame

// Speed by how much changed: 7 makes the smallest frames, 9 is the only one fast enough for a
// whole screen (reference/performance.md section 5.1).
int speed_for(std::size_t changed, std::size_t all) {
    if (changed * 20 < all)
        return 7;
    return changed * 2 < all ? 8 : 9;
}

vpx_codec_enc_cfg_t configuration(const Rect& rect, std::uint8_t profile) {
    vpx_codec_enc_cfg_t config{};
    vpx_codec_enc_config_default(vpx_codec_vp9_cx(), &config, 0);
    config.g_w = rect.width();
    config.g_h = rect.height();
    config.g_profile = profile;
    config.g_timebase = {1, kFramesPerSecond};
    config.g_threads = 1;
    config.g_pass = VPX_RC_ONE_PASS;
    config.g_lag_in_frames = 0;
    config.g_error_resilient = 0;
    config.rc_end_usage = VPX_CBR;
    config.rc_target_bitrate = kTargetKilobits;
    config.rc_dropframe_thresh = 0;
    config.rc_resize_allowed = 0;
    config.rc_buf_initial_sz = 500;
    config.rc_buf_optimal_sz = 600;
    config.rc_buf_sz = 1000;
    config.kf_mode = VPX_KF_DISABLED;
    return config;
}

// libyuv converts to 4:4:4 in studio range only.
constexpr vpx_color_range_t range_of(std::uint8_t profile) {
    return profile == 1 ? VPX_CR_STUDIO_RANGE : VPX_CR_FULL_RANGE;
}

Result<void> set_controls(vpx_codec_ctx* context, const Rect& rect, std::uint8_t profile) {
    const int tiles = std::bit_width(rect.width() / 256U) - 1;  // a tile needs 256 columns
    const struct {
        int id;
        int value;
    } controls[] = {
        {VP8E_SET_CPUUSED, 9},
        {VP9E_SET_TUNE_CONTENT, VP9E_CONTENT_SCREEN},
        {VP9E_SET_AQ_MODE, 0},
        {VP8E_SET_STATIC_THRESHOLD, 1},
        {VP9E_SET_FRAME_PARALLEL_DECODING, 0},
        {VP9E_SET_TILE_COLUMNS, std::clamp(tiles, 0, 2)},
        {VP9E_SET_ROW_MT, 0},
        {VP9E_SET_NOISE_SENSITIVITY, 0},
        {VP8E_SET_ENABLEAUTOALTREF, 0},
        {VP9E_SET_DISABLE_OVERSHOOT_MAXQ_CBR, 1},
        {VP9E_SET_COLOR_SPACE, VPX_CS_BT_601},
        {VP9E_SET_COLOR_RANGE, range_of(profile)},
    };
    for (const auto& control : controls)
        if (vpx_codec_control_(context, control.id, control.value) != VPX_CODEC_OK)
            return fail(Errc::kSystem, "vpx control " + std::to_string(control.id));
    return {};
}

}  // namespace

void VideoEncoder::ContextDeleter::operator()(vpx_codec_ctx* context) const {
    vpx_codec_destroy(context);
    delete context;
}

void VideoEncoder::ImageDeleter::operator()(vpx_image* image) const {
    vpx_img_free(image);
}

Result<VideoEncoder> VideoEncoder::create(const Rect& rect, std::uint8_t profile) {
    if (profile == 0 && (rect.width() % 2 != 0 || rect.height() % 2 != 0))
        return fail(Errc::kBadInput, "a 4:2:0 region needs even sides");
    VideoEncoder encoder(rect, profile);
    SUDARE_CHECK(encoder.open());
    return encoder;
}

Result<void> VideoEncoder::open() {
    const auto config = configuration(rect_, profile_);
    auto context = std::make_unique<vpx_codec_ctx>();
    if (vpx_codec_enc_init(context.get(), vpx_codec_vp9_cx(), &config, 0) != VPX_CODEC_OK)
        return fail(Errc::kSystem, "vpx_codec_enc_init");
    context_.reset(context.release());
    SUDARE_CHECK(set_controls(context_.get(), rect_, profile_));
    const vpx_img_fmt_t format = profile_ == 1 ? VPX_IMG_FMT_I444 : VPX_IMG_FMT_I420;
    image_.reset(vpx_img_alloc(nullptr, format, rect_.width(), rect_.height(), 32));
    if (!image_)
        return fail(Errc::kSystem, "vpx_img_alloc");
    image_->range = range_of(profile_);
    image_->cs = VPX_CS_BT_601;
    active_map_.resize(std::size_t{(rect_.width() + kBlock - 1) / kBlock} *
                       ((rect_.height() + kBlock - 1) / kBlock));
    return {};
}

// Only what changed, on even coordinates of the region, so that chroma samples stay whole.
void VideoEncoder::convert(const FramebufferView& frame, const Rect& changed) {
    const std::uint32_t x = (changed.x() - rect_.x()) & ~1U;
    const std::uint32_t y = (changed.y() - rect_.y()) & ~1U;
    const std::uint32_t right =
        std::min<std::uint32_t>((changed.right() - rect_.x() + 1U) & ~1U, rect_.width());
    const std::uint32_t bottom =
        std::min<std::uint32_t>((changed.bottom() - rect_.y() + 1U) & ~1U, rect_.height());
    const unsigned shift = profile_ == 1 ? 0 : 1;
    const auto plane = [&](int which, unsigned by) {
        return image_->planes[which] + (y >> by) * static_cast<unsigned>(image_->stride[which]) +
               (x >> by);
    };
    const auto* source =
        reinterpret_cast<const std::uint8_t*>(frame.at(rect_.x() + x, rect_.y() + y));
    const auto convert = profile_ == 1 ? libyuv::ARGBToI444 : libyuv::ARGBToJ420;
    convert(source, static_cast<int>(frame.stride * 4), plane(VPX_PLANE_Y, 0),
            image_->stride[VPX_PLANE_Y], plane(VPX_PLANE_U, shift), image_->stride[VPX_PLANE_U],
            plane(VPX_PLANE_V, shift), image_->stride[VPX_PLANE_V], static_cast<int>(right - x),
            static_cast<int>(bottom - y));
}

// The map counts for one frame only; libvpx ignores it on key frames.
Result<void> VideoEncoder::prepare(std::span<const Rect> changed, int quantizer) {
    const std::uint32_t columns = (rect_.width() + kBlock - 1U) / kBlock;
    const std::uint32_t rows = (rect_.height() + kBlock - 1U) / kBlock;
    std::fill(active_map_.begin(), active_map_.end(), std::uint8_t{0});
    std::size_t pixels = 0;
    for (const Rect& rect : changed) {
        pixels += rect.pixels();
        const std::uint32_t left = rect.x() - rect_.x();
        const std::uint32_t top = rect.y() - rect_.y();
        const std::uint32_t first_column = (left - std::min(left, kFilterReach)) / kBlock;
        const std::uint32_t last_column =
            std::min((rect.right() - rect_.x() + kFilterReach - 1) / kBlock, columns - 1);
        const std::uint32_t first_row = (top - std::min(top, kFilterReach)) / kBlock;
        const std::uint32_t last_row =
            std::min((rect.bottom() - rect_.y() + kFilterReach - 1) / kBlock, rows - 1);
        for (std::uint32_t row = first_row; row <= last_row; ++row)
            for (std::uint32_t column = first_column; column <= last_column; ++column)
                active_map_[row * columns + column] = 1;
    }
    vpx_active_map_t map{active_map_.data(), rows, columns};
    auto config = configuration(rect_, profile_);
    config.rc_min_quantizer = config.rc_max_quantizer =
        static_cast<unsigned>(std::clamp(quantizer, kQuantizerMin, kQuantizerMax));
    if (vpx_codec_enc_config_set(context_.get(), &config) != VPX_CODEC_OK ||
        vpx_codec_control(context_.get(), VP8E_SET_CPUUSED, speed_for(pixels, rect_.pixels())) !=
            VPX_CODEC_OK ||
        vpx_codec_control(context_.get(), VP8E_SET_ACTIVEMAP, &map) != VPX_CODEC_OK)
        return fail(Errc::kSystem, "vpx configuration");
    return {};
}

Result<VideoEncoder::Frame> VideoEncoder::encode(const FramebufferView& frame,
                                                 std::span<const Rect> changed, int quantizer) {
    const std::array<Rect, 1> everything{rect_};
    if (!started_)
        changed = everything;
    for (const Rect& rect : changed)
        convert(frame, rect);
    SUDARE_CHECK(prepare(changed, quantizer));
    const vpx_enc_frame_flags_t flags = started_ ? 0 : VPX_EFLAG_FORCE_KF;
    if (vpx_codec_encode(context_.get(), image_.get(), frames_++, 1, flags, VPX_DL_REALTIME) !=
        VPX_CODEC_OK)
        return fail(Errc::kSystem, "vpx_codec_encode");
    started_ = true;
    return take_packet();
}

Result<VideoEncoder::Frame> VideoEncoder::take_packet() {
    vpx_codec_iter_t iterator = nullptr;
    while (const vpx_codec_cx_pkt_t* packet = vpx_codec_get_cx_data(context_.get(), &iterator))
        if (packet->kind == VPX_CODEC_CX_FRAME_PKT)
            return Frame{
                {static_cast<const std::uint8_t*>(packet->data.frame.buf), packet->data.frame.sz},
                (packet->data.frame.flags & VPX_FRAME_IS_KEY) != 0};
    return fail(Errc::kSystem, "libvpx made no frame");
}

}  // namespace sudare::picture
