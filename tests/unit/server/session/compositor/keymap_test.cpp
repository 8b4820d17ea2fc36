// SPDX-License-Identifier: Apache-2.0
#include "server/session/compositor/keymap.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/input-event-codes.h>
#include <sys/mman.h>
#include <unistd.h>

namespace sudare::compositor {
namespace {

std::string typed(const Keymap& map, std::uint16_t code, bool shift) {
    XkbState state(xkb_state_new(map.compiled.get()));
    if (shift)
        xkb_state_update_key(state.get(), KEY_LEFTSHIFT + 8, XKB_KEY_DOWN);
    char text[16] = {};
    xkb_state_key_get_utf8(state.get(), code + 8U, text, sizeof text);
    return text;
}

TEST(KeymapTest, UsAndJapaneseKeyboardsTypeWhatIsPrintedOnThem) {
    auto maps = Keymaps::create();
    ASSERT_TRUE(maps) << maps.error().message;
    const Keymap& us = maps->of(KeyboardLayout::kUs);
    const Keymap& jp = maps->of(KeyboardLayout::kJp);
    EXPECT_EQ(typed(us, KEY_2, true), "@");
    EXPECT_EQ(typed(jp, KEY_2, true), "\"");
    EXPECT_EQ(typed(us, KEY_LEFTBRACE, false), "[");
    EXPECT_EQ(typed(jp, KEY_LEFTBRACE, false), "@");
    EXPECT_EQ(typed(jp, KEY_RO, true), "_");
    EXPECT_EQ(typed(jp, KEY_EQUAL, false), "^");
}

TEST(KeymapTest, TheMemoryThatClientsMapCannotBeChanged) {
    auto maps = Keymaps::create();
    ASSERT_TRUE(maps);
    const Keymap& us = maps->of(KeyboardLayout::kUs);
    EXPECT_NE(::write(us.text.get(), "x", 1), 1);
    EXPECT_NE(::ftruncate(us.text.get(), 0), 0);
    EXPECT_EQ(::mmap(nullptr, us.size, PROT_READ | PROT_WRITE, MAP_SHARED, us.text.get(), 0),
              MAP_FAILED);
    void* mapped = ::mmap(nullptr, us.size, PROT_READ, MAP_PRIVATE, us.text.get(), 0);
    ASSERT_NE(mapped, MAP_FAILED) << "as a client does it";
    EXPECT_EQ(static_cast<const char*>(mapped)[us.size - 1], '\0');
    ::munmap(mapped, us.size);
}

}  // namespace
}  // namespace sudare::compositor
