// SPDX-License-Identifier: Apache-2.0
#include "client/app/remote_view.h"

#include <gtest/gtest.h>

#include <QClipboard>
#include <QKeyEvent>
#include <QLineEdit>
#include <QMimeData>
#include <QVBoxLayout>

#include "client/app/cursor_shapes.h"
#include "client/core/pointer_map.h"
#include "tests/unit/client/app/recorder.h"

namespace sudare::client {
namespace {

class RemoteViewTest : public testing::Test {
protected:
    void SetUp() override {
        auto* layout = new QVBoxLayout(&window_);
        layout->addWidget(&other_);
        layout->addWidget(&view_, 1);
        window_.resize(700, 500);
        window_.show();
        QApplication::setActiveWindow(&window_);
        view_.setFocus();
        settle();
        ASSERT_TRUE(view_.hasFocus());
        view_.set_asked_display(view_.display());
        view_.set_live(true);
        view_.set_text_field(kField);
        recorder_.messages.clear();
        QObject::connect(&view_, &RemoteView::command,
                         [this](ViewerCommand command) { commands_.push_back(command); });
    }

    void key(QEvent::Type type, int key, Qt::KeyboardModifiers modifiers = {},
             bool repeat = false) {
        QKeyEvent event(type, key, modifiers, QString(), repeat);
        QApplication::sendEvent(&view_, &event);
    }
    void press(int code, Qt::KeyboardModifiers m = {}) { key(QEvent::KeyPress, code, m); }
    void release(int code, Qt::KeyboardModifiers m = {}) { key(QEvent::KeyRelease, code, m); }

    void compose(const QString& preedit, const QString& commit = {}) {
        QInputMethodEvent event(preedit, {});
        event.setCommitString(commit);
        QApplication::sendEvent(&view_, &event);
    }

    void mouse(QEvent::Type type, QPointF at, Qt::MouseButton button) {
        QMouseEvent event(type, at, view_.mapTo(&window_, at), view_.mapToGlobal(at), button,
                          type == QEvent::MouseButtonRelease ? Qt::NoButton : button, {});
        QApplication::sendEvent(&view_, &event);
    }

    static constexpr wire::TextField kField{true, 40, 60, 2, 20, wire::FieldKind::kText};
    Recorder recorder_;
    QImage picture_{640, 400, QImage::Format_RGB32};
    QWidget window_;
    QLineEdit other_;
    RemoteView view_{[this]() -> const QImage& { return picture_; }, recorder_.input};
    std::vector<ViewerCommand> commands_;
};

TEST_F(RemoteViewTest, KeysBecomeEvdevCodes) {
    press(Qt::Key_A);
    release(Qt::Key_A);
    const auto keys = recorder_.sent<wire::Key>();
    ASSERT_EQ(keys.size(), 2u);
    EXPECT_EQ(keys[0].code, 30);  // KEY_A
    EXPECT_TRUE(keys[0].down);
    EXPECT_FALSE(keys[1].down);
}

TEST_F(RemoteViewTest, RepeatsAreMadeOnTheOtherSide) {
    press(Qt::Key_A);
    for (int i = 0; i < 5; ++i) {
        key(QEvent::KeyRelease, Qt::Key_A, {}, true);
        key(QEvent::KeyPress, Qt::Key_A, {}, true);
    }
    EXPECT_EQ(recorder_.messages.size(), 1u);
}

// An input method eats the press; the release still arrives.
TEST_F(RemoteViewTest, AReleaseWithoutItsPressIsNotSent) {
    release(Qt::Key_A);
    EXPECT_TRUE(recorder_.messages.empty());
}

TEST_F(RemoteViewTest, TabAndBrowserShortcutsGoToThePage) {
    press(Qt::Key_Tab);
    press(Qt::Key_F11);
    press(Qt::Key_T, Qt::ControlModifier);
    press(Qt::Key_Left, Qt::AltModifier);
    EXPECT_EQ(recorder_.sent<wire::Key>().size(), 4u);
    EXPECT_TRUE(view_.hasFocus());
    EXPECT_TRUE(commands_.empty());
}

TEST_F(RemoteViewTest, TheViewersOwnCombinationsStayHere) {
    press(Qt::Key_Control, Qt::ControlModifier);
    press(Qt::Key_Alt, Qt::ControlModifier | Qt::AltModifier);
    recorder_.messages.clear();
    for (const int own : {Qt::Key_Return, Qt::Key_End, Qt::Key_Home}) {
        press(own, Qt::ControlModifier | Qt::AltModifier);
        release(own, Qt::ControlModifier | Qt::AltModifier);
    }
    EXPECT_TRUE(recorder_.sent<wire::Key>().empty());
    EXPECT_FALSE(recorder_.sent<wire::ReleaseAll>().empty());
    EXPECT_EQ(commands_,
              (std::vector{ViewerCommand::kFullScreen, ViewerCommand::kEnd, ViewerCommand::kBar}));
    // A control: with one modifier less it is the page's.
    press(Qt::Key_End, Qt::ControlModifier);
    EXPECT_EQ(recorder_.sent<wire::Key>().size(), 1u);
}

TEST_F(RemoteViewTest, LosingTheFocusReleasesEverything) {
    press(Qt::Key_Shift);
    recorder_.messages.clear();
    other_.setFocus();
    ASSERT_EQ(recorder_.messages.size(), 1u);
    EXPECT_TRUE(std::holds_alternative<wire::ReleaseAll>(recorder_.messages[0]));
    EXPECT_FALSE(recorder_.input.is_down(42));
}

TEST_F(RemoteViewTest, OnlyCommittedTextIsSent) {
    compose(QStringLiteral("にほ"));
    compose(QStringLiteral("日本"));
    EXPECT_TRUE(recorder_.messages.empty());
    EXPECT_TRUE(view_.composition().active());
    compose({}, QStringLiteral("日本\uFA11"));
    const auto texts = recorder_.sent<wire::Text>();
    ASSERT_EQ(texts.size(), 1u);
    EXPECT_EQ(texts[0].utf8, "日本\uFA11");
    EXPECT_FALSE(view_.composition().active());
}

TEST_F(RemoteViewTest, WhatMayNotCrossIsCounted) {
    int left_out = 0;
    QObject::connect(&view_, &RemoteView::text_left_out, [&](int count) { left_out = count; });
    compose(QStringLiteral("ab"));
    compose({}, QStringLiteral("a\u202Eb"));
    ASSERT_EQ(recorder_.sent<wire::Text>().size(), 1u);
    EXPECT_EQ(recorder_.sent<wire::Text>()[0].utf8, "ab");
    EXPECT_EQ(left_out, 1);
}

TEST_F(RemoteViewTest, APasteOfTheInputMethodIsDroppedAndSaid) {
    int dropped = 0;
    QObject::connect(&view_, &RemoteView::paste_dropped, [&](int count) { dropped += count; });
    compose({}, QStringLiteral("市民の住所の一覧"));  // nothing was composed
    EXPECT_EQ(dropped, 8);
    compose(QStringLiteral("あ"));
    compose({}, QStringLiteral("市民の住所"));  // five for one key
    EXPECT_EQ(dropped, 13);
    EXPECT_EQ(view_.paste_guard().dropped(), 13U);
    EXPECT_TRUE(recorder_.sent<wire::Text>().empty());
    compose(QStringLiteral("しみん"));  // control
    compose({}, QStringLiteral("市民"));
    EXPECT_EQ(recorder_.sent<wire::Text>().size(), 1u);
}

TEST_F(RemoteViewTest, TheInputMethodIsOnInTextFieldsOnly) {
    const auto enabled = [this] { return view_.inputMethodQuery(Qt::ImEnabled).toBool(); };
    EXPECT_TRUE(enabled());
    wire::TextField field = kField;
    field.kind = wire::FieldKind::kPassword;
    view_.set_text_field(field);
    EXPECT_FALSE(enabled());
    view_.set_text_field({});
    EXPECT_FALSE(enabled());
    view_.set_text_field(kField);
    EXPECT_TRUE(enabled());
    view_.set_text_permitted(false);
    EXPECT_FALSE(enabled());
    view_.set_text_permitted(true);
    EXPECT_TRUE(enabled());
    field = kField;
    field.composed_there = true;
    view_.set_text_field(field);
    EXPECT_FALSE(enabled()) << "the session composes";
    view_.set_text_field(kField);
    view_.set_live(false);
    EXPECT_FALSE(enabled());
}

TEST_F(RemoteViewTest, ACompositionThatMeetsAPasswordFieldIsDropped) {
    compose(QStringLiteral("ひみつ"));
    wire::TextField field = kField;
    field.kind = wire::FieldKind::kPassword;
    view_.set_text_field(field);
    EXPECT_FALSE(view_.composition().active());
    compose({}, QStringLiteral("ひみつ"));
    EXPECT_TRUE(recorder_.messages.empty());
}

TEST_F(RemoteViewTest, TheCaretIsInLogicalPixels) {
    const qreal ratio = view_.devicePixelRatioF();
    const QRectF wanted(40 / ratio, 60 / ratio, 2 / ratio, 20 / ratio);
    EXPECT_EQ(view_.inputMethodQuery(Qt::ImCursorRectangle).toRect(), wanted.toAlignedRect());
    EXPECT_TRUE(view_.inputMethodQuery(Qt::ImSurroundingText).toString().isEmpty());
}

// 0,0,0,0: scrolled out of the picture, or not told yet.
TEST_F(RemoteViewTest, ACaretThatIsNowhereStaysWhereItWasSeen) {
    const auto told = [this] { return view_.inputMethodQuery(Qt::ImCursorRectangle).toRect(); };
    const QRect seen = told();
    const wire::TextField nowhere{true, 0, 0, 0, 0, wire::FieldKind::kText};
    view_.set_text_field(nowhere);
    EXPECT_EQ(told(), seen);
    compose(QStringLiteral("に"));
    EXPECT_LT(std::abs(told().center().y() - seen.center().y()), 4);
    view_.set_text_field({});
    view_.set_text_field(nowhere);
    EXPECT_EQ(told(), seen);
    // A new session has seen none.
    view_.set_live(false);
    view_.set_live(true);
    view_.set_text_field(nowhere);
    EXPECT_GT(told().top(), view_.height() / 2);
    EXPECT_LE(told().bottom(), view_.height());
    view_.set_text_field(kField);
    EXPECT_EQ(told(), seen);
}

// Letters of people's names that normalisation would replace by others.
TEST_F(RemoteViewTest, CompatibilityIdeographsAreSentAsCommitted) {
    const QString names = QStringLiteral("\uFA10\uFA19\uFA1B\uFA11\u9AD9");
    compose(QStringLiteral("なまえ"));
    compose({}, names);
    const auto texts = recorder_.sent<wire::Text>();
    ASSERT_EQ(texts.size(), 1u);
    EXPECT_EQ(texts[0].utf8,
              "\xEF\xA8\x90\xEF\xA8\x99\xEF\xA8\x9B\xEF\xA8\x91\xE9\xAB\x99");
}

TEST_F(RemoteViewTest, TheCandidateWindowStandsAtTheCompositionsCursor) {
    const QRect caret = view_.inputMethodQuery(Qt::ImCursorRectangle).toRect();
    compose(QStringLiteral("にほんご"));
    const QRect composing = view_.inputMethodQuery(Qt::ImCursorRectangle).toRect();
    EXPECT_GT(composing.left(), caret.left());
    EXPECT_LT(std::abs(composing.center().y() - caret.center().y()), 4);
}

TEST_F(RemoteViewTest, FiveButtonsAtTheirPlace) {
    // The middle of that pixel of the picture, which begins on a whole pixel of the window.
    const QPoint pixel(37, 50);
    const qreal ratio = view_.devicePixelRatioF();
    const QPointF corner = view_.mapTo(&window_, QPointF());
    const QPointF at = (QPointF(picture_origin(corner, ratio) + pixel) + QPointF(0.5, 0.5)) / ratio - corner;
    const Qt::MouseButton buttons[] = {Qt::LeftButton, Qt::MiddleButton, Qt::RightButton,
                                       Qt::BackButton, Qt::ForwardButton};
    for (const Qt::MouseButton button : buttons) {
        mouse(QEvent::MouseButtonPress, at, button);
        mouse(QEvent::MouseButtonRelease, at, button);
    }
    const auto sent = recorder_.sent<wire::PointerButton>();
    ASSERT_EQ(sent.size(), 10u);
    for (std::size_t i = 0; i < 10; ++i) {
        EXPECT_EQ(static_cast<std::size_t>(sent[i].button), i / 2);
        EXPECT_EQ(sent[i].down, i % 2 == 0);
    }
    const auto moves = recorder_.sent<wire::PointerMove>();
    ASSERT_FALSE(moves.empty());
    EXPECT_EQ(moves[0].x, pixel.x());
    EXPECT_EQ(moves[0].y, pixel.y());
    EXPECT_TRUE(std::holds_alternative<wire::PointerMove>(recorder_.messages[0]));
}

TEST_F(RemoteViewTest, ADoubleClickIsTwoClicks) {
    mouse(QEvent::MouseButtonPress, {5, 5}, Qt::LeftButton);
    mouse(QEvent::MouseButtonRelease, {5, 5}, Qt::LeftButton);
    mouse(QEvent::MouseButtonDblClick, {5, 5}, Qt::LeftButton);
    mouse(QEvent::MouseButtonRelease, {5, 5}, Qt::LeftButton);
    EXPECT_EQ(recorder_.sent<wire::PointerButton>().size(), 4u);
}

TEST_F(RemoteViewTest, WheelsAndTouchpads) {
    for (const QPoint delta : {QPoint(0, -120), QPoint(0, -7), QPoint(-15, 0)}) {
        QWheelEvent event({9, 9}, view_.mapToGlobal(QPointF(9, 9)), {}, delta, {}, {},
                          Qt::NoScrollPhase, false);
        QApplication::sendEvent(&view_, &event);
    }
    int dx = 0;
    int dy = 0;
    run_until([&] {
        dx = dy = 0;
        for (const auto& step : recorder_.sent<wire::Wheel>()) {
            dx += step.dx_120;
            dy += step.dy_120;
        }
        return dx == 15;
    });
    EXPECT_EQ(dy, 127);
}

TEST_F(RemoteViewTest, ANewSizeIsAskedForOnce) {
    const Display before = view_.display();
    window_.resize(820, 610);
    settle();
    run_until([&] { return !recorder_.sent<wire::Resize>().empty(); });
    const auto last = recorder_.sent<wire::Resize>().back().display;
    EXPECT_EQ(last, view_.display());
    EXPECT_NE(last, before);
    EXPECT_EQ(last, display_for(view_.size(), view_.devicePixelRatioF()));
    const std::size_t count = recorder_.messages.size();
    view_.follow_display();
    EXPECT_EQ(recorder_.messages.size(), count);
}

TEST_F(RemoteViewTest, NothingIsSentWithoutASession) {
    view_.set_live(false);
    recorder_.messages.clear();
    press(Qt::Key_A);
    release(Qt::Key_A);
    compose({}, QStringLiteral("x"));
    mouse(QEvent::MouseButtonPress, {5, 5}, Qt::LeftButton);
    window_.resize(900, 640);
    settle();
    EXPECT_TRUE(recorder_.messages.empty());
}

// Says when somebody reads it.
class WatchedData : public QMimeData {
public:
    explicit WatchedData(int& reads) : reads_(reads) {}
    [[nodiscard]] QStringList formats() const override { return {"text/plain"}; }
    [[nodiscard]] bool hasFormat(const QString&) const override { return true; }

protected:
    QVariant retrieveData(const QString&, QMetaType) const override {
        ++reads_;
        return QStringLiteral("secret of the office");
    }

private:
    int& reads_;
};

TEST_F(RemoteViewTest, TheClipboardIsNeitherReadNorWritten) {
    int reads = 0;
    auto* data = new WatchedData(reads);
    QApplication::clipboard()->setMimeData(data);
    for (const int letter : {Qt::Key_V, Qt::Key_C, Qt::Key_X, Qt::Key_Insert}) {
        press(letter, Qt::ControlModifier);
        release(letter, Qt::ControlModifier);
    }
    press(Qt::Key_Insert, Qt::ShiftModifier);
    mouse(QEvent::MouseButtonPress, {50, 50}, Qt::MiddleButton);
    mouse(QEvent::MouseButtonRelease, {50, 50}, Qt::MiddleButton);
    settle();
    EXPECT_EQ(reads, 0);
    EXPECT_EQ(QApplication::clipboard()->mimeData(), data);
    EXPECT_TRUE(recorder_.sent<wire::Text>().empty());
    EXPECT_FALSE(view_.acceptDrops());
    // A control: this is what reading looks like.
    other_.paste();
    EXPECT_GT(reads, 0);
    QApplication::clipboard()->clear();
}

TEST(CursorShapesTest, EveryShapeHasOne) {
    EXPECT_EQ(cursor_shape(wire::Cursor::kHidden), Qt::BlankCursor);
    EXPECT_EQ(cursor_shape(wire::Cursor::kText), Qt::IBeamCursor);
    for (std::uint32_t number = 2; number <= 34; ++number) {
        const auto cursor = wire::cursor_from(number);
        ASSERT_TRUE(cursor);
        // Only these two look like the plain arrow.
        const bool arrow = *cursor == wire::Cursor::kContextMenu;
        EXPECT_EQ(cursor_shape(*cursor) == Qt::ArrowCursor, arrow) << number;
    }
}

}  // namespace
}  // namespace sudare::client
