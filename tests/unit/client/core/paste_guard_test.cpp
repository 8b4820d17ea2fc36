// SPDX-License-Identifier: Apache-2.0
#include "client/core/paste_guard.h"

#include <gtest/gtest.h>

namespace sudare::client {
namespace {

TEST(PasteGuardTest, WhatIsTypedPasses) {
    PasteGuard guard;
    guard.consumed(7);  // n-i-h-o-n-g-o
    for (const int length : {1, 1, 2, 2, 3, 3, 4})
        guard.composing(length);
    guard.consumed(2);  // space, Return
    EXPECT_TRUE(guard.admit(3));
    EXPECT_EQ(guard.dropped(), 0U);
}

TEST(PasteGuardTest, PredictionOfAWholeSentencePasses) {
    PasteGuard guard;
    guard.consumed(4);
    guard.composing(2);
    EXPECT_TRUE(guard.admit(16));
}

TEST(PasteGuardTest, MoreThanFourForEachKeyIsAPaste) {
    PasteGuard guard;
    guard.consumed(4);
    guard.composing(2);
    EXPECT_FALSE(guard.admit(17));
    EXPECT_EQ(guard.dropped(), 17U);
}

TEST(PasteGuardTest, ACommitWithoutACompositionIsAPaste) {
    PasteGuard guard;
    guard.consumed(3);  // Ctrl, semicolon, 1: the input method's clipboard history
    EXPECT_FALSE(guard.admit(12));
    EXPECT_FALSE(guard.admit(1)) << "a click into a list of the input method, without a key";
}

TEST(PasteGuardTest, AFullWidthSpaceIsOneKeyAndOneCharacter) {
    PasteGuard guard;
    guard.consumed(1);
    EXPECT_TRUE(guard.admit(1));
    guard.consumed(1);
    EXPECT_FALSE(guard.admit(2));
}

TEST(PasteGuardTest, EachCommitStartsFromNothing) {
    PasteGuard guard;
    guard.consumed(30);
    guard.composing(9);
    EXPECT_TRUE(guard.admit(9));
    EXPECT_FALSE(guard.admit(9)) << "the keys of the one before do not pay for it";
    guard.consumed(30);
    guard.composing(9);
    guard.reset();
    EXPECT_FALSE(guard.admit(1));
}

// Where nobody counts keys (Wayland), the composition itself does.
TEST(PasteGuardTest, WithoutACountOfKeysTheCompositionCounts) {
    PasteGuard guard;
    for (const int length : {1, 2, 3})
        guard.composing(length);
    guard.composing(3);  // nothing new
    EXPECT_TRUE(guard.admit(12));
    guard.composing(1);
    EXPECT_FALSE(guard.admit(5));
}

}  // namespace
}  // namespace sudare::client
