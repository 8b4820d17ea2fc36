// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <QCheckBox>
#include <QKeyEvent>

#include "client/app/login_page.h"
#include "client/app/message_page.h"
#include "tests/unit/client/app/recorder.h"

namespace sudare::client {
namespace {

class LoginPageTest : public testing::Test {
protected:
    void SetUp() override {
        page_.show();
        QApplication::setActiveWindow(&page_);
        settle();
        QObject::connect(&page_, &LoginPage::submitted,
                         [this](const Credentials& entered) { entered_.push_back(entered); });
    }

    QLineEdit* field(const char* name) {
        for (auto* edit : page_.findChildren<QLineEdit*>())
            if (edit->accessibleName() == QLatin1String(name))
                return edit;
        return nullptr;
    }
    QPushButton* log_in() {
        for (auto* button : page_.findChildren<QPushButton*>())
            if (button->property("main").toBool())
                return button;
        return nullptr;
    }
    void fill() {
        page_.set_server(QStringLiteral("gateway.example"));
        page_.set_user(QStringLiteral("sakura"));
        field("Password")->setText(QStringLiteral("open sesame"));
    }
    QString alert() { return page_.findChild<Alert*>()->text(); }
    bool has_alert() { return page_.findChild<Alert*>()->isVisible(); }

    LoginPage page_;
    std::vector<Credentials> entered_;
};

TEST_F(LoginPageTest, LogsInWhenEverythingIsFilledIn) {
    EXPECT_FALSE(log_in()->isEnabled());
    fill();
    ASSERT_TRUE(log_in()->isEnabled());
    log_in()->click();
    ASSERT_EQ(entered_.size(), 1u);
    EXPECT_EQ(entered_[0].server, "gateway.example");
    EXPECT_EQ(entered_[0].user, "sakura");
    EXPECT_EQ(entered_[0].password, "open sesame");
    EXPECT_TRUE(entered_[0].one_time_code.isEmpty());
}

TEST_F(LoginPageTest, EnterGoesToWhatIsMissingOrLogsIn) {
    page_.set_server(QStringLiteral("gateway.example"));
    page_.set_user(QStringLiteral("sakura"));
    page_.begin();
    EXPECT_TRUE(field("Password")->hasFocus());
    QKeyEvent enter(QEvent::KeyPress, Qt::Key_Return, {});
    field("User name")->setFocus();
    QApplication::sendEvent(field("User name"), &enter);
    EXPECT_TRUE(entered_.empty());
    EXPECT_TRUE(field("Password")->hasFocus());
    fill();
    QKeyEvent again(QEvent::KeyPress, Qt::Key_Return, {});
    QApplication::sendEvent(field("Password"), &again);
    EXPECT_EQ(entered_.size(), 1u);
}

TEST_F(LoginPageTest, ThePasswordIsHiddenAndGoesAwayAfterARefusal) {
    fill();
    EXPECT_EQ(field("Password")->echoMode(), QLineEdit::Password);
    page_.show_problem(explain({wire::LoginVerdict::kRefused, 0}, false));
    EXPECT_TRUE(has_alert());
    EXPECT_TRUE(field("Password")->text().isEmpty());
    EXPECT_EQ(page_.user(), "sakura");
    EXPECT_TRUE(field("Password")->hasFocus());
    EXPECT_FALSE(alert().contains(QStringLiteral("sakura")));
}

TEST_F(LoginPageTest, ThePasswordIsShownOnDemandOnlyAndWithoutAnInputMethod) {
    fill();
    auto* reveal = page_.findChild<QCheckBox*>();
    ASSERT_NE(reveal, nullptr);
    reveal->click();
    EXPECT_EQ(field("Password")->echoMode(), QLineEdit::Normal);
    EXPECT_FALSE(field("Password")->testAttribute(Qt::WA_InputMethodEnabled));
    EXPECT_TRUE(field("Password")->inputMethodHints().testFlag(Qt::ImhSensitiveData));
    page_.set_progress(QStringLiteral("Logging in"));
    EXPECT_EQ(field("Password")->echoMode(), QLineEdit::Password);
    EXPECT_FALSE(reveal->isEnabled());
    page_.show_problem(explain({wire::LoginVerdict::kRefused, 0}, false));
    EXPECT_FALSE(reveal->isChecked());
    EXPECT_TRUE(reveal->isEnabled());
}

TEST_F(LoginPageTest, AMissingCodeKeepsThePasswordAndAsks) {
    fill();
    EXPECT_FALSE(field("One-time code (6 digits)")->isVisible());
    page_.show_problem(explain({wire::LoginVerdict::kSecondFactorNeeded, 0}, true), 0, true);
    page_.ask_code(true);
    EXPECT_TRUE(field("One-time code (6 digits)")->hasFocus());
    EXPECT_FALSE(log_in()->isEnabled());
    field("One-time code (6 digits)")->setText(QStringLiteral("１２３456"));
    ASSERT_TRUE(log_in()->isEnabled());
    log_in()->click();
    ASSERT_EQ(entered_.size(), 1u);
    EXPECT_EQ(entered_[0].one_time_code, "123456");
    EXPECT_EQ(entered_[0].password, "open sesame");
}

TEST_F(LoginPageTest, AWaitingTimeLocksTheButtonUntilItIsOver) {
    fill();
    page_.show_problem(explain({wire::LoginVerdict::kBusy, 2}, false), 2);
    field("Password")->setText(QStringLiteral("open sesame"));
    EXPECT_FALSE(log_in()->isEnabled());
    EXPECT_TRUE(log_in()->text().contains(QStringLiteral("2 seconds")));
    run_until([&] { return log_in()->isEnabled(); });
    EXPECT_EQ(log_in()->text(), "Log in");
}

TEST_F(LoginPageTest, WhileSomethingRunsItCanBeCancelled) {
    fill();
    page_.set_progress(QStringLiteral("Connecting"));
    EXPECT_FALSE(field("User name")->isEnabled());
    int cancelled = 0;
    QObject::connect(&page_, &LoginPage::cancelled, [&] { ++cancelled; });
    QKeyEvent escape(QEvent::KeyPress, Qt::Key_Escape, {});
    QApplication::sendEvent(&page_, &escape);
    EXPECT_EQ(cancelled, 1);
    page_.begin();
    EXPECT_TRUE(field("User name")->isEnabled());
}

TEST(MessagePageTest, SaysWhatWhyAndWhatNext) {
    MessagePage page;
    page.show();
    page.show_ending({Fault::kNone, EndReason::kIdle, 0, {}}, 4711);
    const Explanation said = explain(EndReason::kIdle);
    for (const QString& part :
         {said.title, said.why, said.next, QStringLiteral("4711"), QStringLiteral("idle")})
        EXPECT_TRUE(page.text().contains(part)) << part.toStdString();
}

TEST(MessagePageTest, OffersNoWayOnWhereGoingOnIsDangerous) {
    MessagePage page;
    page.show();
    const auto again_is_there = [&] {
        for (const auto* button : page.findChildren<QPushButton*>())
            if (button->property("main").toBool())
                return button->isVisible();
        return false;
    };
    page.show_ending({Fault::kLost, {}, 0, {}}, 0);
    EXPECT_TRUE(again_is_there());
    page.show_ending({Fault::kServerNotTrusted, {}, 0, {}}, 0);
    EXPECT_FALSE(again_is_there());
}

}  // namespace
}  // namespace sudare::client
