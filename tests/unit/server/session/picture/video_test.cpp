// SPDX-License-Identifier: Apache-2.0
#include "server/session/picture/video_encoder.h"

#include <cmath>

#include "tests/unit/server/session/picture/viewer.h"

namespace sudare::picture {
namespace {

double psnr(const TestPage& page, const decoder::Canvas& canvas, const Rect& rect) {
    double sum = 0;
    for (std::uint32_t y = rect.y(); y < rect.bottom(); ++y)
        for (std::uint32_t x = rect.x(); x < rect.right(); ++x)
            for (int shift = 0; shift < 24; shift += 8) {
                const int a = *page.view().at(x, y) >> shift & 255;
                const int b = *canvas.at(x, y) >> shift & 255;
                sum += (a - b) * (a - b);
            }
    return 10 * std::log10(255.0 * 255.0 * 3 * static_cast<double>(rect.pixels()) / (sum + 1e-9));
}

class VideoTest : public PipelineFixture {
   protected:
    void start_film() {
        start(1280, 720);
        page->text(page->whole());
        page->photo(film);
        damage_all();
        settle_and_forget();
    }
    void play(unsigned frames, milliseconds interval = milliseconds(33)) {
        for (unsigned i = 0; i < frames; ++i) {
            page->photo(film, phase += 3);
            damage(film);
            now += milliseconds(5);
            acknowledge();
            now += interval - milliseconds(5);
            pipeline->tick();
        }
    }

    Rect film = *Rect::make(301, 151, 641, 363, *Size::make(1280, 720));
    std::uint32_t phase = 0;
};

TEST_F(VideoTest, MovingPhotographBecomesAStream) {
    start_film();
    play(20);
    EXPECT_EQ(pipeline->video_regions(), 1U);
    EXPECT_GT(viewer.ops[2], 10U);
    EXPECT_EQ(pipeline->stats().key_frames, 1U);
    EXPECT_GT(psnr(*page, viewer.canvas(), film), 28.0);
}

TEST_F(VideoTest, TextBesideTheFilmStaysExact) {
    start_film();
    play(20);
    for (std::uint32_t y = 0; y < 720; ++y)
        for (std::uint32_t x = 0; x < 1280; ++x)
            if (y < 150 || y >= 514 || x < 300 || x >= 942) {
                ASSERT_EQ(*viewer.canvas().at(x, y), *page->view().at(x, y)) << x << ',' << y;
            }
}

TEST_F(VideoTest, StoppedFilmIsExactWithinATenthOfASecond) {
    start_film();
    play(30);
    const TimePoint stopped = now - milliseconds(33);
    ASSERT_FALSE(viewer.shows(*page));
    while (!viewer.shows(*page)) {
        acknowledge();
        const auto deadline = pipeline->next_deadline();
        ASSERT_TRUE(deadline);
        now = std::max(now, *deadline);
        pipeline->tick();
        ASSERT_LE(now - stopped, milliseconds(100));
    }
}

TEST_F(VideoTest, QuietRegionEndsAndSendsNothingMore) {
    start_film();
    play(30);
    settle_and_forget();
    EXPECT_EQ(pipeline->video_regions(), 0U);
    EXPECT_FALSE(pipeline->next_deadline());
    EXPECT_TRUE(viewer.sizes.empty());
    EXPECT_TRUE(viewer.shows(*page));
}

TEST_F(VideoTest, TypingBesideAStoppedFilmDoesNotKeepItAlive) {
    start_film();
    play(20);
    for (std::uint32_t i = 0; i < 200; ++i) {
        page->at(10 + i, 20) = 0xFF00AA00;
        damage_all();  // the bounding rectangle covers the film, whose pixels stand still
        now += milliseconds(30);
        acknowledge();
        pipeline->tick();
    }
    EXPECT_EQ(pipeline->video_regions(), 0U);
    EXPECT_TRUE(viewer.shows(*page));
}

TEST_F(VideoTest, SnapshotDuringAFilmIsDecodable) {
    start_film();
    play(15);
    pipeline->force_snapshot();
    play(20);
    EXPECT_GT(viewer.ops[2], 15U);
    settle();
    EXPECT_TRUE(viewer.shows(*page));
}

TEST_F(VideoTest, ScrolledTextIsNeverVideo) {
    start_film();
    for (int i = 0; i < 30; ++i) {
        page->scroll_up(page->rect(0, 520, 1280, 200), 20);
        page->fill(page->rect(0, 700, 1280, 20), 0xFFFFFFFF);
        page->text(page->rect(0, 700, 1280, 20));
        damage_all();
        EXPECT_TRUE(viewer.shows(*page));
        now += milliseconds(16);
        acknowledge();
    }
    EXPECT_EQ(viewer.ops[2], 0U);
}

TEST_F(VideoTest, SettingTurnsItOff) {
    Settings settings;
    settings.video = false;
    start(1280, 720, settings);
    damage_all();
    play(20);
    EXPECT_EQ(viewer.ops[2], 0U);
}

TEST_F(VideoTest, PhotographOnASlowLinkIsVideoFirstAndExactThen) {
    Settings settings;
    settings.bits_per_second = 8'000'000;
    start(1280, 720, settings);
    damage_all();
    settle_and_forget();
    const Rect photo = page->rect(128, 128, 640, 448);
    page->photo(photo);
    damage(photo);
    EXPECT_EQ(viewer.ops[2], 1U);
    EXPECT_LT(viewer.bytes(), 150'000U);
    EXPECT_GT(psnr(*page, viewer.canvas(), photo), 25.0);
    settle();
    EXPECT_TRUE(viewer.shows(*page));
}

TEST(VideoEncoder, FullChromaStreamPassesTheGateAndDecodes) {
    TestPage page(640, 480);
    page.photo(page.whole());
    const Rect rect = page.rect(17, 33, 333, 221);  // odd sides are fine for 4:4:4
    auto encoder = VideoEncoder::create(rect, 1);
    ASSERT_TRUE(encoder);
    std::vector<std::uint32_t> memory(std::size_t{limits::kWidthMax} * limits::kHeightMax);
    auto canvas = decoder::CanvasDecoder::create(memory);
    ASSERT_TRUE(canvas);
    for (std::uint32_t i = 1; i < 6; ++i) {
        page.photo(page.rect(60, 60, 100, 100), i * 5);
        const std::vector<Rect> changed{page.rect(60, 60, 100, 100)};
        const auto frame = encoder->encode(page.view(), changed, 12);
        ASSERT_TRUE(frame);
        EXPECT_EQ(frame->key_frame, i == 1);
        wire::UpdateWriter writer({i, false, i == 1, 0, page.size(), 0});
        writer.video({0, 1, frame->key_frame, rect, frame->bytes});
        const auto header = canvas->apply(std::move(writer).take(true));
        ASSERT_TRUE(header) << header.error().message;
        EXPECT_GT(psnr(page, *canvas->canvas(), rect), 30.0);
    }
}

TEST(VideoEncoder, OddSidesOfFourTwoZeroAreRefused) {
    TestPage page(640, 480);
    EXPECT_FALSE(VideoEncoder::create(page.rect(0, 0, 101, 100), 0));
    EXPECT_FALSE(VideoEncoder::create(page.rect(0, 0, 100, 101), 0));
}

}  // namespace
}  // namespace sudare::picture
