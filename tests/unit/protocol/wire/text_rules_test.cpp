// SPDX-License-Identifier: Apache-2.0
#include "protocol/wire/text_rules.h"

#include <gtest/gtest.h>

#include <string>

namespace sudare::wire {
namespace {

TEST(TextRules, NamesOfPeoplePassUnaltered) {
    for (const char* name : {"山田 太郎", "﨑", "﨑髙濵", "\uFA10\uFA19\uFA1B", "葛\U000E0100城", "𠮷野家", "ｱｲｳ",
                             "がぎぐ" /* combining */, "①㈱"})
        EXPECT_EQ(judge_text(name).fault, TextFault::kNone) << name;
}

TEST(TextRules, WhatIsNotATypedCharacterIsRefused) {
    struct Case {
        std::string text;
        TextFault fault;
    };
    const Case cases[] = {
        {"", TextFault::kEmpty},
        {"a\nb", TextFault::kNotPermitted},
        {std::string("a\0b", 3), TextFault::kNotPermitted},
        {"\x1b[2J", TextFault::kNotPermitted},
        {"\u202Eabc", TextFault::kNotPermitted},   // right-to-left override
        {"\u2066abc", TextFault::kNotPermitted},   // isolate
        {"a\u200Db", TextFault::kNotPermitted},    // joiner
        {"\u2028", TextFault::kNotPermitted},
        {"\uE000", TextFault::kNotPermitted},      // private use
        {"\U000E0041", TextFault::kNotPermitted},  // tag
        {"\uFFFF", TextFault::kNotPermitted},      // not a character
        {"\U000E0100", TextFault::kNotPermitted},  // a variation selector without a base
        {"\xc0\xaf", TextFault::kNotUtf8},         // overlong
        {"\xed\xa0\x80", TextFault::kNotUtf8},     // surrogate
        {"\xe3\x81", TextFault::kNotUtf8},         // cut short
        {"\xff", TextFault::kNotUtf8},
    };
    for (const Case& c : cases)
        EXPECT_EQ(judge_text(c.text).fault, c.fault) << testing::PrintToString(c.text);
}

TEST(TextRules, ThirtyTwoCodePointsAndNoMore) {
    std::string text;
    for (int i = 0; i < 32; ++i)
        text += "あ";
    EXPECT_EQ(judge_text(text).fault, TextFault::kNone);
    EXPECT_EQ(judge_text(text).code_points, 32U);
    EXPECT_EQ(judge_text(text + "あ").fault, TextFault::kTooLong);
}

TEST(TextRules, LongCommitsAreSplitWithoutLossAndWithoutCuttingClusters) {
    std::string text;
    for (int i = 0; i < 31; ++i)
        text += "あ";
    text += "葛\U000E0100";  // code points 32 and 33: the selector must stay with its base
    for (int i = 0; i < 40; ++i)
        text += "い";
    std::string joined;
    for (const std::string_view piece : split_text(text)) {
        EXPECT_EQ(judge_text(piece).fault, TextFault::kNone);
        joined += piece;
    }
    EXPECT_EQ(joined, text);
    EXPECT_TRUE(split_text("\xff").empty());
    EXPECT_TRUE(split_text("").empty());
}

}  // namespace
}  // namespace sudare::wire
