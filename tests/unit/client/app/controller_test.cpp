// SPDX-License-Identifier: Apache-2.0
#include "client/app/controller.h"

#include <gtest/gtest.h>

#include "client/platform/worker_process.h"
#include "tests/unit/client/app/recorder.h"

// What can be seen without a server; with one: tests/integration/viewer_app.
namespace sudare::client {
namespace {

class ControllerTest : public testing::Test {
protected:
    void start(const Options& options, const QByteArray& password = {}) {
        controller_ = std::make_unique<Controller>(
            options, Preferences{}, &platform::make_worker_process,
            [this](const QByteArray& line) { lines_.push_back(line); });
        controller_->start(password);
    }
    bool said(const char* line) const {
        return std::find(lines_.begin(), lines_.end(), line) != lines_.end();
    }
    QString alert() { return controller_->window().login().findChild<Alert*>()->text(); }

    std::vector<QByteArray> lines_;
    std::unique_ptr<Controller> controller_;
};

Options with_server(const char* server) {
    Options options;
    options.server = QLatin1String(server);
    options.user = QStringLiteral("sakura");
    options.paths = {"/nowhere/t.crt", "/nowhere/t.key", "/nowhere/ca.crt", {}};
    return options;
}

TEST_F(ControllerTest, BeginsWithTheLogIn) {
    start(with_server("gateway.example"));
    EXPECT_EQ(lines_, (std::vector<QByteArray>{"READY", "STATE login"}));
    EXPECT_TRUE(controller_->window().isVisible());
    EXPECT_TRUE(controller_->window().shows_login());
    EXPECT_EQ(controller_->window().login().user(), "sakura");
}

TEST_F(ControllerTest, MissingFilesAreSaidInTheForm) {
    start(with_server("gateway.example"), "open sesame");
    run_until([&] { return said("STATE ended settings"); });
    EXPECT_TRUE(controller_->window().shows_login());
    EXPECT_TRUE(alert().contains(explain(Fault::kSettings).title));
}

TEST_F(ControllerTest, AServerThatIsNoneIsSaidInTheForm) {
    start(with_server("not a host:name:x"), "open sesame");
    EXPECT_TRUE(alert().contains(explain(Fault::kNameNotFound).title));
    EXPECT_FALSE(said("STATE connecting"));
}

TEST_F(ControllerTest, ClosingTheLogInEndsTheProgram) {
    start(with_server("gateway.example"));
    bool finished = false;
    QObject::connect(controller_.get(), &Controller::finished, [&] { finished = true; });
    controller_->window().close();
    EXPECT_TRUE(finished);
}

}  // namespace
}  // namespace sudare::client
