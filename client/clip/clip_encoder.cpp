// SPDX-License-Identifier: Apache-2.0
#include "client/clip/clip_encoder.h"

#include <libyuv/convert_from_argb.h>
#include <vpx/vp8cx.h>
#include <vpx/vpx_encoder.h>

#include <algorithm>

namespace sudare::client {
namespace {

constexpr int kQuality = 14;         // of 0 (best) to 63
constexpr unsigned kKeyEvery = 100;  // pictures at most
constexpr int kSpeed = 6;

vpx_codec_enc_cfg_t configuration(QSize size) {
    vpx_codec_enc_cfg_t config{};
    vpx_codec_enc_config_default(vpx_codec_vp9_cx(), &config, 0);
    config.g_w = static_cast<unsigned>(size.width());
    config.g_h = static_cast<unsigned>(size.height());
    config.g_timebase = {1, 1000};
    config.g_threads = 2;
    config.g_lag_in_frames = 0;  // each picture comes out as it goes in
    config.rc_end_usage = VPX_Q;
    config.kf_max_dist = kKeyEvery;
    return config;
}

tl::unexpected<Error> refused(const char* what) {
    return fail(Errc::kSystem, std::string("libvpx: ") + what);
}

}  // namespace

void ClipEncoder::ContextDeleter::operator()(vpx_codec_ctx* context) const {
    vpx_codec_destroy(context);
    delete context;
}
void ClipEncoder::ImageDeleter::operator()(vpx_image* image) const {
    vpx_img_free(image);
}

Result<ClipEncoder> ClipEncoder::create(const QString& path, QSize size, const QString& title) {
    if (size.isEmpty() || size.width() % 2 != 0 || size.height() % 2 != 0)
        return fail(Errc::kBadInput, "a clip's sides are even");
    SUDARE_TRY(WebmFile file, WebmFile::create(path, size, title));
    ClipEncoder encoder(std::move(file), size);
    SUDARE_CHECK(encoder.open());
    return encoder;
}

Result<void> ClipEncoder::open() {
    const auto config = configuration(size_);
    auto context = std::make_unique<vpx_codec_ctx>();
    if (vpx_codec_enc_init(context.get(), vpx_codec_vp9_cx(), &config, 0) != VPX_CODEC_OK)
        return refused("vpx_codec_enc_init");
    context_.reset(context.release());
    const std::pair<int, int> controls[] = {{VP8E_SET_CQ_LEVEL, kQuality},
                                            {VP8E_SET_CPUUSED, kSpeed},
                                            {VP9E_SET_TUNE_CONTENT, VP9E_CONTENT_SCREEN},
                                            {VP8E_SET_ENABLEAUTOALTREF, 0},
                                            {VP9E_SET_ROW_MT, 1},
                                            {VP9E_SET_COLOR_SPACE, VPX_CS_BT_601},
                                            {VP9E_SET_COLOR_RANGE, VPX_CR_STUDIO_RANGE}};
    for (const auto& [id, value] : controls)
        if (vpx_codec_control_(context_.get(), id, value) != VPX_CODEC_OK)
            return refused("control");
    image_.reset(vpx_img_alloc(nullptr, VPX_IMG_FMT_I420, config.g_w, config.g_h, 32));
    return image_ ? Result<void>() : refused("vpx_img_alloc");
}

Result<void> ClipEncoder::add(const QImage& picture, std::uint32_t at_ms) {
    if (picture.size() != size_ || picture.format() != QImage::Format_RGB32)
        return fail(Errc::kBadInput, "a picture of another size or format than the clip's");
    libyuv::ARGBToI420(
        picture.constBits(), static_cast<int>(picture.bytesPerLine()), image_->planes[VPX_PLANE_Y],
        image_->stride[VPX_PLANE_Y], image_->planes[VPX_PLANE_U], image_->stride[VPX_PLANE_U],
        image_->planes[VPX_PLANE_V], image_->stride[VPX_PLANE_V], size_.width(), size_.height());
    if (vpx_codec_encode(context_.get(), image_.get(), at_ms, 1, 0, VPX_DL_GOOD_QUALITY) !=
        VPX_CODEC_OK)
        return refused(vpx_codec_error_detail(context_.get()) != nullptr
                           ? vpx_codec_error_detail(context_.get())
                           : "vpx_codec_encode");
    return take_packets();
}

Result<void> ClipEncoder::take_packets() {
    vpx_codec_iter_t iterator = nullptr;
    while (const auto* packet = vpx_codec_get_cx_data(context_.get(), &iterator)) {
        if (packet->kind != VPX_CODEC_CX_FRAME_PKT)
            continue;
        const auto& frame = packet->data.frame;
        SUDARE_CHECK(file_.add({static_cast<const std::uint8_t*>(frame.buf), frame.sz},
                               static_cast<std::uint32_t>(frame.pts),
                               (frame.flags & VPX_FRAME_IS_KEY) != 0));
    }
    return {};
}

Result<void> ClipEncoder::finish(std::uint32_t end_ms) {
    if (vpx_codec_encode(context_.get(), nullptr, 0, 1, 0, VPX_DL_GOOD_QUALITY) != VPX_CODEC_OK)
        return refused("the end");
    SUDARE_CHECK(take_packets());
    return file_.finish(end_ms);
}

}  // namespace sudare::client
