// SPDX-License-Identifier: Apache-2.0
#include "client/core/input_sender.h"

#include <gtest/gtest.h>

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QEventLoop>

#include "protocol/core/limits.h"

namespace sudare::client {
namespace {

class InputSenderTest : public testing::Test {
   protected:
    template <typename T>
    std::vector<T> sent() const {
        std::vector<T> of_kind;
        for (const auto& message : messages_)
            if (const auto* one = std::get_if<T>(&message))
                of_kind.push_back(*one);
        return of_kind;
    }

    // Runs the event loop until the condition holds; the test's own time limit is the only other.
    template <typename Condition>
    void run_until(Condition&& condition) {
        while (!condition())
            QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
    }

    std::vector<wire::UpMessage> messages_;
    InputSender sender_{[this](const wire::UpMessage& message) {
        messages_.push_back(message);
        return true;
    }};
};

TEST_F(InputSenderTest, TheFirstMoveGoesAtOnceAndABurstIsMerged) {
    for (std::uint16_t x = 0; x < 100; ++x)
        sender_.move({x, 7});
    ASSERT_EQ(messages_.size(), 1u);
    EXPECT_EQ(sent<wire::PointerMove>()[0].x, 0);
    run_until([&] { return messages_.size() == 2; });
    EXPECT_EQ(sent<wire::PointerMove>()[1].x, 99);
}

TEST_F(InputSenderTest, WheelStepsAddUp) {
    sender_.wheel({0, 120});
    for (int i = 0; i < 10; ++i)
        sender_.wheel({1, 15});
    run_until([&] { return messages_.size() == 2; });
    EXPECT_EQ(sent<wire::Wheel>()[1].dx_120, 10);
    EXPECT_EQ(sent<wire::Wheel>()[1].dy_120, 150);
}

TEST_F(InputSenderTest, AWheelThatSpinsForeverStaysWithinOneMessage) {
    for (int i = 0; i < 1000; ++i)
        sender_.wheel({0, limits::kWheelStepMax});
    run_until([&] { return messages_.size() == 2; });
    EXPECT_EQ(sent<wire::Wheel>()[1].dy_120, limits::kWheelStepMax);
}

TEST_F(InputSenderTest, StrictIsCoarseAndLosesNoStep) {
    sender_.set_strict(true);
    sender_.move({101, 7});
    ASSERT_EQ(messages_.size(), 1u);
    EXPECT_EQ(sent<wire::PointerMove>()[0].x, 100);
    EXPECT_EQ(sent<wire::PointerMove>()[0].y, 6);
    sender_.wheel({0, 119});
    EXPECT_TRUE(sent<wire::Wheel>().empty()) << "less than a notch waits";
    sender_.wheel({0, 241});
    run_until([&] { return sent<wire::Wheel>().size() == 3; });
    for (const wire::Wheel& step : sent<wire::Wheel>())
        EXPECT_EQ((std::pair{step.dx_120, step.dy_120}), (std::pair<std::int16_t, std::int16_t>{0, 120}));
    sender_.wheel({-500, 20});
    run_until([&] { return sent<wire::Wheel>().size() == 7; });
    EXPECT_EQ(sent<wire::Wheel>()[6].dx_120, -120);
}

TEST_F(InputSenderTest, APressGoesBehindTheMoveThatCameBeforeIt) {
    sender_.move({1, 1});
    sender_.move({2, 2});
    sender_.button(wire::Button::kLeft, true);
    ASSERT_EQ(messages_.size(), 3u);
    EXPECT_EQ(std::get<wire::PointerMove>(messages_[1]).x, 2);
    EXPECT_TRUE(std::get<wire::PointerButton>(messages_[2]).down);
}

TEST_F(InputSenderTest, AReleaseWithoutItsPressIsNotSent) {
    sender_.key(30, false);  // the input method ate the press
    sender_.button(wire::Button::kLeft, false);
    EXPECT_TRUE(messages_.empty());
    sender_.key(30, true);
    sender_.key(30, true);  // a repeat
    sender_.key(30, false);
    EXPECT_EQ(messages_.size(), 2u);
}

TEST_F(InputSenderTest, ReleaseAllForgetsWhatWasHeld) {
    sender_.key(29, true);
    sender_.button(wire::Button::kLeft, true);
    sender_.release_all();
    ASSERT_EQ(sent<wire::ReleaseAll>().size(), 1u);
    EXPECT_FALSE(sender_.is_down(29));
    sender_.key(29, false);
    EXPECT_EQ(messages_.size(), 3u);
}

TEST_F(InputSenderTest, WhileSomethingIsHeldTheSessionIsToldSo) {
    sender_.key(30, true);
    EXPECT_TRUE(sent<wire::Held>().empty());  // the press says it
    run_until([&] { return sent<wire::Held>().size() == 2; });
    sender_.button(wire::Button::kLeft, true);
    sender_.key(30, false);
    run_until([&] { return sent<wire::Held>().size() == 3; });
    sender_.button(wire::Button::kLeft, false);
    const std::size_t so_far = messages_.size();
    QElapsedTimer long_enough;
    long_enough.start();
    while (!long_enough.hasExpired(3 * limits::kHeldInterval.count()))
        QCoreApplication::processEvents(QEventLoop::AllEvents, 50);
    EXPECT_EQ(messages_.size(), so_far);
}

TEST_F(InputSenderTest, KeysOutsideTheTableNeverLeave) {
    sender_.key(116, true);    // KEY_POWER
    sender_.key(60000, true);
    EXPECT_TRUE(messages_.empty());
}

TEST_F(InputSenderTest, LongTextIsSplitAndArrivesWhole) {
    const QString committed = QString(100, QChar(0x3042)) + QStringLiteral("終");
    EXPECT_EQ(sender_.text(committed), 0);
    std::string joined;
    for (const auto& piece : sent<wire::Text>()) {
        EXPECT_LE(QString::fromStdString(piece.utf8).toUcs4().size(),
                  static_cast<qsizetype>(limits::kTextCodePointsMax));
        joined += piece.utf8;
    }
    EXPECT_EQ(sent<wire::Text>().size(), 4u);
    EXPECT_EQ(joined, committed.toStdString());
}

TEST_F(InputSenderTest, NamesKeepTheirCharacters) {
    const char32_t points[] = {0xFA10, 0xFA19, 0xFA1B, 0x8FBB, 0xE0101, 0x2000B};
    const QString name = QString::fromUcs4(points, 6);
    EXPECT_EQ(sender_.text(name), 0);
    ASSERT_EQ(sent<wire::Text>().size(), 1u);
    EXPECT_EQ(sent<wire::Text>()[0].utf8, name.toStdString());
}

TEST_F(InputSenderTest, ControlAndBidiCharactersAreLeftOutAndCounted) {
    EXPECT_EQ(sender_.text(QStringLiteral("a\u202Eb\x01" "c")), 2);
    ASSERT_EQ(sent<wire::Text>().size(), 1u);
    EXPECT_EQ(sent<wire::Text>()[0].utf8, "abc");
    EXPECT_EQ(sender_.text(QStringLiteral("\u2028")), 1);
    EXPECT_EQ(messages_.size(), 1u);
}

TEST_F(InputSenderTest, ResizesAreThinnedAndTheLastOneWins) {
    for (std::uint32_t width = 400; width <= 900; width += 10)
        sender_.resize({*Size::make(width, 300), 120});
    ASSERT_EQ(messages_.size(), 1u);
    run_until([&] { return messages_.size() == 2; });
    EXPECT_EQ(sent<wire::Resize>()[1].display.size.width(), 900);
}

TEST_F(InputSenderTest, TheSameSizeIsNotAskedForTwice) {
    const Display display{*Size::make(800, 600), 120};
    sender_.resize(display);
    sender_.resize(display);
    const Display other{*Size::make(900, 600), 120};
    run_until([&] {
        sender_.resize(other);
        return messages_.size() == 2;
    });
    EXPECT_EQ(sent<wire::Resize>()[1].display, other);
}

}  // namespace
}  // namespace sudare::client

int main(int argc, char** argv) {
    QCoreApplication application(argc, argv);
    testing::InitGoogleTest(&argc, argv);
    return RUN_ALL_TESTS();
}
