// SPDX-License-Identifier: Apache-2.0
#include "client/app/watermark.h"

#include <QFontMetricsF>
#include <QGuiApplication>
#include <QPainter>
#include <QPainterPath>

namespace sudare::client {
namespace {

// As ipc::WatermarkField; the viewer includes nothing of the inner borders.
constexpr quint8 kUser = 1, kTerminal = 2, kTime = 4, kSession = 8;

constexpr double kAngle = -24;          // degrees
constexpr int kPixelSize = 15;          // logical, of the letters
constexpr int kGapX = 90, kGapY = 96;   // logical, between two marks
// Measured by eye on white, black, photographs and 12 px text: readable in a photograph of the
// screen, and the text beneath stays readable too.
constexpr int kDarkAlpha = 38, kLightAlpha = 58;

}  // namespace

bool Watermark::set(const Facts& facts) {
    if (facts == facts_)
        return false;
    facts_ = facts;
    tile_ = {};
    return true;
}

bool Watermark::shows_time() const {
    return (facts_.fields & kTime) != 0;
}

QString Watermark::text() const {
    QStringList parts;
    if ((facts_.fields & kUser) != 0)
        parts << facts_.user;
    if ((facts_.fields & kTerminal) != 0)
        parts << facts_.terminal;
    if (shows_time())
        parts << facts_.time;
    if ((facts_.fields & kSession) != 0)
        parts << QStringLiteral("#%1").arg(facts_.session);
    return parts.join(QStringLiteral("  "));
}

// Two marks in one tile, the second half a tile further and lower, so that no straight strip of
// the picture is free of them.
void Watermark::render(qreal ratio) {
    QFont font = QGuiApplication::font();
    font.setPixelSize(kPixelSize);
    font.setWeight(QFont::DemiBold);
    const QRectF bounds(QPointF(), QFontMetricsF(font).size(Qt::TextSingleLine, text()));
    QPainterPath letters;
    letters.addText(-bounds.width() / 2, bounds.height() / 3, font, text());
    QTransform turned;
    turned.rotate(kAngle);
    const QRectF extent = turned.mapRect(QRectF(-bounds.width() / 2, -bounds.height() / 2,
                                                bounds.width(), bounds.height()));
    const QSize size(static_cast<int>(extent.width()) + kGapX,
                     2 * (static_cast<int>(extent.height() / 2) + kGapY));
    tile_ = QPixmap(size * ratio);
    tile_.setDevicePixelRatio(ratio);
    tile_.fill(Qt::transparent);
    QPainter painter(&tile_);
    painter.setRenderHint(QPainter::Antialiasing);
    const auto draw = [&](double x, double y) {
        painter.save();
        painter.translate(x, y);
        painter.rotate(kAngle);
        painter.strokePath(letters, QPen(QColor(255, 255, 255, kLightAlpha), 2));
        painter.fillPath(letters, QColor(0, 0, 0, kDarkAlpha));
        painter.restore();
    };
    // What leaves the tile at one edge comes in at the other.
    for (const int dx : {-size.width(), 0, size.width()})
        for (const int dy : {-size.height(), 0, size.height()}) {
            draw(size.width() / 4.0 + dx, size.height() / 4.0 + dy);
            draw(size.width() * 3 / 4.0 + dx, size.height() * 3 / 4.0 + dy);
        }
}

void Watermark::paint(QPainter& painter, const QRegion& region, qreal ratio) {
    if (!shown())
        return;
    if (tile_.isNull() || tile_.devicePixelRatio() != ratio)
        render(ratio);
    for (const QRect& rect : region)
        painter.drawTiledPixmap(rect, tile_, rect.topLeft());
}

}  // namespace sudare::client
