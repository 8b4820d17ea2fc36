// SPDX-License-Identifier: Apache-2.0
// What a screen reader gets, through Qt's accessibility interface, in both languages; and that every
// page can be used by the keyboard alone.
#include <gtest/gtest.h>

#include <QAccessible>
#include <QKeyEvent>
#include <QLineEdit>
#include <QTranslator>
#include <map>
#include <set>

#include "client/app/language.h"
#include "client/app/main_window.h"
#include "tests/unit/client/app/recorder.h"

namespace sudare::client {
namespace {

class AccessibilityTest : public testing::TestWithParam<Locale> {
protected:
    void SetUp() override {
        install_language(*qApp, GetParam());
        window_ = std::make_unique<MainWindow>([this]() -> const QImage& { return picture_; },
                                               recorder_.input);
        window_->resize(1400, 800);
        window_->show();
        QApplication::setActiveWindow(window_.get());
        settle();
    }
    void TearDown() override {
        window_.reset();
        for (QTranslator* translator : qApp->findChildren<QTranslator*>())
            delete translator;
    }

    // Every visible widget that takes the keyboard, or is a button, by its name.
    std::map<QString, QAccessible::Role> controls() {
        std::map<QString, QAccessible::Role> found;
        for (QWidget* widget : window_->findChildren<QWidget*>()) {
            if (!widget->isVisible() || !widget->isEnabled() || (widget->focusPolicy() & Qt::TabFocus) == 0)
                continue;
            QAccessibleInterface* told = QAccessible::queryAccessibleInterface(widget);
            EXPECT_NE(told, nullptr);
            const QString name = told->text(QAccessible::Name);
            EXPECT_FALSE(name.isEmpty()) << widget->metaObject()->className() << ' '
                                         << widget->objectName().toStdString();
            EXPECT_NE(told->role(), QAccessible::NoRole) << name.toStdString();
            found[name] = told->role();
        }
        return found;
    }

    // Tab after Tab, until the first one comes again.
    std::size_t reached_by_tab() {
        std::set<QWidget*> seen;
        for (int i = 0; i < 40; ++i) {
            QKeyEvent tab(QEvent::KeyPress, Qt::Key_Tab, {});
            if (QApplication::focusWidget() == nullptr)
                break;
            QApplication::sendEvent(QApplication::focusWidget(), &tab);
            if (!seen.insert(QApplication::focusWidget()).second)
                break;
        }
        return seen.size();
    }

    // Something visible is read out as this.
    bool read_out(const QString& part) {
        for (QWidget* widget : window_->findChildren<QWidget*>()) {
            if (!widget->isVisible())
                continue;
            QAccessibleInterface* told = QAccessible::queryAccessibleInterface(widget);
            if (told != nullptr && told->text(QAccessible::Name).contains(part))
                return true;
        }
        return false;
    }

    void start_session() {
        window_->show_session(QStringLiteral("sakura"));
        wire::SessionState state;
        state.phase = wire::Phase::kRunning;
        state.session = 77;
        state.remaining_s = 3600;
        window_->session().set_state(state);
        window_->session().set_running(true);
        window_->session().show_changes({1, picture_.size(), true, {}});
        settle();
    }

    bool japanese() const { return GetParam() == Locale::kJapanese; }

    QImage picture_{640, 480, QImage::Format_RGB32};
    Recorder recorder_;
    std::unique_ptr<MainWindow> window_;
};

TEST_P(AccessibilityTest, TheLogInIsReadAndReachedByTab) {
    window_->show_login();
    settle();
    const auto found = controls();
    EXPECT_GE(found.size(), 3U);
    int edits = 0;
    for (const auto& [name, role] : found)
        edits += role == QAccessible::EditableText ? 1 : 0;
    EXPECT_EQ(edits, 3) << "server, user, password";
    for (QLineEdit* edit : window_->findChildren<QLineEdit*>())
        if (edit->isVisible() && edit->echoMode() != QLineEdit::Normal) {
            QAccessibleInterface* told = QAccessible::queryAccessibleInterface(edit);
            EXPECT_TRUE(told->state().passwordEdit);
            edit->setText(QStringLiteral("secret"));
            EXPECT_FALSE(told->text(QAccessible::Value).contains(QStringLiteral("secret")));
        }
    EXPECT_EQ(reached_by_tab(), found.size());
    window_->login().show_problem(explain({wire::LoginVerdict::kRefused, 0}, false));
    settle();
    EXPECT_TRUE(read_out(explain({wire::LoginVerdict::kRefused, 0}, false).title));
}

TEST_P(AccessibilityTest, TheBarIsReadAndReachedByTab) {
    start_session();
    window_->session().banner().take_focus();
    const auto found = controls();
    EXPECT_TRUE(found.contains(japanese() ? QStringLiteral("倍率: 100 パーセント")
                                          : QStringLiteral("Zoom: 100 percent")));
    EXPECT_TRUE(found.contains(japanese() ? QStringLiteral("接続: 接続中")
                                          : QStringLiteral("Connection: Connected")));
    for (const auto& [name, role] : found)
        EXPECT_NE(name, QStringLiteral("…"));
    // The picture itself keeps Tab for the page; Ctrl+Alt+Home leads here.
    EXPECT_GE(reached_by_tab() + 1, found.size());
}

TEST_P(AccessibilityTest, NoticesQuestionsAndInterruptionsAreReadOut) {
    start_session();
    SessionPage& page = window_->session();
    page.show_notice({wire::NoticeCode::kIdleSoon, 60, 0});
    EXPECT_TRUE(read_out(text_of({wire::NoticeCode::kIdleSoon, 60, 0})));
    page.notices().dismiss();
    page.ask_end([] {});
    EXPECT_TRUE(read_out(page.notices().text()));
    page.notices().dismiss();
    Interruption interruption;
    interruption.since = QDateTime::currentDateTime();
    interruption.kept_until = interruption.since.addSecs(600);
    page.set_interrupted(interruption);
    settle();
    EXPECT_TRUE(read_out(japanese() ? QStringLiteral("接続が切れています")
                                   : QStringLiteral("The connection is interrupted")));
    QAccessibleInterface* told = QAccessible::queryAccessibleInterface(&page.reconnect());
    EXPECT_FALSE(told->text(QAccessible::Description).isEmpty());
}

TEST_P(AccessibilityTest, EveryEndIsReadWithItsNextStep) {
    for (unsigned number = 0; number < 100; ++number) {
        const auto reason = end_reason_from(static_cast<std::uint16_t>(number));
        if (!reason)
            continue;
        window_->show_ending({Fault::kNone, *reason, 0, {}}, 77);
        settle();
        const Explanation said = explain(*reason);
        EXPECT_TRUE(read_out(said.title)) << number;
        QAccessibleInterface* told = QAccessible::queryAccessibleInterface(&window_->message());
        EXPECT_TRUE(told->text(QAccessible::Description).contains(said.next)) << number;
        EXPECT_TRUE(QApplication::focusWidget() != nullptr &&
                    QApplication::focusWidget()->isVisible());
    }
}

TEST_P(AccessibilityTest, ThePictureSaysWhatItIsAndHowToLeaveIt) {
    start_session();
    QAccessibleInterface* told = QAccessible::queryAccessibleInterface(&window_->session().view());
    EXPECT_TRUE(told->text(QAccessible::Name).contains(japanese() ? QStringLiteral("インターネット")
                                                                  : QStringLiteral("Internet")));
    EXPECT_TRUE(told->text(QAccessible::Description).contains(QStringLiteral("Ctrl+Alt+Home")));
}

INSTANTIATE_TEST_SUITE_P(Languages, AccessibilityTest,
                         testing::Values(Locale::kJapanese, Locale::kEnglish));

}  // namespace
}  // namespace sudare::client
