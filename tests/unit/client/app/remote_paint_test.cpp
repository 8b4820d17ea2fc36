// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <QPaintEvent>
#include <QVBoxLayout>
#include <cmath>

#include "client/app/remote_view.h"
#include "client/core/pointer_map.h"
#include "tests/unit/client/app/recorder.h"

namespace sudare::client {
namespace {

// Every pixel has its own colour, so that one that is shifted, scaled or smoothed shows.
QRgb colour_at(int x, int y) {
    return qRgb(x & 0xFF, y & 0xFF, ((x >> 8) << 5 | (y >> 8) << 2) & 0xFF);
}

class RemotePaintTest : public testing::Test {
protected:
    void SetUp() override {
        auto* layout = new QVBoxLayout(&window_);
        // Odd margins: at fractional scales the view begins between two device pixels.
        layout->setContentsMargins(3, 41, 5, 7);
        layout->addWidget(&view_);
        window_.resize(401, 303);
        window_.show();
        settle();
        const auto display = view_.display();
        // Smaller views than the protocol's smallest picture do not occur in this test.
        picture_ = QImage(display.size.width(), display.size.height(), QImage::Format_RGB32);
        for (int y = 0; y < picture_.height(); ++y)
            for (int x = 0; x < picture_.width(); ++x)
                picture_.setPixel(x, y, colour_at(x, y));
        view_.show_changes({1, picture_.size(), true, {}});
        settle();
    }

    // The whole window as it is painted, in device pixels.
    QImage shown() { return window_.grab().toImage().convertToFormat(QImage::Format_RGB32); }

    QPoint origin() const {
        const qreal ratio = view_.devicePixelRatioF();
        return {static_cast<int>(std::round(view_.x() * ratio)),
                static_cast<int>(std::round(view_.y() * ratio))};
    }

    // The largest part of the picture that the window surely shows.
    QSize visible() const {
        const qreal ratio = view_.devicePixelRatioF();
        return QSize(static_cast<int>(view_.width() * ratio) - 1,
                     static_cast<int>(view_.height() * ratio) - 1)
            .boundedTo(picture_.size());
    }

    Recorder recorder_;
    QImage picture_;
    QWidget window_;
    RemoteView view_{[this]() -> const QImage& { return picture_; }, recorder_.input};
};

TEST_F(RemotePaintTest, EveryPixelIsShownAsItIs) {
    const QImage screen = shown();
    ASSERT_GT(visible().width(), 380);
    int wrong = 0;
    for (int y = 0; y < visible().height(); ++y)
        for (int x = 0; x < visible().width(); ++x)
            wrong += screen.pixel(origin() + QPoint(x, y)) != picture_.pixel(x, y);
    EXPECT_EQ(wrong, 0);
}

// Notes what a widget is asked to paint.
class PaintedRegion : public QObject {
public:
    bool eventFilter(QObject*, QEvent* event) override {
        if (event->type() == QEvent::Paint)
            region += static_cast<QPaintEvent*>(event)->region();
        return false;
    }
    QRegion region;
};

TEST_F(RemotePaintTest, OnlyWhatChangedIsPaintedAgain) {
    PaintedRegion painted;
    view_.installEventFilter(&painted);
    const QRect first(30, 40, 50, 20);
    const QRect second(200, 100, 50, 20);
    view_.show_changes({2, picture_.size(), false, {first, second}});
    run_until([&] { return !painted.region.isEmpty(); });
    const qreal ratio = view_.devicePixelRatioF();
    QRegion wanted;
    for (const QRect& rect : {first, second})
        wanted += to_logical(rect, ratio);
    EXPECT_TRUE((wanted - painted.region).isEmpty());
    // At most one logical pixel more on each side.
    QRegion most;
    for (const QRect& rect : {first, second})
        most += to_logical(rect, ratio).adjusted(-1, -1, 1, 1);
    EXPECT_TRUE((painted.region - most).isEmpty());
}

TEST_F(RemotePaintTest, NothingIsDrawnOutsideOfItsPlace) {
    const QImage screen = shown();
    const QRgb page = window_.palette().color(QPalette::Window).rgb();
    for (int x = 0; x < screen.width(); ++x)
        EXPECT_EQ(screen.pixel(x, origin().y() - 2), page) << x;
    for (int y = 0; y < screen.height(); ++y)
        EXPECT_EQ(screen.pixel(origin().x() - 2, y), page) << y;
}

TEST_F(RemotePaintTest, ASmallerPictureIsNotStretched) {
    picture_ = picture_.copy(0, 0, 320, 200);
    view_.show_changes({3, picture_.size(), true, {}});
    settle();
    const QImage screen = shown();
    EXPECT_EQ(screen.pixel(origin() + QPoint(319, 199)), colour_at(319, 199));
    EXPECT_NE(screen.pixel(origin() + QPoint(322, 100)), colour_at(322, 100));
}

}  // namespace
}  // namespace sudare::client
