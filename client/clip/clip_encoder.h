// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QImage>
#include <memory>

#include "client/clip/webm_file.h"

struct vpx_codec_ctx;
struct vpx_image;

namespace sudare::client {

// Pictures of one size to a WebM file: VP9 (profile 0, 4:2:0), of a quality at which small text
// stays readable, at times of their own. One thread; a picture takes some ten milliseconds.
class ClipEncoder {
public:
    // size: both sides even. Errors: as of WebmFile::create, and kSystem for the codec.
    static Result<ClipEncoder> create(const QString& path, QSize size, const QString& title);
    // Format_RGB32 of that size; times ascend, the first is 0. kBadInput: another size or format.
    Result<void> add(const QImage& picture, std::uint32_t at_ms);
    Result<void> finish(std::uint32_t end_ms);

private:
    struct ContextDeleter {
        void operator()(vpx_codec_ctx* context) const;
    };
    struct ImageDeleter {
        void operator()(vpx_image* image) const;
    };
    ClipEncoder(WebmFile file, QSize size) : file_(std::move(file)), size_(size) {}
    Result<void> open();
    Result<void> take_packets();

    WebmFile file_;
    QSize size_;
    std::unique_ptr<vpx_codec_ctx, ContextDeleter> context_;
    std::unique_ptr<vpx_image, ImageDeleter> image_;
};

}  // namespace sudare::client
