// SPDX-License-Identifier: Apache-2.0
// The bar's numbers and switches, the overlay of an interruption, zoom and watermark.
#include <gtest/gtest.h>

#include <QRegularExpression>

#include <QAccessible>
#include <QKeyEvent>
#include <QMenu>

#include "client/app/main_window.h"
#include "client/core/zoom.h"
#include "client/core/key_map.h"
#include "tests/unit/client/app/recorder.h"

namespace sudare::client {
namespace {

class BarTest : public testing::Test {
protected:
    void SetUp() override {
        window_.resize(1400, 700);
        window_.show();
        QApplication::setActiveWindow(&window_);
        window_.show_session(QStringLiteral("sakura"));
        settle();
    }

    void start(wire::SessionState state) {
        state.phase = wire::Phase::kRunning;
        state.session = 77;
        page().set_state(state);
        page().set_running(true);
        page().show_changes({1, picture_.size(), true, {}});
        settle();
    }

    SessionPage& page() { return window_.session(); }
    Banner& banner() { return page().banner(); }
    QPushButton* button(const char* name) {
        return banner().findChild<QPushButton*>(QLatin1String(name));
    }
    QColor centre_left() {
        return window_.grab().toImage().pixelColor(40, window_.height() / 2);
    }
    QLabel* label(const char* name) { return banner().findChild<QLabel*>(QLatin1String(name)); }

    QImage picture_ = [] {
        QImage image(1392, 652, QImage::Format_RGB32);
        image.fill(QColor(120, 120, 120));
        return image;
    }();
    Recorder recorder_;
    MainWindow window_{[this]() -> const QImage& { return picture_; }, recorder_.input};
};

TEST_F(BarTest, WhoComposesIsToldWhereItIsNotTheTerminal) {
    start({});
    EXPECT_FALSE(label("typing")->isVisible());
    wire::TextField field{true, 10, 10, 1, 18, wire::FieldKind::kText};
    page().view().set_text_field(field);
    EXPECT_FALSE(label("typing")->isVisible());
    field.composed_there = true;
    page().view().set_text_field(field);
    EXPECT_TRUE(label("typing")->isVisible());
    page().view().set_text_field({});
    EXPECT_FALSE(label("typing")->isVisible());
    page().view().set_text_field(field);
    page().set_running(false);
    EXPECT_FALSE(label("typing")->isVisible());
}

TEST_F(BarTest, TheTimeLeftIsToldAndItsEndIsHardToMiss) {
    wire::SessionState state;
    state.remaining_s = 2 * 3600;
    start(state);
    EXPECT_EQ(label("time")->text(), QStringLiteral("2:00 left"));
    EXPECT_FALSE(label("time")->property("hurry").toBool());
    state.remaining_s = Banner::kHurrySeconds;
    page().set_state(state);
    EXPECT_TRUE(label("time")->property("hurry").toBool());
    state.remaining_s = 0;  // no limit
    page().set_state(state);
    EXPECT_TRUE(label("time")->text().isEmpty());
}

TEST_F(BarTest, ARecordingIsToldAsLongAsItRuns) {
    wire::SessionState state;
    start(state);
    EXPECT_FALSE(button("recorded")->isVisible());
    state.restrictions = wire::kStateRecorded;
    page().set_state(state);
    EXPECT_TRUE(button("recorded")->isVisible());
    EXPECT_TRUE(banner().aside().contains(QStringLiteral("is being recorded")));
    window_.resize(420, 400);  // nothing is narrow enough for it to go
    EXPECT_TRUE(button("recorded")->isVisible());
    button("recorded")->click();
    auto* popup = dynamic_cast<BarPopup*>(banner().findChild<QFrame*>(QStringLiteral("restrictions")));
    ASSERT_NE(popup, nullptr);
    EXPECT_TRUE(popup->accessibleDescription().contains(QStringLiteral("in the clear")));
    popup->close();
    EXPECT_EQ(banner().restrictions().filter(QStringLiteral("recorded")).size(), 0)
        << "it is no restriction";
    state.restrictions = 0;
    page().set_state(state);
    EXPECT_FALSE(button("recorded")->isVisible());
    EXPECT_TRUE(banner().aside().contains(QStringLiteral("no longer recorded")));
}

TEST_F(BarTest, TheQualityIsAWordAndNotOnlyAColour) {
    start({});
    EXPECT_EQ(button("link")->text(), QStringLiteral("Connected"));
    page().set_numbers({kSlowRoundTripMs, 1, 1, 1, 10});
    EXPECT_EQ(button("link")->text(), QStringLiteral("Connected: Slow"));
    page().set_numbers({10, 1, 1, 1, kSilentMs + 1});
    EXPECT_EQ(button("link")->text(), QStringLiteral("Connected: Poor"));
    EXPECT_TRUE(QAccessible::queryAccessibleInterface(button("link"))
                    ->text(QAccessible::Name)
                    .contains(QStringLiteral("Poor")));
    page().set_numbers({10, 1, 1, 1, 10});
    EXPECT_EQ(button("link")->text(), QStringLiteral("Connected"));
}

TEST_F(BarTest, TheNumbersAreThereOnDemandAndFollow) {
    start({});
    button("link")->click();
    auto* popup = dynamic_cast<QualityPopup*>(banner().findChild<QFrame*>(QStringLiteral("restrictions")));
    ASSERT_NE(popup, nullptr);
    page().set_numbers({33, 12.5, 4, 1.5, 10});
    for (const char* part : {"33 ms", "12.5 kB", "4.0 per second", "1.5 ms"})
        EXPECT_TRUE(popup->text().contains(QLatin1String(part))) << popup->text().toStdString();
    popup->close();
}

TEST_F(BarTest, ZoomAsksTheSessionAndScalesNoPixel) {
    start({});
    const Display before = page().view().display();
    button("zoomIn")->click();
    EXPECT_EQ(page().view().zoom(), 110);
    EXPECT_EQ(button("zoomLevel")->text(), QStringLiteral("110 %"));
    const Display after = page().view().display();
    EXPECT_EQ(after.size, before.size);
    EXPECT_EQ(after.scale_120, before.scale_120 * 110 / 100);
    button("zoomLevel")->click();
    EXPECT_EQ(page().view().display(), before);
    for (int i = 0; i < 20; ++i)
        button("zoomOut")->click();
    EXPECT_EQ(page().view().zoom(), kZoomMin);
    EXPECT_FALSE(button("zoomOut")->isEnabled());
}

TEST_F(BarTest, ZoomStepsGoThroughTheListAndStayInIt) {
    EXPECT_EQ(zoom_step(100, +1), 110);
    EXPECT_EQ(zoom_step(100, -1), 90);
    EXPECT_EQ(zoom_step(103, -1), 100);
    EXPECT_EQ(zoom_step(kZoomMax, +1), kZoomMax);
    EXPECT_EQ(zoom_step(kZoomMin, -1), kZoomMin);
}

TEST_F(BarTest, TheStartPageIsAKeyOfTheBrowserAndOnlyWhereKeysArePermitted) {
    start({});
    recorder_.messages.clear();
    button("startPage")->click();
    std::vector<std::pair<int, bool>> keys;
    for (const wire::Key& key : recorder_.sent<wire::Key>())
        keys.emplace_back(key.code, key.down);
    EXPECT_EQ(keys, (std::vector<std::pair<int, bool>>{
                        {kLeftAlt, true}, {kHome, true}, {kHome, false}, {kLeftAlt, false}}));
    wire::SessionState state;
    state.restrictions = wire::kRestrictKeyboard;
    start(state);
    EXPECT_FALSE(button("startPage")->isVisible());
}

TEST_F(BarTest, WhatANarrowBarHidesIsInItsMenu) {
    start({});
    EXPECT_FALSE(button("more")->isVisible());
    window_.resize(560, 500);
    settle();
    ASSERT_TRUE(button("more")->isVisible());
    EXPECT_FALSE(button("startPage")->isVisible());
    button("more")->click();
    auto* menu = banner().findChild<QMenu*>();
    ASSERT_NE(menu, nullptr);
    QStringList entries;
    for (const QAction* action : menu->actions())
        entries << action->text();
    for (const char* name : {"Start page", "Larger", "Smaller", "Connection", "Full screen"})
        EXPECT_TRUE(entries.contains(QLatin1String(name))) << name;
    menu->close();
}

TEST_F(BarTest, ARemarkGetsTheRoomItNeeds) {
    start({});
    window_.resize(1100, 700);
    settle();
    banner().show_aside(QStringLiteral("The site is not permitted here (rule 12). Ask your contact."));
    settle();
    EXPECT_EQ(label("aside")->text(), banner().aside());
}

TEST_F(BarTest, AnInterruptionIsToldOverTheLastPictureAndGoesWithoutATrace) {
    start({});
    page().view().setFocus();
    Interruption interruption;
    interruption.since = QDateTime::currentDateTime();
    interruption.kept_until = interruption.since.addSecs(600);
    interruption.next_try = std::chrono::seconds(8);
    page().set_running(false);
    page().set_interrupted(interruption);
    settle();
    ReconnectPage& overlay = page().reconnect();
    EXPECT_TRUE(overlay.isVisible());
    EXPECT_EQ(overlay.geometry(), page().view().geometry());
    EXPECT_EQ(button("link")->text(), QStringLiteral("Interrupted"));
    EXPECT_TRUE(overlay.text().contains(QRegularExpression(QStringLiteral("Next try in [78] second"))));
    // The picture is still there, darker.
    const QColor dimmed = centre_left();
    EXPECT_LT(dimmed.red(), 100);
    EXPECT_GT(dimmed.red(), 20);
    int now = 0, given_up = 0;
    QObject::connect(&overlay, &ReconnectPage::now_wanted, [&] { ++now; });
    QObject::connect(&overlay, &ReconnectPage::give_up_wanted, [&] { ++given_up; });
    QKeyEvent enter(QEvent::KeyPress, Qt::Key_Return, {});
    QApplication::sendEvent(QApplication::focusWidget(), &enter);
    EXPECT_EQ(now, 1);
    EXPECT_EQ(given_up, 0);

    page().set_interrupted(std::nullopt);
    page().set_running(true);
    settle();
    EXPECT_FALSE(overlay.isVisible());
    EXPECT_TRUE(page().view().hasFocus());
    EXPECT_EQ(centre_left(), QColor(120, 120, 120));
}

TEST_F(BarTest, ANoticeLeavesTabsAndAddressFree) {
    start({});
    page().show_notice({wire::NoticeCode::kIdleSoon, 60, 0});
    settle();
    EXPECT_EQ(page().notices().geometry().bottom(), page().rect().bottom());
    page().notices().dismiss();
    page().ask_end([] {});
    settle();
    EXPECT_EQ(page().notices().geometry().top(), Banner::kHeight);
}

int pixels_that_differ(const QImage& a, const QImage& b) {
    int count = 0;
    for (int y = 0; y < a.height(); ++y)
        for (int x = 0; x < a.width(); ++x)
            count += a.pixel(x, y) != b.pixel(x, y) ? 1 : 0;
    return count;
}

TEST_F(BarTest, TheWatermarkLiesOverThePictureAloneAndWherePolicySays) {
    start({});
    const QImage plain = window_.grab().toImage();
    page().set_terminal(QStringLiteral("shimin-04"));
    page().begin(QStringLiteral("sakura"));
    wire::SessionState state;
    state.watermark = 1 | 2 | 4 | 8;
    start(state);
    const Watermark& mark = page().view().watermark();
    EXPECT_TRUE(mark.text().contains(QStringLiteral("sakura  shimin-04")));
    EXPECT_TRUE(mark.text().endsWith(QStringLiteral("#77")));
    const QImage marked = window_.grab().toImage();
    const QRect view(page().view().mapTo(&window_, QPoint(0, 0)), page().view().size());
    EXPECT_EQ(pixels_that_differ(marked.copy(0, 0, marked.width(), view.top()),
                                 plain.copy(0, 0, plain.width(), view.top())),
              0)
        << "the bar";
    // In every part of the picture, and faint: no pixel far from what it was.
    for (int y = view.top(); y + 220 < view.bottom(); y += 200)
        for (int x = view.left(); x + 420 < view.right(); x += 400)
            EXPECT_GT(pixels_that_differ(marked.copy(x, y, 400, 200), plain.copy(x, y, 400, 200)), 60);
    for (int y = view.top(); y < view.bottom(); ++y)
        for (int x = view.left(); x < view.right(); ++x)
            ASSERT_LT(std::abs(qRed(marked.pixel(x, y)) - qRed(plain.pixel(x, y))), 70);
    state.watermark = 1;
    start(state);
    EXPECT_EQ(mark.text(), QStringLiteral("sakura"));
    start({});
    EXPECT_EQ(pixels_that_differ(window_.grab().toImage(), plain), 0);
}

TEST_F(BarTest, TheWatermarkShowsOnAnyBackground) {
    for (const QColor& background : {QColor(Qt::white), QColor(Qt::black), QColor(120, 120, 120),
                                     QColor(Qt::red), QColor(0, 0, 128)}) {
        picture_.fill(background);
        start({});
        const QImage plain = window_.grab().toImage();
        wire::SessionState state;
        state.watermark = 1 | 8;
        start(state);
        int strongest = 0;
        const QImage marked = window_.grab().toImage();
        for (int y = 60; y < marked.height() - 20; ++y)
            for (int x = 20; x < marked.width() - 20; ++x)
                strongest = std::max(strongest, std::abs(qGray(marked.pixel(x, y)) -
                                                         qGray(plain.pixel(x, y))));
        EXPECT_GT(strongest, 15) << background.name().toStdString();
    }
}

}  // namespace
}  // namespace sudare::client
