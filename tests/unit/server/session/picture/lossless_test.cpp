// SPDX-License-Identifier: Apache-2.0
// Encoder and decoder together: what goes in comes out, to the bit, in every format.
#include <gtest/gtest.h>

#include <cstring>

#include "client/decoder/canvas_decoder.h"
#include "protocol/wire/update_writer.h"
#include "server/session/picture/lossless_encoder.h"
#include "tests/unit/server/session/picture/test_page.h"

namespace sudare::picture {
namespace {

using wire::LosslessFormat;

class LosslessRoundTrip : public testing::Test {
protected:
    // Encodes, checks the format, decodes on a fresh canvas and compares every pixel.
    void expect_exact(const TestPage& page, const std::vector<Rect>& rects, LosslessFormat format) {
        const auto block = encoder_.encode(page.view(), rects, limits::kUpdateMax);
        ASSERT_TRUE(block);
        EXPECT_EQ(block->format, format);
        wire::UpdateWriter writer(wire::UpdateHeader{1, true, true, 0, page.size(), 0});
        writer.lossless({block->format, block->palette_size, rects, 0, 0, block->frame});
        ASSERT_TRUE(writer.ok());
        auto decoder = decoder::CanvasDecoder::create(memory_);
        ASSERT_TRUE(decoder) << decoder.error().message;
        const auto header = decoder->apply(std::move(writer).take(true));
        ASSERT_TRUE(header) << header.error().message;
        EXPECT_TRUE(header->present);
        for (const Rect& rect : rects)
            for (std::uint32_t y = rect.y(); y < rect.bottom(); ++y)
                ASSERT_EQ(std::memcmp(decoder->canvas()->at(rect.x(), y),
                                      page.view().at(rect.x(), y), rect.width() * 4U),
                          0);
    }

    LosslessEncoder encoder_ = *LosslessEncoder::create();
    std::vector<std::uint32_t> memory_ =
        std::vector<std::uint32_t>(std::size_t{limits::kWidthMax} * limits::kHeightMax);
};

TEST_F(LosslessRoundTrip, TextIsIndexed) {
    TestPage page(1280, 720);
    page.text(page.whole());
    expect_exact(page, {page.whole()}, LosslessFormat::kIndexed8);
}

TEST_F(LosslessRoundTrip, RareColoursEscape) {
    TestPage page(1280, 720);
    page.text(page.whole());
    for (std::uint32_t i = 0; i < 900; ++i)
        page.at(i, i % 700) = 0xFF400000 + i;
    expect_exact(page, {page.whole()}, LosslessFormat::kIndexedEscape);
}

TEST_F(LosslessRoundTrip, PhotographIsPredicted) {
    TestPage page(800, 600);
    page.photo(page.whole());
    expect_exact(page, {page.rect(1, 1, 797, 300), page.rect(3, 400, 11, 199)},
                 LosslessFormat::kPredicted);
}

TEST_F(LosslessRoundTrip, ManyColoursInARepeatedPatternStayColours) {
    TestPage page(800, 600);
    std::vector<std::uint32_t> tile(6000);
    for (auto& pixel : tile)
        pixel = 0xFF000000 | page.any(0x1000000);
    for (std::uint32_t y = 0; y < 600; ++y)
        for (std::uint32_t x = 0; x < 800; ++x)
            page.at(x, y) = tile[(y * 800 + x) % tile.size()];
    expect_exact(page, {page.whole()}, LosslessFormat::kBgr24);
}

TEST_F(LosslessRoundTrip, OneGlyphIsSmall) {
    TestPage page(640, 480);
    page.glyph(100, 100);
    const std::vector<Rect> rects{page.rect(100, 100, 14, 16)};
    const auto block = encoder_.encode(page.view(), rects, limits::kUpdateMax);
    ASSERT_TRUE(block);
    EXPECT_LT(block->frame.size(), 150U);
}

TEST_F(LosslessRoundTrip, ManyRectanglesInOneBlock) {
    TestPage page(1920, 1080);
    page.text(page.whole());
    std::vector<Rect> rects;
    for (std::uint32_t i = 0; i < limits::kRectsPerOpMax; ++i)
        rects.push_back(page.rect(i % 64 * 30, i / 64 * 60, 1 + i % 29, 1 + i % 59));
    expect_exact(page, rects, LosslessFormat::kIndexed8);
}

TEST_F(LosslessRoundTrip, RefusesWhatDoesNotFit) {
    TestPage page(640, 480);
    page.photo(page.whole());
    const std::vector<Rect> rects{page.whole()};
    EXPECT_FALSE(encoder_.encode(page.view(), rects, 1000));
    EXPECT_TRUE(encoder_.encode(page.view(), rects, limits::kUpdateMax));  // and works again
}

}  // namespace
}  // namespace sudare::picture
