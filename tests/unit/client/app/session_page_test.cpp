// SPDX-License-Identifier: Apache-2.0
#include "client/app/session_page.h"

#include <gtest/gtest.h>

#include <QAccessible>
#include <QKeyEvent>

#include "client/app/main_window.h"
#include "tests/unit/client/app/recorder.h"

namespace sudare::client {
namespace {

class SessionPageTest : public testing::Test {
protected:
    void SetUp() override {
        window_.resize(1000, 700);
        window_.show();
        QApplication::setActiveWindow(&window_);
        window_.show_session(QStringLiteral("sakura"));
        settle();
    }

    void start() {
        wire::SessionState state;
        state.phase = wire::Phase::kRunning;
        state.session = 77;
        state.restrictions = wire::kRestrictSites;
        page().set_state(state);
        page().set_running(true);
        page().show_changes({1, picture_.size(), true, {}});
        settle();
    }

    void key(QWidget* to, int key) {
        for (const auto type : {QEvent::KeyPress, QEvent::KeyRelease}) {
            QKeyEvent event(type, key, {});
            QApplication::sendEvent(to, &event);
        }
    }

    void click_into_the_page() {
        QMouseEvent press(QEvent::MouseButtonPress, QPointF(9, 9), QPointF(9, 9), Qt::LeftButton,
                          Qt::LeftButton, {});
        QApplication::sendEvent(&page().view(), &press);
    }

    SessionPage& page() { return window_.session(); }
    QPushButton* button(const char* name) {
        return page().banner().findChild<QPushButton*>(QLatin1String(name));
    }

    QImage picture_{640, 480, QImage::Format_RGB32};
    Recorder recorder_;
    MainWindow window_{[this]() -> const QImage& { return picture_; }, recorder_.input};
};

// The promise behind the banner: remote pixels are inside the border, and the border is under the
// banner, at any size and in full screen.
TEST_F(SessionPageTest, RemotePixelsStayInsideTheBorder) {
    start();
    const auto check = [this] {
        settle();
        const QRect window = window_.rect();
        const QRect view(page().view().mapTo(&window_, QPoint(0, 0)), page().view().size());
        const QRect banner(page().banner().mapTo(&window_, QPoint(0, 0)), page().banner().size());
        EXPECT_EQ(banner, QRect(0, 0, window.width(), Banner::kHeight));
        const int border = SessionPage::kBorder;
        EXPECT_EQ(view, window.adjusted(border, Banner::kHeight + border, -border, -border));
        EXPECT_FALSE(page().banner().isHidden());
    };
    check();
    for (const QSize size : {QSize(560, 420), QSize(1400, 900), QSize(701, 503)}) {
        window_.resize(size);
        check();
    }
    window_.set_full_screen(true);
    check();
    window_.set_full_screen(false);
    check();
}

TEST_F(SessionPageTest, TheBannerSaysWhoWhereAndWhat) {
    start();
    QStringList texts;
    for (const QLabel* label : page().banner().findChildren<QLabel*>())
        texts += label->text();
    EXPECT_TRUE(texts.contains(QStringLiteral("Internet")));
    EXPECT_TRUE(texts.contains(QStringLiteral("sakura")));
    EXPECT_TRUE(texts.contains(QStringLiteral("No. 77")));
    EXPECT_EQ(button("link")->text(), QStringLiteral("Connected"));
    EXPECT_EQ(page().banner().restrictions().size(), 4);
    EXPECT_TRUE(button("restricted")->toolTip().contains(page().banner().restrictions()[0]));
}

TEST_F(SessionPageTest, ANarrowBannerKeepsTheZoneAndTheWaysOut) {
    start();
    window_.resize(560, 420);
    settle();
    for (const char* name : {"restricted", "more", "end"})
        EXPECT_TRUE(button(name)->isVisible()) << name;
    const auto* zone = page().banner().findChild<QLabel*>(QStringLiteral("zone"));
    EXPECT_TRUE(zone->isVisible());
    EXPECT_GE(zone->width(), zone->sizeHint().width());
    EXPECT_LE(button("end")->geometry().right(), page().banner().width());
}

TEST_F(SessionPageTest, WaitingIsShownUntilThePictureComes) {
    const QString title = QStringLiteral("Your browser is being started");
    const auto shown = [&] {
        for (const QLabel* label : page().findChildren<QLabel*>())
            if (label->text() == title && label->isVisible())
                return true;
        return false;
    };
    EXPECT_TRUE(shown());
    start();
    EXPECT_FALSE(shown());
}

TEST_F(SessionPageTest, AQuestionIsAnsweredByKeyboardAndNoIsTheDefault) {
    start();
    bool ended = false;
    page().ask_end([&] { ended = true; });
    settle();
    key(QApplication::focusWidget(), Qt::Key_Return);
    EXPECT_FALSE(ended);
    EXPECT_FALSE(page().notices().isVisible());
    EXPECT_TRUE(page().view().hasFocus());

    page().ask_end([&] { ended = true; });
    key(QApplication::focusWidget(), Qt::Key_Escape);
    EXPECT_FALSE(ended);

    page().ask_end([&] { ended = true; });
    key(QApplication::focusWidget(), Qt::Key_Backtab);
    key(QApplication::focusWidget(), Qt::Key_Return);
    EXPECT_TRUE(ended);
}

TEST_F(SessionPageTest, ANoticeTakesNoKeyboardAndReplacesNoQuestion) {
    start();
    page().view().setFocus();
    page().show_notice({wire::NoticeCode::kIdleSoon, 60, 0});
    EXPECT_TRUE(page().notices().isVisible());
    EXPECT_TRUE(page().view().hasFocus());
    page().ask_end([] {});
    const QString question = page().notices().text();
    page().show_notice({wire::NoticeCode::kIdleSoon, 50, 0});
    EXPECT_EQ(page().notices().text(), question);
}

TEST_F(SessionPageTest, ARefusedSiteIsToldQuietlyAndOnlyAfterTheUserDidSomething) {
    start();
    page().show_notice({wire::NoticeCode::kSiteRefused, 3, 1});
    EXPECT_TRUE(page().banner().aside().isEmpty());
    click_into_the_page();
    page().show_notice({wire::NoticeCode::kSiteRefused, 3, 1});
    EXPECT_TRUE(page().banner().aside().contains(QStringLiteral("3")));
    EXPECT_FALSE(page().notices().isVisible());
}

// For what rules refuse, not for what is no site or not outside; and only after a question.
TEST_F(SessionPageTest, ARefusedSiteCanBeAskedFor) {
    start();
    std::vector<quint32> asked;
    QObject::connect(&page(), &SessionPage::permission_asked, &page(), [&](quint32 rule) { asked.push_back(rule); });
    for (const std::uint32_t verdict : {3, 4, 5, 6, 7, 8, 9}) {
        click_into_the_page();
        page().show_notice({wire::NoticeCode::kSiteRefused, 3, verdict});
        EXPECT_FALSE(button("ask")->isVisible()) << verdict;
    }
    click_into_the_page();
    page().show_notice({wire::NoticeCode::kSiteRefused, 0, 2});
    ASSERT_TRUE(button("ask")->isVisible());
    button("ask")->click();
    EXPECT_TRUE(page().notices().asking());
    key(QApplication::focusWidget(), Qt::Key_Return);  // "Not now"
    EXPECT_TRUE(asked.empty());
    button("ask")->click();
    key(QApplication::focusWidget(), Qt::Key_Backtab);
    key(QApplication::focusWidget(), Qt::Key_Return);
    EXPECT_EQ(asked, std::vector<quint32>{0});
    EXPECT_FALSE(button("ask")->isVisible());
}

TEST_F(SessionPageTest, TheKeyboardReachesTheBarAndComesBack) {
    start();
    page().banner().take_focus();
    EXPECT_EQ(QApplication::focusWidget()->parentWidget(), &page().banner());
    for (int i = 0; i < 12 && !button("end")->hasFocus(); ++i)
        key(QApplication::focusWidget(), Qt::Key_Tab);
    EXPECT_TRUE(button("end")->hasFocus());
    key(QApplication::focusWidget(), Qt::Key_Escape);
    EXPECT_TRUE(page().view().hasFocus());
}

TEST_F(SessionPageTest, EverythingThatTakesTheKeyboardHasAName) {
    start();
    page().ask_end([] {});
    int checked = 0;
    for (QWidget* widget : window_.findChildren<QWidget*>()) {
        if (widget->focusPolicy() == Qt::NoFocus)
            continue;
        QAccessibleInterface* told = QAccessible::queryAccessibleInterface(widget);
        ASSERT_NE(told, nullptr);
        EXPECT_FALSE(told->text(QAccessible::Name).isEmpty())
            << widget->metaObject()->className() << ' ' << widget->objectName().toStdString();
        ++checked;
    }
    EXPECT_GE(checked, 12);
}

TEST_F(SessionPageTest, ClosingTheWindowAsksFirst) {
    start();
    int asked = 0;
    int closing = 0;
    QObject::connect(&window_, &MainWindow::close_wanted, [&] { ++asked; });
    QObject::connect(&window_, &MainWindow::closing, [&] { ++closing; });
    window_.close();
    EXPECT_EQ(asked, 1);
    EXPECT_EQ(closing, 0);
    EXPECT_TRUE(window_.isVisible());
    window_.permit_close();
    window_.close();
    EXPECT_EQ(closing, 1);
}

}  // namespace
}  // namespace sudare::client
