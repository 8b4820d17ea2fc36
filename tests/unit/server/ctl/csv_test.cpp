// SPDX-License-Identifier: Apache-2.0
#include "server/ctl/csv.h"

#include <gtest/gtest.h>

namespace sudare::ctl {
namespace {

TEST(Csv, LinesAreThoseOfTheFile) {
    const auto table = read_csv("user,x\n\na,1\n\"b\",\"two\r\nlines\"\nc,3").value();
    ASSERT_EQ(table.rows.size(), 3U);
    EXPECT_EQ(table.rows[0].line, 3U);
    EXPECT_EQ(table.rows[1].line, 5U);  // where it ends
    EXPECT_EQ(table.rows[1].cells[1], "two\nlines");
    EXPECT_EQ(table.rows[2].line, 6U);
}

TEST(Csv, WhatIsWrittenIsRead) {
    const std::vector<std::string> cells{"plain", "with, comma", "a \"quote\"", "two\nlines", "", "日本語"};
    EXPECT_EQ(read_csv(csv_line(cells) + csv_line(cells)).value().rows[0].cells, cells);
    EXPECT_EQ(csv_line({"a", "b\"c"}), "a,\"b\"\"c\"\r\n");
}

// Names of people that plain Shift_JIS (JIS X 0208) does not have, and that Windows writes.
TEST(ShiftJis, AsWindowsWritesIt) {
    const std::string name = "髙橋 﨑山 ①";
    const std::string bytes = encode_shift_jis(name).value();
    EXPECT_EQ(decode(bytes, Encoding::kAuto).value(), name);
    EXPECT_FALSE(decode(bytes, Encoding::kUtf8));
    const auto none = encode_shift_jis("x\n𠮷田");
    ASSERT_FALSE(none);
    EXPECT_NE(none.error().message.find("line 2"), std::string::npos) << none.error().message;
    EXPECT_NE(none.error().message.find("𠮷"), std::string::npos);
}

TEST(Decode, LongInputsAreWhole) {
    std::string text;
    for (int i = 0; i < 20000; ++i)
        text += "住民";
    EXPECT_EQ(decode(encode_shift_jis(text).value(), Encoding::kShiftJis).value(), text);
}

}  // namespace
}  // namespace sudare::ctl
