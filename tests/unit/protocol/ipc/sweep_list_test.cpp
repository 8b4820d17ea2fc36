// SPDX-License-Identifier: Apache-2.0
#include "protocol/ipc/sweep_list.h"

#include <gtest/gtest.h>

namespace sudare::ipc {
namespace {

const std::string kId = "0a1b2c3d4e5f60718293a4b5c6d7e8f9", kOther = std::string(32, 'f');

TEST(SweepList, HasOneTextOnly) {
    const std::string text = write_sweep_list({{"2026-11-24", kOther}, {"2026-11-24", kId},
                                               {"2026-11-23", kOther}, {"2026-11-24", kId}});
    EXPECT_EQ(text, "sudare sweep list 1\n2026-11-23 " + kOther + "\n2026-11-24 " + kId +
                        "\n2026-11-24 " + kOther + "\n");
    const auto items = read_sweep_list(text);
    ASSERT_TRUE(items);
    EXPECT_EQ(items->size(), 3U);
    EXPECT_EQ(write_sweep_list(*items), text);
    EXPECT_TRUE(read_sweep_list(write_sweep_list({})));
}

TEST(SweepList, AnythingElseIsNone) {
    const std::string head = "sudare sweep list 1\n", line = "2026-11-24 " + kId + "\n";
    ASSERT_TRUE(read_sweep_list(head + line));  // control
    for (const std::string& text :
         {std::string(), line, head + line.substr(1), head + line + line, head + line + "\n",
          head + "2026-11-2x " + kId + "\n", head + "../../etc/x" + kId + "\n",
          head + "2026-11-24 " + std::string(32, 'G') + "\n", head + "2026-11-24/" + kId + "\n",
          head + "2026-11-24 " + kOther + "\n" + line, "sudare sweep list 2\n" + line,
          head + line.substr(0, line.size() - 1)})
        EXPECT_FALSE(read_sweep_list(text)) << text;
    for (std::size_t length = 0; length < head.size() + line.size(); ++length)
        EXPECT_EQ(read_sweep_list((head + line).substr(0, length)).has_value(), length == head.size());
}

TEST(SweepList, HoldsNoMoreThanItsMost) {
    std::vector<SweepItem> items;
    for (std::size_t i = 0; i < kSweepItemsMax + 1; ++i) {
        const std::string number = std::to_string(i);
        items.push_back({"2026-11-24", std::string(32 - number.size(), '0') + number});
    }
    const auto read = read_sweep_list(write_sweep_list(items));
    ASSERT_TRUE(read);
    EXPECT_EQ(read->size(), kSweepItemsMax);
}

TEST(Swept, HasOneTextOnly) {
    const Swept swept{1764082800, 12, 3, 0};
    EXPECT_EQ(write_swept(swept), "sudare swept 1 1764082800 12 3 0\n");
    EXPECT_EQ(read_swept(write_swept(swept)), swept);
    for (const char* text : {"", "sudare swept 1\n", "sudare swept 1 1 2 3\n", "sudare swept 1 1 2 3 4",
                             "sudare swept 1 1 2 3 4 5\n", "sudare swept 1 01 2 3 4\n",
                             "sudare swept 1 -1 2 3 4\n", "sudare swept 2 1 2 3 4\n",
                             "sudare swept 1  1 2 3 4\n"})
        EXPECT_FALSE(read_swept(text)) << text;
}

}  // namespace
}  // namespace sudare::ipc
