// SPDX-License-Identifier: Apache-2.0
// The encoder pipeline and the decoder over pages as Chromium drew them, beside zstd -3 over the
// same raw pixels (the bound that issue 2 names). Counters: bytes a change; of_zstd: bytes
// relative to zstd -3 over the page or over the new strip; zstd_ms: time of that; cpu_ms: of the
// session for one change; decode_ms: of the viewer. Pictures: capture_pages.py.
#include <benchmark/benchmark.h>
#include <zstd.h>

#include <chrono>
#include <cstdlib>
#include <cstring>
#include <map>

#include "client/decoder/canvas_decoder.h"
#include "server/session/picture/pipeline.h"
#include "tests/bench/picture/page_picture.h"

namespace sudare::bench {
namespace {

using picture::FramebufferView;

constexpr std::uint32_t kWidth = 1920, kHeight = 1080;
const Size kScreen = *Size::make(kWidth, kHeight);

const PagePicture* page(const std::string& name) {
    static std::map<std::string, std::optional<PagePicture>> pages;
    const char* folder = std::getenv("SUDARE_PAGES");
    const auto [place, fresh] = pages.try_emplace(name);
    if (fresh)
        place->second = load_page(std::string(folder != nullptr ? folder : ".") + "/" + name + ".png");
    return place->second ? &*place->second : nullptr;
}

// What the viewer would do, timed apart.
class Viewer : public picture::Output {
   public:
    Viewer()
        : memory_(std::size_t{limits::kWidthMax} * limits::kHeightMax),
          decoder_(*decoder::CanvasDecoder::create(memory_)) {}

    void send(std::span<const std::uint8_t> payload) override {
        updates_.emplace_back(payload.begin(), payload.end());
    }
    void set_frame_gate(bool) override {}
    bool socket_drained() override { return true; }

    // Applies what came and acknowledges it; false when the picture is not exact afterwards.
    bool apply(picture::Pipeline& pipeline, const FramebufferView& frame) {
        while (!updates_.empty()) {
            const auto updates = std::exchange(updates_, {});
            const auto start = std::chrono::steady_clock::now();
            std::uint32_t sequence = 0;
            for (const auto& update : updates) {
                bytes += update.size();
                const auto header = decoder_.apply(update);
                if (!header)
                    return false;
                sequence = header->sequence;
            }
            decoding += std::chrono::steady_clock::now() - start;
            pipeline.on_ack(sequence, 0, 0);
        }
        for (std::uint32_t y = 0; y < kHeight; ++y)
            if (std::memcmp(decoder_.canvas()->at(0, y), frame.at(0, y), kWidth * 4) != 0)
                return false;
        return true;
    }

    std::size_t bytes = 0;
    std::chrono::duration<double, std::milli> decoding{0};

   private:
    std::vector<std::uint32_t> memory_;
    decoder::CanvasDecoder decoder_;
    std::vector<std::vector<std::uint8_t>> updates_;
};

struct Bound {
    std::size_t bytes = 0;
    std::chrono::duration<double, std::milli> time{0};
};

// zstd -3 over the raw pixels, with one context as we have one.
void add_zstd(const PagePicture& picture, std::uint32_t y, std::uint32_t rows, Bound& bound) {
    static ZSTD_CCtx* const context = ZSTD_createCCtx();
    std::vector<std::uint8_t> raw;
    raw.reserve(std::size_t{3} * rows * kWidth);
    for (std::size_t i = std::size_t{y} * kWidth; i < std::size_t{y + rows} * kWidth; ++i)
        for (int shift = 0; shift < 24; shift += 8)
            raw.push_back(static_cast<std::uint8_t>(picture.pixels[i] >> shift));
    std::vector<std::uint8_t> out(ZSTD_compressBound(raw.size()));
    const auto start = std::chrono::steady_clock::now();
    bound.bytes +=
        ZSTD_compressCCtx(context, out.data(), out.size(), raw.data(), raw.size(), 3);
    bound.time += std::chrono::steady_clock::now() - start;
}

double cpu_ms(const picture::Stats& stats) {
    std::chrono::duration<double, std::milli> sum{0};
    for (const auto& stage : stats.stages)
        sum += stage.cpu;
    return sum.count();
}

FramebufferView view_of(const PagePicture& picture, std::uint32_t y) {
    return {picture.pixels.data() + std::size_t{y} * kWidth, kWidth, kScreen};
}

void report(benchmark::State& state, const Viewer& viewer, double cpu, const Bound& bound) {
    const auto changes = static_cast<double>(state.iterations());
    state.counters["bytes"] = static_cast<double>(viewer.bytes) / changes;
    state.counters["of_zstd"] = static_cast<double>(viewer.bytes) / static_cast<double>(bound.bytes);
    state.counters["zstd_ms"] = bound.time.count() / changes;
    state.counters["cpu_ms"] = cpu / changes;
    state.counters["decode_ms"] = viewer.decoding.count() / changes;
}

// Another page: the whole screen changes, page by page down the picture.
void page_change(benchmark::State& state, const std::string& name) {
    const PagePicture* picture = page(name);
    if (picture == nullptr || picture->width != kWidth || picture->height < 2 * kHeight)
        return state.SkipWithError("no picture: run capture_pages.py and set SUDARE_PAGES");
    Viewer viewer;
    picture::Settings settings;
    settings.video = false;  // what exactness costs; video has its own figures
    auto pipeline = *picture::Pipeline::create(kScreen, settings, viewer);
    Bound bound;
    std::uint32_t y = 0;
    for (auto _ : state) {
        const FramebufferView frame = view_of(*picture, y);
        pipeline->on_damage(frame, Rect::whole(kScreen));
        state.PauseTiming();
        if (!viewer.apply(*pipeline, frame))
            return state.SkipWithError("not exact");
        add_zstd(*picture, y, kHeight, bound);
        y = (y + kHeight) % (picture->height - kHeight + 1);
        state.ResumeTiming();
    }
    report(state, viewer, cpu_ms(pipeline->stats()), bound);
}

// 40 pixels down, the browser reporting the whole screen as it does.
void scroll_step(benchmark::State& state, const std::string& name) {
    constexpr std::uint32_t kStep = 40;
    const PagePicture* picture = page(name);
    if (picture == nullptr || picture->width != kWidth || picture->height < 2 * kHeight)
        return state.SkipWithError("no picture: run capture_pages.py and set SUDARE_PAGES");
    Viewer viewer;
    picture::Settings settings;
    settings.video = false;
    auto pipeline = *picture::Pipeline::create(kScreen, settings, viewer);
    std::uint32_t y = 0;
    pipeline->on_damage(view_of(*picture, y), Rect::whole(kScreen));
    viewer.apply(*pipeline, view_of(*picture, y));
    viewer.bytes = 0;
    viewer.decoding = {};
    const double before = cpu_ms(pipeline->stats());
    Bound bound;
    bool down = true;
    for (auto _ : state) {
        if (y + kStep + kHeight > picture->height)
            down = false;
        else if (y < kStep)
            down = true;
        y = down ? y + kStep : y - kStep;
        const FramebufferView frame = view_of(*picture, y);
        pipeline->on_damage(frame, Rect::whole(kScreen));
        state.PauseTiming();
        if (!viewer.apply(*pipeline, frame))
            return state.SkipWithError("not exact");
        add_zstd(*picture, down ? y + kHeight - kStep : y, kStep, bound);
        state.ResumeTiming();
    }
    report(state, viewer, cpu_ms(pipeline->stats()) - before, bound);
}

#define SUDARE_PAGE(name)                                                              \
    BENCHMARK_CAPTURE(page_change, name, #name)->Unit(benchmark::kMillisecond);        \
    BENCHMARK_CAPTURE(scroll_step, name, #name)->Unit(benchmark::kMillisecond)
SUDARE_PAGE(ja_dense);
SUDARE_PAGE(article);
SUDARE_PAGE(table);
SUDARE_PAGE(photo);

}  // namespace
}  // namespace sudare::bench

BENCHMARK_MAIN();
