// SPDX-License-Identifier: Apache-2.0
#include "server/base/log.h"

#include <gtest/gtest.h>

namespace sudare {
namespace {

TEST(LogTest, APeersBytesCannotForgeALineOrDriveATerminal) {
    EXPECT_EQ(printable("plain 日本語"), "plain 日本語");
    EXPECT_EQ(printable("a\nb\r\x1b[2J\x7f"), "a\\x0ab\\x0d\\x1b[2J\\x7f");
    EXPECT_EQ(printable("\xff\xc0\xaf"), "\\xff\\xc0\\xaf");
    EXPECT_EQ(printable("\xc2\x85"), "\\xc2\\x85") << "C1 control";
    EXPECT_EQ(printable("\u202E"), "\\xe2\\x80\\xae") << "right-to-left override";
    EXPECT_EQ(printable("\u2028"), "\\xe2\\x80\\xa8");
}

}  // namespace
}  // namespace sudare
