// SPDX-License-Identifier: Apache-2.0
#include "server/session/picture/pipeline.h"

#include "tests/unit/server/session/picture/viewer.h"

namespace sudare::picture {
namespace {

using PipelineTest = PipelineFixture;

TEST_F(PipelineTest, FirstUpdateIsAPresentedSnapshotFromTheCommit) {
    start(1280, 720);
    page->text(page->whole());
    damage_all();
    ASSERT_EQ(viewer.sizes.size(), 1U);  // no timer, no second event
    EXPECT_TRUE(viewer.last->snapshot);
    EXPECT_TRUE(viewer.presented);
    EXPECT_TRUE(viewer.shows(*page));
}

TEST_F(PipelineTest, BlackPageStillStartsWithASnapshot) {
    start(640, 480);
    page->fill(page->whole(), 0xFF000000);
    damage_all();
    ASSERT_EQ(viewer.sizes.size(), 1U);
    EXPECT_TRUE(viewer.shows(*page));
}

TEST_F(PipelineTest, GlyphUnderFullScreenDamageIsSmall) {
    start(1920, 1080);
    page->text(page->whole());
    damage_all();
    settle_and_forget();
    page->fill(page->rect(400, 500, 14, 16), 0xFFFFFFFF);
    page->glyph(400, 500);
    damage_all();
    EXPECT_TRUE(viewer.shows(*page));
    EXPECT_LT(viewer.bytes(), 200U);
}

TEST_F(PipelineTest, NothingChangedMeansNothingSent) {
    start(640, 480);
    damage_all();
    settle_and_forget();
    damage_all();
    settle();
    EXPECT_TRUE(viewer.sizes.empty());
}

TEST_F(PipelineTest, ShutWindowAccumulatesAndHoldsTheBrowser) {
    start(640, 480);
    for (std::uint32_t i = 0; i < 40; ++i) {
        page->at(i, i) = 0xFF123456;
        damage(page->rect(i, i, 1, 1));
    }
    EXPECT_LE(viewer.sizes.size(), limits::kWindowUpdatesMax);
    EXPECT_FALSE(viewer.gate_open);
    EXPECT_FALSE(viewer.shows(*page));
    const std::size_t before = viewer.sizes.size();
    now += milliseconds(20);
    acknowledge();
    EXPECT_EQ(viewer.sizes.size(), before + 1);  // all that had accumulated, in one update
    EXPECT_TRUE(viewer.shows(*page));
    EXPECT_TRUE(viewer.gate_open);
}

TEST_F(PipelineTest, NothingIsEncodedWhileTheSocketIsFull) {
    start(640, 480);
    damage_all();
    settle_and_forget();
    viewer.drained = false;
    page->text(page->whole());
    damage_all();
    EXPECT_TRUE(viewer.sizes.empty());
    EXPECT_FALSE(viewer.gate_open);
    EXPECT_FALSE(pipeline->next_deadline());
    page->fill(page->whole(), 0xFF00FF00);
    damage_all();
    viewer.drained = true;
    pipeline->on_socket_drained();
    EXPECT_TRUE(viewer.shows(*page));
    EXPECT_LT(viewer.bytes(), 500U);  // the text that was overwritten meanwhile never went out
}

TEST_F(PipelineTest, LargeChangeIsSplitAndPresentedOnce) {
    Settings settings;
    settings.video = false;
    start(1920, 1080, settings);
    for (std::uint32_t y = 0; y < 1080; ++y)
        for (std::uint32_t x = 0; x < 1920; ++x)
            page->at(x, y) = 0xFF000000 | page->any(0x1000000);
    damage_all();
    EXPECT_FALSE(viewer.presented);
    settle();
    EXPECT_TRUE(viewer.presented);
    EXPECT_TRUE(viewer.shows(*page));
    EXPECT_GT(viewer.sizes.size(), 5U);
    for (const std::size_t size : viewer.sizes)
        EXPECT_LE(size, limits::kUpdateMax);
}

TEST_F(PipelineTest, PictureThatChangesWhileItIsSentConverges) {
    Settings settings;
    settings.video = false;
    start(1920, 1080, settings);
    page->photo(page->whole());
    viewer.drains = 1;
    damage_all();
    for (std::uint32_t step = 1; step < 6; ++step) {
        page->photo(page->rect(100 * step, 50 * step, 900, 600), step * 7);
        damage(page->rect(100 * step, 50 * step, 900, 600));
        now += milliseconds(5);
        viewer.drained = true;
        acknowledge();
    }
    viewer.drains = -1;
    viewer.drained = true;
    pipeline->on_socket_drained();
    settle();
    EXPECT_TRUE(viewer.shows(*page));
    EXPECT_TRUE(viewer.presented);
}

TEST_F(PipelineTest, ResizeStartsAgain) {
    start(1280, 720);
    page->text(page->whole());
    damage_all();
    settle();
    TestPage larger(1600, 901, 9);
    larger.text(larger.whole());
    pipeline->resize(larger.size());
    EXPECT_FALSE(pipeline->next_deadline());
    page = std::move(larger);
    damage_all();
    settle();
    EXPECT_TRUE(viewer.last->size == page->size());
    EXPECT_TRUE(viewer.shows(*page));
}

TEST_F(PipelineTest, ForcedSnapshotRepaintsEverything) {
    start(640, 480);
    page->text(page->whole());
    damage_all();
    settle_and_forget();
    const std::uint8_t generation = viewer.last->generation;
    pipeline->force_snapshot();
    settle();
    EXPECT_EQ(viewer.last->generation, generation + 1);
    EXPECT_TRUE(viewer.shows(*page));
    EXPECT_GT(viewer.bytes(), 1000U);
}

TEST_F(PipelineTest, BitsPerSecondOfThePolicyHold) {
    Settings settings;
    settings.bits_per_second = 2'000'000;
    settings.video = false;
    start(1280, 720, settings);
    const TimePoint begin = now;
    for (unsigned i = 0; i < 5; ++i) {
        page->text(page->whole());
        damage_all();
        settle();
        EXPECT_TRUE(viewer.shows(*page));
    }
    const double seconds = std::chrono::duration<double>(now - begin).count();
    const std::size_t last = viewer.sizes.back();
    EXPECT_LE(static_cast<double>(viewer.bytes() - last) * 8, 2'000'000 * seconds * 1.01);
}

TEST_F(PipelineTest, FramesPerSecondOfThePolicyHold) {
    Settings settings;
    settings.fps = 10;
    start(640, 480, settings);
    const TimePoint begin = now;
    std::uint32_t i = 0;
    for (; now - begin < std::chrono::seconds(2); now += milliseconds(5)) {
        ++i;
        page->at(i % 600, 7) = 0xFF000000 | i;
        damage_all();
        acknowledge();
        pipeline->tick();
    }
    EXPECT_LE(viewer.sizes.size(), 21U);
    EXPECT_GE(viewer.sizes.size(), 18U);
}

TEST_F(PipelineTest, UnknownAcksChangeNothing) {
    start(640, 480);
    for (std::uint32_t sequence : {0U, 7U, 0xFFFFFFFFU})
        pipeline->on_ack(sequence, 0, 255);
    damage_all();
    EXPECT_TRUE(viewer.shows(*page));
    pipeline->on_ack(viewer.last->sequence, 0, 0);
    pipeline->on_ack(viewer.last->sequence, 0, 0);
    page->at(1, 1) = 0xFF111111;
    damage_all();
    EXPECT_TRUE(viewer.shows(*page));
}

}  // namespace
}  // namespace sudare::picture
