// SPDX-License-Identifier: Apache-2.0
// For tests: reads a WebM by Debian's libwebm, which shares no line with what writes it, decodes it
// by libvpx, and writes each picture as MS.ppm.
//   clip_reader FILE DIRECTORY
// Prints "TRACK codec width height", "FRAME ms key|delta", "CUE ms", "END duration title".
#include <libyuv/convert_argb.h>
#include <libyuv/convert_from.h>
#include <vpx/vp8dx.h>
#include <vpx/vpx_decoder.h>
#include <webm/callback.h>
#include <webm/file_reader.h>
#include <webm/status.h>
#include <webm/webm_parser.h>

#include <cinttypes>
#include <cstdio>
#include <string>
#include <vector>

namespace {

using webm::Status;

class Clip : public webm::Callback {
public:
    explicit Clip(std::string directory) : directory_(std::move(directory)) {
        vpx_codec_dec_init(&codec_, vpx_codec_vp9_dx(), nullptr, 0);
    }
    ~Clip() override { vpx_codec_destroy(&codec_); }
    Clip(const Clip&) = delete;
    Clip& operator=(const Clip&) = delete;

    Status OnInfo(const webm::ElementMetadata&, const webm::Info& info) override {
        duration_ = info.duration.value();
        title_ = info.title.value();
        return Status(Status::kOkCompleted);
    }
    Status OnTrackEntry(const webm::ElementMetadata&, const webm::TrackEntry& track) override {
        std::printf("TRACK %s %" PRIu64 " %" PRIu64 "\n", track.codec_id.value().c_str(),
                    track.video.value().pixel_width.value(),
                    track.video.value().pixel_height.value());
        return Status(Status::kOkCompleted);
    }
    Status OnClusterBegin(const webm::ElementMetadata&, const webm::Cluster& cluster,
                          webm::Action* action) override {
        cluster_ms_ = static_cast<long>(cluster.timecode.value());
        *action = webm::Action::kRead;
        return Status(Status::kOkCompleted);
    }
    Status OnSimpleBlockBegin(const webm::ElementMetadata&, const webm::SimpleBlock& block,
                              webm::Action* action) override {
        at_ms_ = cluster_ms_ + block.timecode;
        std::printf("FRAME %ld %s\n", at_ms_, block.is_key_frame ? "key" : "delta");
        *action = webm::Action::kRead;
        return Status(Status::kOkCompleted);
    }
    Status OnFrame(const webm::FrameMetadata&, webm::Reader* reader, std::uint64_t* left) override {
        while (*left > 0) {
            std::uint8_t piece[4096];
            std::uint64_t got = 0;
            const Status status =
                reader->Read(std::min<std::uint64_t>(sizeof piece, *left), piece, &got);
            frame_.insert(frame_.end(), piece, piece + got);
            *left -= got;
            if (!status.ok() && status.code != Status::kOkPartial)
                return status;
        }
        show();
        frame_.clear();
        return Status(Status::kOkCompleted);
    }
    Status OnCuePoint(const webm::ElementMetadata&, const webm::CuePoint& cue) override {
        std::printf("CUE %" PRIu64 "\n", cue.time.value());
        return Status(Status::kOkCompleted);
    }
    void end() const { std::printf("END %.0f %s\n", duration_, title_.c_str()); }

private:
    void show() {
        if (vpx_codec_decode(&codec_, frame_.data(), static_cast<unsigned>(frame_.size()), nullptr,
                             0) != VPX_CODEC_OK) {
            std::printf("BAD FRAME %ld\n", at_ms_);
            return;
        }
        vpx_codec_iter_t iterator = nullptr;
        while (const vpx_image_t* image = vpx_codec_get_frame(&codec_, &iterator))
            save(*image);
    }
    void save(const vpx_image_t& image) const {
        const int width = static_cast<int>(image.d_w), height = static_cast<int>(image.d_h);
        std::vector<std::uint8_t> rgb(static_cast<std::size_t>(width) *
                                      static_cast<std::size_t>(height) * 3);
        libyuv::I420ToRAW(image.planes[0], image.stride[0], image.planes[1], image.stride[1],
                          image.planes[2], image.stride[2], rgb.data(), width * 3, width, height);
        std::FILE* out =
            std::fopen((directory_ + "/" + std::to_string(at_ms_) + ".ppm").c_str(), "wb");
        if (out == nullptr)
            return;
        std::fprintf(out, "P6\n%d %d\n255\n", width, height);
        std::fwrite(rgb.data(), 1, rgb.size(), out);
        std::fclose(out);
    }

    std::string directory_, title_;
    vpx_codec_ctx_t codec_{};
    std::vector<std::uint8_t> frame_;
    double duration_ = 0;
    long cluster_ms_ = 0, at_ms_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
    std::FILE* file = argc == 3 ? std::fopen(argv[1], "rb") : nullptr;
    if (file == nullptr)
        return 2;
    webm::FileReader reader(file);
    Clip clip(argv[2]);
    webm::WebmParser parser;
    const Status status = parser.Feed(&clip, &reader);
    clip.end();
    return status.completed_ok() ? 0 : 1;
}
