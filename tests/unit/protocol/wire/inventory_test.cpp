// SPDX-License-Identifier: Apache-2.0
// The message list is closed: the code, the document and this test must say the same.
#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>

#include "protocol/wire/message_type.h"

namespace sudare::wire {
namespace {

std::string states_text(std::uint8_t states) {
    static const char* names[] = {"new", "greeted", "logged-in", "opening", "running", "ended"};
    std::string out;
    for (unsigned i = 0; i < 6; ++i)
        if ((states & (1U << i)) != 0)
            out += (out.empty() ? "" : ", ") + std::string(names[i]);
    return out;
}

std::string row_of(const MessageSpec& spec) {
    std::ostringstream row;
    char type[8];
    std::snprintf(type, sizeof type, "0x%02X", static_cast<unsigned>(spec.type));
    row << "| " << type << " | " << spec.name << " | "
        << (spec.direction == Direction::kUp ? "viewer" : "link") << " | " << spec.length.min;
    if (spec.length.max != spec.length.min)
        row << "–" << spec.length.max;
    row << " | " << states_text(spec.states) << " |";
    return row.str();
}

TEST(Inventory, TheDocumentHasExactlyTheRowsOfTheCode) {
    std::ifstream file(SUDARE_SOURCE_DIR "/docs/protocol.md");
    ASSERT_TRUE(file);
    std::set<std::string> documented;
    for (std::string line; std::getline(file, line);)
        if (line.rfind("| 0x", 0) == 0)
            documented.insert(line);
    std::set<std::string> coded;
    for (const MessageSpec& spec : kMessages)
        coded.insert(row_of(spec));
    EXPECT_EQ(documented, coded);
}

TEST(Inventory, EveryNumberIsUnknownOrInTheList) {
    std::set<std::uint8_t> known;
    for (const MessageSpec& spec : kMessages)
        EXPECT_TRUE(known.insert(static_cast<std::uint8_t>(spec.type)).second) << spec.name;
    EXPECT_EQ(known.size(), 25U) << "a new message needs a review of promise P1 (design.md §1)";
    for (unsigned type = 0; type < 256; ++type)
        EXPECT_EQ(find_message(static_cast<std::uint8_t>(type)) != nullptr,
                  known.contains(static_cast<std::uint8_t>(type)));
}

// Promise P1: no text comes down. Text needs a length that varies; the picture is the only
// message down that has one.
TEST(Inventory, OnlyThePictureVariesInLengthOnTheWayDown) {
    for (const MessageSpec& spec : kMessages)
        if (spec.direction == Direction::kDown && spec.type != MessageType::kUpdate)
            EXPECT_EQ(spec.length.min, spec.length.max) << spec.name;
}

TEST(Inventory, DirectionsDoNotMix) {
    const WireRules up(Direction::kUp);
    const WireRules down(Direction::kDown);
    for (const MessageSpec& spec : kMessages) {
        const auto type = static_cast<std::uint8_t>(spec.type);
        EXPECT_EQ(up.range_of(type).has_value(), spec.direction == Direction::kUp);
        EXPECT_EQ(down.range_of(type).has_value(), spec.direction == Direction::kDown);
    }
}

TEST(Inventory, NoCredentialReachesTheSessionHost) {
    const SessionRules up(Direction::kUp);
    for (const MessageType type : {MessageType::kHello, MessageType::kLogin,
                                   MessageType::kOpenSession, MessageType::kAskException})
        EXPECT_FALSE(up.range_of(static_cast<std::uint8_t>(type)));
    EXPECT_TRUE(up.range_of(static_cast<std::uint8_t>(MessageType::kKey)));
}

}  // namespace
}  // namespace sudare::wire
