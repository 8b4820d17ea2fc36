// SPDX-License-Identifier: Apache-2.0
#include "client/probe/script.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

namespace sudare::probe {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

template <typename T>
T parsed(std::string_view line) {
    const auto result = parse_line(line);
    if (!result || !*result || !std::holds_alternative<T>(**result)) {
        ADD_FAILURE() << line << ": "
                      << (result ? "another command or none" : result.error().message);
        return {};
    }
    return std::get<T>(**result);
}

std::string error_of(std::string_view line) {
    const auto result = parse_line(line);
    return result ? std::string() : result.error().message;
}

TEST(Script, EmptyLinesAndCommentsAreNothing) {
    for (const char* line : {"", "   ", "\t", "# click 1 2", "  # x", "\r"}) {
        const auto result = parse_line(line);
        ASSERT_TRUE(result) << line;
        EXPECT_FALSE(*result) << line;
    }
}

TEST(Script, BlanksAroundWordsDoNotMatter) {
    const Click click = parsed<Click>("  click\t 12   34 right \r");
    EXPECT_EQ(click.at.x, 12);
    EXPECT_EQ(click.at.y, 34);
    EXPECT_EQ(click.button, wire::Button::kRight);
}

TEST(Script, KeysByNameCharacterAndCode) {
    EXPECT_EQ(parsed<KeyInput>("key Return press").code, 28);
    EXPECT_EQ(parsed<KeyInput>("key a down").code, 30);
    EXPECT_EQ(parsed<KeyInput>("key 105 up").code, 105);
    EXPECT_EQ(parsed<KeyInput>("key a down").edge, Edge::kDown);
    EXPECT_EQ(parsed<KeyInput>("key a up").edge, Edge::kUp);
    EXPECT_EQ(parsed<KeyInput>("key a press").edge, Edge::kPress);
}

TEST(Script, PowerKeysCannotBeNamed) { EXPECT_THAT(error_of("key 116 press"), HasSubstr("\"116\"")); }

TEST(Script, CombinationsKeepTheirOrder) {
    EXPECT_THAT(parsed<Combo>("combo ctrl+shift+i").codes, ElementsAre(29, 42, 23));
    EXPECT_THAT(parsed<Combo>("combo ctrl++").codes, ElementsAre(29, 13));
    EXPECT_THAT(error_of("combo ctrl+"), HasSubstr("a key"));
    EXPECT_THAT(error_of("combo ctrl+nokey"), HasSubstr("\"nokey\""));
    EXPECT_THAT(error_of("combo a+a+a+a+a+a+a+a+a"), HasSubstr("at most 8"));
}

TEST(Script, TypeTakesTheRestOfTheLineWithItsBlanks) {
    const Type type = parsed<Type>("type  aB!");
    ASSERT_EQ(type.strokes.size(), 4U);
    EXPECT_EQ(type.strokes[0].code, 57);
    EXPECT_FALSE(type.strokes[1].shift);
    EXPECT_TRUE(type.strokes[2].shift);
    EXPECT_EQ(type.strokes[3].code, 2);
    EXPECT_THAT(error_of("type \xe3\x81\x82"), HasSubstr("US keyboard"));
}

TEST(Script, TextIsUnicode) {
    EXPECT_EQ(parsed<CommitText>("text \xe6\x97\xa5\xe6\x9c\xac go ").text,
              QString::fromUtf8("\xe6\x97\xa5\xe6\x9c\xac go "));
    EXPECT_THAT(error_of("text"), HasSubstr("ends where"));
}

TEST(Script, PasswordsMayHoldBlanks) {
    EXPECT_EQ(parsed<Login>("login").password, QString());
    EXPECT_EQ(parsed<Login>("login a b").password, QStringLiteral("a b"));
}

TEST(Script, WheelTakesSignedSteps) {
    const WheelInput wheel = parsed<WheelInput>("wheel -120 240");
    EXPECT_EQ(wheel.step.dx_120, -120);
    EXPECT_EQ(wheel.step.dy_120, 240);
    EXPECT_THAT(error_of("wheel 0 99999"), HasSubstr("DY"));
}

TEST(Script, ResizeStaysWithinTheProtocol) {
    const ResizeTo resize = parsed<ResizeTo>("resize 800 600");
    EXPECT_EQ(resize.display.size, *Size::make(800, 600));
    EXPECT_FALSE(resize.scale_given);
    EXPECT_EQ(parsed<ResizeTo>("resize 800 600 180").display.scale_120, 180);
    EXPECT_THAT(error_of("resize 100 600"), HasSubstr("\"100\": expected W, a number from 320"));
    EXPECT_THAT(error_of("resize 800 600 1000"), HasSubstr("SCALE"));
}

TEST(Script, AreasAreOptional) {
    EXPECT_FALSE(parsed<WaitChange>("wait_change 500").area);
    const WaitChange change = parsed<WaitChange>("wait_change 1 2 30 40 500");
    EXPECT_EQ(change.area, QRect(1, 2, 30, 40));
    EXPECT_EQ(change.timeout, milliseconds(500));
    EXPECT_THAT(error_of("wait_change 1 2 30 500"), HasSubstr("TIMEOUT_MS"));
    EXPECT_FALSE(parsed<Hash>("hash").area);
    EXPECT_EQ(parsed<Hash>("hash 0 0 1 1").area, QRect(0, 0, 1, 1));
    EXPECT_EQ(parsed<HashEvery>("hash_every 100").updates, 100U);
    EXPECT_THAT(error_of("hash 0 0 0 1"), HasSubstr("\"0\": expected W"));
    EXPECT_EQ(parsed<SavePng>("png /tmp/a.png 0 0 5 6").area, QRect(0, 0, 5, 6));
}

TEST(Script, Colours) {
    const WaitColour wait = parsed<WaitColour>("wait_colour 3 4 A0b1c2 1000 8");
    EXPECT_EQ(wait.rgb, 0xa0b1c2U);
    EXPECT_EQ(wait.tolerance, 8);
    EXPECT_EQ(parsed<WaitColour>("wait_colour 3 4 000000 1000").tolerance, 0);
    EXPECT_THAT(error_of("wait_colour 3 4 #00000 1"), HasSubstr("RRGGBB"));
    EXPECT_THAT(error_of("wait_colour 3 4 -00001 1"), HasSubstr("RRGGBB"));
}

TEST(Script, Conditions) {
    EXPECT_EQ(parsed<WaitStill>("wait_still 200 9000").quiet, milliseconds(200));
    EXPECT_EQ(parsed<WaitState>("wait_state ended 1").until, Until::kEnded);
    EXPECT_EQ(parsed<WaitSize>("wait_size 800 600 1").size, QSize(800, 600));
    EXPECT_EQ(parsed<WaitCursor>("wait_cursor pointer 1").cursor, wire::Cursor::kPointer);
    EXPECT_EQ(parsed<WaitTextField>("wait_text_field password 1").kind, wire::FieldKind::kPassword);
    EXPECT_FALSE(parsed<WaitTextField>("wait_text_field inactive 1").active);
    EXPECT_EQ(parsed<WaitNotice>("wait_notice exception_asked 1").code,
              wire::NoticeCode::kExceptionAsked);
    EXPECT_THAT(error_of("wait_state open 1"), HasSubstr("\"open\": expected login"));
    EXPECT_THAT(error_of("wait_cursor arrow 1"), HasSubstr("default"));
}

TEST(Script, RawBytes) {
    EXPECT_EQ(parsed<Raw>("raw 00fF7e").bytes, QByteArray("\x00\xff\x7e", 3));
    EXPECT_THAT(error_of("raw 0"), HasSubstr("hexadecimal"));
    EXPECT_THAT(error_of("raw zz"), HasSubstr("hexadecimal"));
}

TEST(Script, Measurements) {
    const Measure measure = parsed<Measure>("measure key a 1 2 3 4 50");
    EXPECT_EQ(measure.code, 30);
    EXPECT_EQ(measure.area, QRect(1, 2, 3, 4));
    EXPECT_EQ(measure.times, 50);
    EXPECT_EQ(parsed<Measure>("measure key space 9").times, 9);
    EXPECT_THAT(error_of("measure click a 1"), HasSubstr("\"click\": expected key"));
    EXPECT_THAT(error_of("measure key a 0"), HasSubstr("N, a number"));
}

TEST(Script, ErrorsNameTheWordAndWhatWasExpected) {
    EXPECT_THAT(error_of("clik 1 2"), HasSubstr("\"clik\": expected a command: start"));
    EXPECT_THAT(error_of("click 1 x"), HasSubstr("\"x\": expected Y, a number from 0 to"));
    EXPECT_THAT(error_of("move 1"), HasSubstr("ends where Y"));
    EXPECT_THAT(error_of("move 1 2 3"), HasSubstr("\"3\": expected the end of the line"));
    EXPECT_THAT(error_of("stats now"), HasSubstr("\"now\""));
    EXPECT_THAT(error_of("move 99999999999999999999 1"), HasSubstr("expected X"));
    EXPECT_THAT(error_of(std::string(kLineBytesMax + 1, 'x')), HasSubstr("longer"));
}

TEST(Script, LongWordsAreCutInErrors) {
    EXPECT_LT(error_of("move " + std::string(5000, '9') + " 1").size(), 200U);
}

// Every command of the grammar without arguments and with too few is an answer, not a crash; so
// is noise.
TEST(Script, NoiseIsAnAnswer) {
    std::mt19937 random(20261125);
    const std::string words = grammar();
    std::uniform_int_distribution<std::size_t> at(0, words.size() - 1);
    std::uniform_int_distribution<int> byte(0, 255);
    int refused = 0;
    for (int round = 0; round < 20000; ++round) {
        std::string line = words.substr(at(random), at(random) % 40);
        for (int i = 0; i < round % 4 && !line.empty(); ++i)
            line[at(random) % line.size()] = static_cast<char>(byte(random));
        refused += parse_line(line) ? 0 : 1;
    }
    EXPECT_GT(refused, 10000);
}

}  // namespace
}  // namespace sudare::probe
