// SPDX-License-Identifier: Apache-2.0
#include "client/selftest/marks.h"

#include <gtest/gtest.h>

#include <QPainter>

#include "client/selftest/page.h"

namespace sudare::selftest {
namespace {

QImage page(QRgb colour) {
    QImage out(1024, 638, QImage::Format_RGB32);
    out.fill(colour);
    return out;
}

QImage covered(QRect part) {
    QImage out = page(kMarkColours[2].colour);
    QPainter painter(&out);
    painter.fillRect(part, Qt::white);
    return out;
}

TEST(Marks, EachIsReadFromItsOwnPage) {
    for (const MarkColour& row : kMarkColours) {
        EXPECT_EQ(mark_of(page(row.colour)), row.mark);
        EXPECT_TRUE(probe_page().contains(row.css));
        EXPECT_EQ(QColor(row.css).rgb(), row.colour);
    }
    EXPECT_FALSE(mark_of(page(0xffffffff)));
    EXPECT_FALSE(mark_of(QImage()));
}

TEST(Marks, WhateverCoversThePageIsNoMark) {
    // A dialog of GTK, a print preview, tools docked at the right and below, a small window at the edge.
    for (const QRect& part : {QRect(300, 250, 420, 200), QRect(60, 0, 900, 638), QRect(640, 0, 384, 638), QRect(0, 400, 1024, 238),
                              QRect(0, 560, 120, 78)})
        EXPECT_FALSE(mark_of(covered(part))) << part.x() << "," << part.y();
    // The words at the top of the page, and a message of the browser above it, are none of that.
    EXPECT_EQ(mark_of(covered(QRect(0, 0, 1024, 150))), Mark::kRefused);
}

TEST(Marks, OnePlaceThatHappenedIsSeen) {
    EXPECT_FALSE(shows_any(covered(QRect(300, 250, 420, 200)), Mark::kHappened));
    QImage one = page(kMarkColours[2].colour);
    QPainter(&one).fillRect(QRect(500, 500, 100, 100), QColor::fromRgb(kMarkColours[3].colour));
    EXPECT_TRUE(shows_any(one, Mark::kHappened));
}

TEST(Marks, DifferingCountsPixels) {
    EXPECT_EQ(differing(page(0xff000000), page(0xff000000)), 0);
    EXPECT_EQ(differing(page(0xff000000), page(0xffffffff)), 1);
    EXPECT_EQ(differing(page(0xff000000), QImage(10, 10, QImage::Format_RGB32)), 1);
    EXPECT_NEAR(differing(covered(QRect(0, 0, 512, 638)), page(kMarkColours[2].colour)), 0.5, 0.01);
}

TEST(Marks, ALineOfTextIsNotBlank) {
    EXPECT_TRUE(is_blank(QImage()));
    EXPECT_TRUE(is_blank(page(0xffffffff)));
    QImage text = page(0xffffffff);
    QPainter(&text).fillRect(QRect(100, 100, 60, 20), Qt::black);
    EXPECT_FALSE(is_blank(text));
}

}  // namespace
}  // namespace sudare::selftest
