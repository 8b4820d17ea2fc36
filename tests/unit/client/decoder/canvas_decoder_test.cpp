// SPDX-License-Identifier: Apache-2.0
#include "client/decoder/canvas_decoder.h"

#include <gtest/gtest.h>

#include "protocol/wire/update_writer.h"
#include "server/session/picture/lossless_encoder.h"
#include "server/session/picture/video_encoder.h"
#include "tests/unit/server/session/picture/test_page.h"

namespace sudare::decoder {
namespace {

using picture::LosslessEncoder;
using picture::TestPage;
using picture::VideoEncoder;

class CanvasDecoderTest : public testing::Test {
protected:
    // Applies one update that `write` fills; the first one is a snapshot.
    template <typename Write>
    Result<wire::UpdateHeader> apply(Write&& write) {
        wire::UpdateWriter writer({++sequence, false, sequence == 1, 0, page.size(), 0});
        write(writer);
        return decoder.apply(std::move(writer).take(true));
    }
    std::uint32_t pixel(std::uint32_t x, std::uint32_t y) { return *decoder.canvas()->at(x, y); }

    TestPage page{640, 480};
    std::uint32_t sequence = 0;
    std::vector<std::uint32_t> memory =
        std::vector<std::uint32_t>(std::size_t{limits::kWidthMax} * limits::kHeightMax);
    CanvasDecoder decoder = *CanvasDecoder::create(memory);
};

TEST_F(CanvasDecoderTest, SmallMemoryIsRefused) {
    std::vector<std::uint32_t> small(1000);
    EXPECT_FALSE(CanvasDecoder::create(small));
}

TEST_F(CanvasDecoderTest, SnapshotStartsBlack) {
    memory.assign(memory.size(), 0xFFABCDEF);
    ASSERT_TRUE(apply([](wire::UpdateWriter&) {}));
    EXPECT_EQ(pixel(0, 0), kBlack);
    EXPECT_EQ(pixel(639, 479), kBlack);
    EXPECT_EQ(memory[640 * 480], 0xFFABCDEF);  // and nothing beyond it is touched
    ASSERT_EQ(decoder.dirty().size(), 1U);
    EXPECT_EQ(decoder.dirty()[0], page.whole());
}

TEST_F(CanvasDecoderTest, FillAndOverlappingScrollsBehaveLikeMemmove) {
    ASSERT_TRUE(apply([&](wire::UpdateWriter& writer) {
        for (std::uint32_t y = 0; y < 10; ++y)
            writer.fill({page.rect(0, y, 640, 1), 0, 0, static_cast<std::uint8_t>(y)});
        writer.scroll({page.rect(0, 3, 640, 7), 0, 3});
    }));
    for (std::uint32_t y = 3; y < 10; ++y)
        EXPECT_EQ(pixel(5, y), kBlack | (y - 3)) << y;
    ASSERT_TRUE(apply([&](wire::UpdateWriter& writer) {
        writer.scroll({page.rect(0, 3, 640, 5), 0, -2});
        writer.fill({page.rect(0, 20, 1, 1), 255, 0, 0});
        writer.scroll({page.rect(7, 20, 10, 1), 7, 0});
    }));
    for (std::uint32_t y = 3; y < 8; ++y)
        EXPECT_EQ(pixel(5, y), kBlack | (y - 1)) << y;
    EXPECT_EQ(pixel(7, 20), 0xFFFF0000);
    EXPECT_EQ(pixel(14, 20), kBlack);
}

TEST_F(CanvasDecoderTest, WrongIndicesAndEscapesEndIt) {
    page.text(page.whole());
    for (std::uint32_t i = 0; i < 400; ++i)
        page.at(i, 5) = 0xFF000000 | i * 7 << 8 | 1;
    LosslessEncoder encoder = *LosslessEncoder::create();
    const std::vector<Rect> rects{page.whole()};
    const auto block = encoder.encode(page.view(), rects, limits::kUpdateMax);
    ASSERT_TRUE(block);
    ASSERT_EQ(block->format, wire::LosslessFormat::kIndexedEscape);
    // The same frame under a smaller palette: its size still adds up, its content does not.
    EXPECT_FALSE(apply([&](wire::UpdateWriter& writer) {
        writer.lossless({block->format, 254, rects, 0, 0, block->frame});
    }));
}

TEST_F(CanvasDecoderTest, VideoFrameOfAnotherSizeOrWithoutKeyFrameIsRefused) {
    page.photo(page.whole());
    const Rect rect = page.rect(0, 0, 320, 240);
    VideoEncoder encoder = *VideoEncoder::create(rect, 0);
    const auto key = encoder.encode(page.view(), {}, 20);
    ASSERT_TRUE(key);
    const std::vector<std::uint8_t> key_bytes(key->bytes.begin(), key->bytes.end());
    const auto inter = encoder.encode(page.view(), {}, 20);
    ASSERT_TRUE(inter);
    EXPECT_FALSE(apply([&](wire::UpdateWriter& writer) {
        writer.video({0, 0, false, rect, inter->bytes});
    }));
    decoder = *CanvasDecoder::create(memory);
    sequence = 0;
    EXPECT_FALSE(apply([&](wire::UpdateWriter& writer) {
        writer.video({0, 0, true, page.rect(0, 0, 320, 242), key_bytes});
    }));
    decoder = *CanvasDecoder::create(memory);
    sequence = 0;
    EXPECT_TRUE(apply([&](wire::UpdateWriter& writer) {  // the control: as it was made
        writer.video({0, 0, true, rect, key_bytes});
        writer.video({0, 0, false, rect, inter->bytes});
    }));
}

// A context of libvpx that lives through a change of size or profile has had its faults: it must
// never see one, nor what was before a snapshot.
TEST_F(CanvasDecoderTest, AnotherSizeOrProfileAndEachSnapshotGetsANewContext) {
    page.photo(page.whole());
    const auto key_frame = [&](const Rect& rect, std::uint8_t profile) {
        VideoEncoder encoder = *VideoEncoder::create(rect, profile);
        const auto frame = encoder.encode(page.view(), {}, 20);
        return std::vector<std::uint8_t>(frame->bytes.begin(), frame->bytes.end());
    };
    const auto show = [&](std::uint8_t profile, const Rect& rect) {
        const auto bytes = key_frame(rect, profile);
        return apply([&](wire::UpdateWriter& writer) {
            writer.video({0, profile, true, rect, bytes});
        });
    };
    ASSERT_TRUE(show(0, page.rect(0, 0, 64, 64)));
    ASSERT_TRUE(show(0, page.rect(32, 8, 64, 64)));  // only moved: the control
    EXPECT_EQ(decoder.video_contexts_made(), 1U);
    ASSERT_TRUE(show(0, page.rect(0, 0, 640, 480)));
    EXPECT_EQ(decoder.video_contexts_made(), 2U);
    ASSERT_TRUE(show(1, page.rect(0, 0, 640, 480)));
    EXPECT_EQ(decoder.video_contexts_made(), 3U);
    ASSERT_TRUE(show(0, page.rect(0, 0, 16, 16)));
    EXPECT_EQ(decoder.video_contexts_made(), 4U);
    const auto bytes = key_frame(page.rect(0, 0, 16, 16), 0);
    wire::UpdateWriter snapshot({++sequence, false, true, 1, page.size(), 0});
    snapshot.video({0, 0, true, page.rect(0, 0, 16, 16), bytes});
    ASSERT_TRUE(decoder.apply(std::move(snapshot).take(true)));
    EXPECT_EQ(decoder.video_contexts_made(), 5U);
}

// libvpx decodes on after a frame's end; a frame that no gate saw must not come in that way.
TEST_F(CanvasDecoderTest, SecondFrameBehindTheFirstIsNotDecoded) {
    page.fill(page.whole(), 0xFF808080);
    const Rect rect = page.rect(0, 0, 64, 64);
    VideoEncoder first = *VideoEncoder::create(rect, 0);
    const auto grey = first.encode(page.view(), {}, 20);
    std::vector<std::uint8_t> both(grey->bytes.begin(), grey->bytes.end());
    page.fill(page.whole(), 0xFFFFFFFF);
    VideoEncoder second = *VideoEncoder::create(rect, 0);
    const auto white = second.encode(page.view(), {}, 20);
    both.insert(both.end(), white->bytes.begin(), white->bytes.end());
    const auto result = apply([&](wire::UpdateWriter& writer) {
        writer.video({0, 0, true, rect, both});
    });
    if (result) {
        EXPECT_LT(pixel(10, 10) & 255, 200U);
    }
}

TEST_F(CanvasDecoderTest, ManyDirtyRectanglesStayWithinTheReply) {
    ASSERT_TRUE(apply([&](wire::UpdateWriter& writer) {
        for (std::uint32_t i = 0; i < 200; ++i)
            writer.fill({page.rect(i * 3, i * 2, 2, 2), 1, 2, 3});
    }));
    decoder.clear_dirty();
    ASSERT_TRUE(apply([&](wire::UpdateWriter& writer) {
        for (std::uint32_t i = 0; i < 200; ++i)
            writer.fill({page.rect(i * 3, i * 2, 2, 2), 9, 9, 9});
    }));
    EXPECT_LE(decoder.dirty().size(), kDirtyRectsMax);
    for (std::uint32_t i = 0; i < 200; ++i) {
        const Rect painted = page.rect(i * 3, i * 2, 2, 2);
        EXPECT_TRUE(std::any_of(decoder.dirty().begin(), decoder.dirty().end(),
                                [&](const Rect& rect) { return rect.contains(painted); }));
    }
}

}  // namespace
}  // namespace sudare::decoder
