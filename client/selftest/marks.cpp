// SPDX-License-Identifier: Apache-2.0
#include "client/selftest/marks.h"

#include <cstdlib>

namespace sudare::selftest {
namespace {

constexpr int kTolerance = 6;  // of each component: a first picture of a page may be a lossy one
constexpr double kBlankShare = 0.001;  // a page of two lines of text has ten times as much
constexpr int kColumns = 16, kRows = 8;
constexpr int kUpperPart = 3;  // of 10: the page's words stand there

bool near(QRgb a, QRgb b) {
    return std::abs(qRed(a) - qRed(b)) <= kTolerance && std::abs(qGreen(a) - qGreen(b)) <= kTolerance &&
           std::abs(qBlue(a) - qBlue(b)) <= kTolerance;
}

std::optional<Mark> mark_at(const QImage& page, int x, int y) {
    for (const MarkColour& row : kMarkColours)
        if (near(page.pixel(x, y), row.colour))
            return row.mark;
    return std::nullopt;
}

// Calls look(mark) at each place; stops when it says so.
template <typename Look>
void each_place(const QImage& page, Look&& look) {
    const int top = page.height() * kUpperPart / 10;
    for (int row = 0; row < kRows; ++row)
        for (int column = 0; column < kColumns; ++column) {
            const int x = (2 * column + 1) * page.width() / (2 * kColumns);
            const int y = top + (2 * row + 1) * (page.height() - top) / (2 * kRows);
            if (look(mark_at(page, x, y)))
                return;
        }
}

}  // namespace

std::optional<Mark> mark_of(const QImage& page) {
    std::optional<Mark> all;
    bool same = !page.isNull();
    if (same)
        each_place(page, [&](std::optional<Mark> mark) {
            same = mark && (!all || *all == *mark);
            all = mark;
            return !same;
        });
    return same ? all : std::nullopt;
}

bool shows_any(const QImage& page, Mark mark) {
    bool found = false;
    if (!page.isNull())
        each_place(page, [&](std::optional<Mark> here) { return found = here == mark; });
    return found;
}

double differing(const QImage& a, const QImage& b) {
    if (a.size() != b.size() || a.isNull())
        return 1;
    qint64 count = 0;
    for (int y = 0; y < a.height(); ++y)
        for (int x = 0; x < a.width(); ++x)
            count += a.pixel(x, y) != b.pixel(x, y) ? 1 : 0;
    return static_cast<double>(count) / (static_cast<double>(a.width()) * a.height());
}

bool is_blank(const QImage& page) {
    QImage one(page.size(), page.format());
    if (page.isNull())
        return true;
    one.fill(page.pixel(0, 0));
    return differing(page, one) < kBlankShare;
}

}  // namespace sudare::selftest
