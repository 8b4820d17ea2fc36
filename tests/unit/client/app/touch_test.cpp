// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <QPointingDevice>
#include <QTouchEvent>

#include "client/app/touch_pointer.h"
#include "tests/unit/client/app/recorder.h"

namespace sudare::client {
namespace {

class TouchTest : public testing::Test {
protected:
    void SetUp() override {
        view_.resize(800, 600);
        view_.show();
        view_.set_live(true);
        settle();
        recorder_.messages.clear();
    }

    void finger(int id, QEventPoint::State state, QPointF at) {
        const QEvent::Type type = state == QEventPoint::Pressed    ? QEvent::TouchBegin
                                  : state == QEventPoint::Released ? QEvent::TouchEnd
                                                                   : QEvent::TouchUpdate;
        QTouchEvent event(type, &screen_, {}, {QEventPoint(id, state, at, view_.mapToGlobal(at))});
        QApplication::sendEvent(&view_, &event);
    }

    std::vector<std::pair<wire::Button, bool>> buttons() const {
        std::vector<std::pair<wire::Button, bool>> found;
        for (const wire::PointerButton& one : recorder_.sent<wire::PointerButton>())
            found.emplace_back(one.button, one.down);
        return found;
    }

    QImage picture_{800, 600, QImage::Format_RGB32};
    Recorder recorder_;
    QPointingDevice screen_{QStringLiteral("screen"), 7, QInputDevice::DeviceType::TouchScreen,
                            QPointingDevice::PointerType::Finger,
                            QInputDevice::Capability::Position, 10, 0};
    RemoteView view_{[this]() -> const QImage& { return picture_; }, recorder_.input};
};

TEST_F(TouchTest, ATapIsAClickAtItsPlace) {
    finger(1, QEventPoint::Pressed, {100, 50});
    finger(1, QEventPoint::Updated, {103, 52});
    finger(1, QEventPoint::Released, {103, 52});
    EXPECT_EQ(buttons(), (std::vector<std::pair<wire::Button, bool>>{{wire::Button::kLeft, true},
                                                                   {wire::Button::kLeft, false}}));
    const auto moves = recorder_.sent<wire::PointerMove>();
    ASSERT_FALSE(moves.empty());
    const qreal ratio = view_.devicePixelRatioF();
    EXPECT_NEAR(moves[0].x, 100 * ratio, 1);
    EXPECT_TRUE(recorder_.sent<wire::Wheel>().empty());
}

TEST_F(TouchTest, AMovingFingerScrollsThePageWithIt) {
    finger(1, QEventPoint::Pressed, {400, 400});
    for (int y = 390; y >= 300; y -= 10)
        finger(1, QEventPoint::Updated, {400, static_cast<qreal>(y)});
    finger(1, QEventPoint::Released, {400, 300});
    run_until([&] {
        int sum = 0;
        for (const wire::Wheel& wheel : recorder_.sent<wire::Wheel>())
            sum += wheel.dy_120;
        return sum == 120;  // a hundred pixels: one notch, down
    });
    EXPECT_TRUE(buttons().empty());
}

TEST_F(TouchTest, AFingerHeldStillIsTheRightButton) {
    finger(1, QEventPoint::Pressed, {200, 200});
    run_until([&] { return !buttons().empty(); });
    finger(1, QEventPoint::Released, {200, 200});
    EXPECT_EQ(buttons(), (std::vector<std::pair<wire::Button, bool>>{{wire::Button::kRight, true},
                                                                   {wire::Button::kRight, false}}));
}

TEST_F(TouchTest, ASecondFingerDoesNothing) {
    finger(1, QEventPoint::Pressed, {200, 200});
    finger(2, QEventPoint::Pressed, {400, 400});
    finger(2, QEventPoint::Released, {400, 400});
    EXPECT_TRUE(buttons().empty());
    finger(1, QEventPoint::Released, {200, 200});
    EXPECT_EQ(buttons().size(), 2U);
}

}  // namespace
}  // namespace sudare::client
