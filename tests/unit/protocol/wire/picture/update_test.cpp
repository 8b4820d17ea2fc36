// SPDX-License-Identifier: Apache-2.0
#include "protocol/wire/update.h"

#include <gtest/gtest.h>

#include "protocol/wire/update_gate.h"
#include "protocol/wire/update_writer.h"
#include "server/session/picture/lossless_encoder.h"
#include "tests/unit/server/session/picture/test_page.h"

namespace sudare::wire {
namespace {

using Bytes = std::vector<std::uint8_t>;

const Size kSize = *Size::make(800, 600);
Rect rect(std::uint32_t x, std::uint32_t y, std::uint32_t w, std::uint32_t h) {
    return *Rect::make(x, y, w, h, kSize);
}

template <typename Write>
Bytes build(const UpdateHeader& header, Write&& write) {
    UpdateWriter writer(header);
    write(writer);
    return std::move(writer).take(header.present);
}
Bytes empty(std::uint32_t sequence, bool snapshot, std::uint8_t generation, Size size = kSize) {
    return build({sequence, true, snapshot, generation, size, 0}, [](UpdateWriter&) {});
}

// One update with every operation.
Bytes complete() {
    picture::TestPage page(800, 600);
    page.text(page.whole());
    picture::LosslessEncoder encoder = *picture::LosslessEncoder::create();
    const std::vector<Rect> rects{rect(0, 0, 800, 300), rect(5, 400, 70, 9)};
    const auto block = encoder.encode(page.view(), rects, limits::kUpdateMax);
    return build({9, true, false, 3, kSize, 0}, [&](UpdateWriter& writer) {
        writer.scroll({rect(0, 0, 800, 560), 0, -40});
        writer.lossless({block->format, block->palette_size, rects, 0, 0, block->frame});
        writer.video({2, 0, true, rect(100, 100, 320, 240), Bytes(50, 1)});
        writer.fill({rect(700, 500, 100, 100), 1, 2, 3});
    });
}

TEST(Update, EveryOperationComesBack) {
    const Bytes bytes = complete();
    const auto update = parse_update(bytes);
    ASSERT_TRUE(update) << update.error().message;
    EXPECT_EQ(update->header.sequence, 9U);
    EXPECT_TRUE(update->header.present);
    EXPECT_FALSE(update->header.snapshot);
    EXPECT_EQ(update->header.generation, 3);
    ASSERT_EQ(update->ops.size(), 4U);
    EXPECT_EQ(std::get<ScrollOp>(update->ops[0]).dy, -40);
    EXPECT_EQ(std::get<LosslessOp>(update->ops[1]).rects[1], rect(5, 400, 70, 9));
    EXPECT_EQ(std::get<LosslessOp>(update->ops[1]).pixels, 800U * 300 + 70 * 9);
    EXPECT_EQ(std::get<VideoOp>(update->ops[2]).frame.size(), 50U);
    EXPECT_EQ(std::get<FillOp>(update->ops[3]).green, 2);
}

TEST(Update, EveryTruncationAndEveryExtraByteIsRefused) {
    Bytes bytes = complete();
    for (std::size_t length = 0; length < bytes.size(); ++length)
        ASSERT_FALSE(parse_update(std::span(bytes).first(length))) << length;
    bytes.push_back(0);
    EXPECT_FALSE(parse_update(bytes));
    EXPECT_FALSE(parse_update(Bytes(limits::kUpdateMax + 1)));
}

TEST(Update, ScrollSourceMustLieInside) {
    const auto scroll = [](const Rect& to, std::int16_t dx, std::int16_t dy) {
        return build({1, true, true, 0, kSize, 0}, [&](UpdateWriter& writer) {
            writer.scroll({to, dx, dy});
        });
    };
    EXPECT_TRUE(parse_update(scroll(rect(0, 0, 800, 560), 0, -40)));
    EXPECT_FALSE(parse_update(scroll(rect(0, 0, 800, 561), 0, -40)));
    EXPECT_TRUE(parse_update(scroll(rect(30, 40, 10, 10), 30, 40)));
    EXPECT_FALSE(parse_update(scroll(rect(30, 40, 10, 10), 31, 40)));
    EXPECT_FALSE(parse_update(scroll(rect(30, 40, 10, 10), 30, 41)));
    EXPECT_FALSE(parse_update(scroll(rect(30, 40, 10, 10), 0, 0)));
    EXPECT_FALSE(parse_update(scroll(rect(30, 40, 10, 10), -32768, -32768)));
}

TEST(Update, WorkOfOneUpdateIsBounded) {
    const auto fills = [](std::size_t count) {
        const Size large = *Size::make(limits::kWidthMax, limits::kHeightMax);
        return build({1, true, true, 0, large, 0}, [&](UpdateWriter& writer) {
            for (std::size_t i = 0; i < count; ++i)
                writer.fill({Rect::whole(large), 0, 0, 0});
        });
    };
    EXPECT_TRUE(parse_update(fills(2)));
    EXPECT_FALSE(parse_update(fills(3)));
}

TEST(UpdateGate, OrderOfOneConnection) {
    UpdateGate gate(UpdateGate::Sizes::kAnySize);
    EXPECT_FALSE(UpdateGate(UpdateGate::Sizes::kAnySize).check(empty(1, false, 0)));
    EXPECT_TRUE(gate.check(empty(77, true, 255)));
    EXPECT_TRUE(gate.check(empty(78, false, 255)));
    EXPECT_TRUE(gate.check(empty(79, true, 0)));
    for (const Bytes& wrong : {empty(79, false, 0), empty(81, false, 0), empty(80, false, 1),
                               empty(80, true, 0), empty(80, false, 0, *Size::make(640, 480))}) {
        UpdateGate copy = gate;
        EXPECT_FALSE(copy.check(wrong));
    }
    EXPECT_TRUE(gate.check(empty(80, true, 1, *Size::make(640, 480))));
}

TEST(UpdateGate, OnlySizesThatWereAskedFor) {
    const Size other = *Size::make(640, 480);
    UpdateGate gate(UpdateGate::Sizes::kPermittedOnly);
    EXPECT_FALSE(UpdateGate(gate).check(empty(1, true, 0)));
    gate.permit_size(kSize);
    gate.permit_size(other);
    EXPECT_TRUE(UpdateGate(gate).check(empty(1, true, 0)));
    EXPECT_TRUE(gate.check(empty(1, true, 0, other)));
    EXPECT_FALSE(gate.check(empty(2, true, 1, kSize)));  // the older wish is void
}

}  // namespace
}  // namespace sudare::wire
