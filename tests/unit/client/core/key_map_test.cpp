// SPDX-License-Identifier: Apache-2.0
#include "client/core/key_map.h"

#include <gtest/gtest.h>
#include <linux/input-event-codes.h>

#include <set>

#include "protocol/wire/key_codes.h"

namespace sudare::client {
namespace {

TEST(KeyMap, X11AndWaylandScanCodesAreEvdevPlusEight) {
    EXPECT_EQ(key_code(ScanCodes::kEvdevPlus8, KEY_A + 8, 0, false), KEY_A);
    EXPECT_EQ(key_code(ScanCodes::kEvdevPlus8, KEY_RO + 8, 0, false), KEY_RO);
    EXPECT_EQ(key_code(ScanCodes::kEvdevPlus8, KEY_YEN + 8, 0, false), KEY_YEN);
    EXPECT_EQ(key_code(ScanCodes::kEvdevPlus8, KEY_HENKAN + 8, 0, false), KEY_HENKAN);
    EXPECT_EQ(key_code(ScanCodes::kEvdevPlus8, KEY_ZENKAKUHANKAKU + 8, 0, false),
              KEY_ZENKAKUHANKAKU);
}

TEST(KeyMap, TheScanCodeIsBelievedBeforeTheKey) {
    // AZERTY: the key in the place of US "q" says Key_A; the place counts.
    EXPECT_EQ(key_code(ScanCodes::kEvdevPlus8, KEY_Q + 8, Qt::Key_A, false), KEY_Q);
}

TEST(KeyMap, KeysThatMayNotCrossGiveNothing) {
    EXPECT_FALSE(key_code(ScanCodes::kEvdevPlus8, KEY_POWER + 8, 0, false));
    EXPECT_FALSE(key_code(ScanCodes::kEvdevPlus8, KEY_SLEEP + 8, 0, false));
    EXPECT_FALSE(key_code(ScanCodes::kEvdevPlus8, KEY_SYSRQ + 8, 0, false));
    EXPECT_FALSE(key_code(ScanCodes::kEvdevPlus8, 3, 0, false));
    EXPECT_FALSE(key_code(ScanCodes::kEvdevPlus8, 70000 + 8 + KEY_A, 0, false));
    EXPECT_FALSE(key_code(ScanCodes::kWindowsSet1, 0x15E, 0, false));  // Power
    EXPECT_FALSE(key_code(ScanCodes::kWindowsSet1, 0x137, 0, false));  // Print Screen
}

TEST(KeyMap, WindowsScanCodes) {
    const struct {
        std::uint32_t scan;
        int code;
    } rows[] = {
        {0x01, KEY_ESC}, {0x1E, KEY_A}, {0x1C, KEY_ENTER}, {0x11C, KEY_KPENTER},
        {0x1D, KEY_LEFTCTRL}, {0x11D, KEY_RIGHTCTRL}, {0x138, KEY_RIGHTALT}, {0x48, KEY_KP8},
        {0x148, KEY_UP}, {0x153, KEY_DELETE}, {0x45, KEY_PAUSE}, {0x145, KEY_NUMLOCK},
        {0x56, KEY_102ND}, {0x58, KEY_F12}, {0x70, KEY_KATAKANAHIRAGANA}, {0x73, KEY_RO},
        {0x79, KEY_HENKAN}, {0x7B, KEY_MUHENKAN}, {0x7D, KEY_YEN}, {0x29, KEY_GRAVE},
        {0x15D, KEY_COMPOSE}, {0x135, KEY_KPSLASH},
    };
    for (const auto& row : rows)
        EXPECT_EQ(key_code(ScanCodes::kWindowsSet1, row.scan, 0, false), row.code) << row.scan;
}

TEST(KeyMap, WithoutScanCodeTheNameDecides) {
    EXPECT_EQ(key_code(ScanCodes::kNone, 0, Qt::Key_A, false), KEY_A);
    EXPECT_EQ(key_code(ScanCodes::kNone, 99, Qt::Key_Left, false), KEY_LEFT);
    EXPECT_EQ(key_code(ScanCodes::kEvdevPlus8, 0, Qt::Key_Exclam, false), KEY_1);
    EXPECT_EQ(key_code(ScanCodes::kNone, 0, Qt::Key_Left, true), KEY_KP4);
    EXPECT_EQ(key_code(ScanCodes::kNone, 0, Qt::Key_Enter, true), KEY_KPENTER);
    EXPECT_FALSE(key_code(ScanCodes::kNone, 0, Qt::Key_PowerOff, false));
    EXPECT_FALSE(key_code(ScanCodes::kNone, 0, 0x3042, false));  // hiragana A is no key
}

// Whatever a table says must be something that the wire lets through.
TEST(KeyMap, EveryAnswerMayCross) {
    for (std::uint32_t scan = 0; scan < 0x400; ++scan)
        for (const auto numbering : {ScanCodes::kEvdevPlus8, ScanCodes::kWindowsSet1})
            if (const auto code = key_code(numbering, scan, 0, false))
                EXPECT_TRUE(wire::is_permitted_key(*code)) << scan;
    for (int key = 0; key < 0x80; ++key)
        if (const auto code = key_code(ScanCodes::kNone, 0, key, false))
            EXPECT_TRUE(wire::is_permitted_key(*code)) << key;
    for (int key = 0x01000000; key < 0x01002000; ++key)
        for (const bool keypad : {false, true})
            if (const auto code = key_code(ScanCodes::kNone, 0, key, keypad))
                EXPECT_TRUE(wire::is_permitted_key(*code)) << key;
}

TEST(KeyMap, EveryPrintableAsciiCharacterHasAKey) {
    std::set<std::pair<int, bool>> strokes;
    for (char character = ' '; character <= '~'; ++character) {
        const auto stroke = us_key_stroke(character);
        ASSERT_TRUE(stroke) << character;
        EXPECT_TRUE(strokes.insert({stroke->code, stroke->shift}).second) << character;
    }
    EXPECT_FALSE(us_key_stroke('\x01'));
    EXPECT_FALSE(us_key_stroke('\0'));
}

TEST(KeyMap, NamesForScripts) {
    EXPECT_EQ(key_code_by_name("Return"), KEY_ENTER);
    EXPECT_EQ(key_code_by_name("a"), KEY_A);
    EXPECT_EQ(key_code_by_name("1"), KEY_1);
    EXPECT_EQ(key_code_by_name("30"), KEY_A);
    EXPECT_EQ(key_code_by_name("F5"), KEY_F5);
    EXPECT_EQ(key_code_by_name("f12"), KEY_F12);
    EXPECT_EQ(key_code_by_name("PageDown"), KEY_PAGEDOWN);
    EXPECT_FALSE(key_code_by_name("116"));  // KEY_POWER
    EXPECT_FALSE(key_code_by_name("F13"));
    EXPECT_FALSE(key_code_by_name("nonsense"));
    EXPECT_FALSE(key_code_by_name(""));
}

}  // namespace
}  // namespace sudare::client
