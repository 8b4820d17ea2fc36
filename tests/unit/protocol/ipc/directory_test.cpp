// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "protocol/ipc/broker_directory.h"

namespace sudare::ipc {
namespace {

std::vector<std::uint8_t> check_of(const std::string& user, const std::string& password) {
    return write_directory_check({7, user, password});
}

TEST(BrokerDirectoryTest, EverythingComesBack) {
    const auto check = read_directory_check(check_of("hana", "correct horse"));
    ASSERT_TRUE(check.has_value());
    EXPECT_EQ(check->number, 7U);
    EXPECT_EQ(check->user, "hana");
    EXPECT_EQ(check->password, "correct horse");
    const auto verdict = read_directory_verdict(write_directory_verdict({7, DirectoryAnswer::kRight, 1ULL << 63U | 1U}));
    ASSERT_TRUE(verdict.has_value());
    EXPECT_EQ(verdict->groups, 1ULL << 63U | 1U);
    const DirectoryGroups groups(kDirectoryGroupsMax, std::string(kDirectoryNameBytesMax, 'x'));
    const auto bytes = write_directory_groups(groups);
    EXPECT_EQ(bytes.size(), kDirectoryGroupsBytesMax);
    EXPECT_EQ(*read_directory_groups(bytes), groups);
    EXPECT_TRUE(read_directory_groups(write_directory_groups({}))->empty());
}

TEST(BrokerDirectoryTest, AnEmptyPasswordIsNoCheck) {
    EXPECT_FALSE(read_directory_check(check_of("hana", "")).has_value());
    EXPECT_FALSE(read_directory_check(check_of("", "correct horse")).has_value());
    EXPECT_FALSE(read_directory_check(check_of("hana", std::string("\0", 1))).has_value());
    EXPECT_FALSE(read_directory_check(check_of(std::string("ha\0na", 5), "correct horse")).has_value());
    EXPECT_FALSE(read_directory_check(check_of("hana", "half \xE8\x8A")).has_value());
}

TEST(BrokerDirectoryTest, TheLargestCheckIsPermitted) {
    const auto bytes = check_of(std::string(limits::kUserNameBytesMax, 'u'), std::string(limits::kPasswordBytesMax, 'p'));
    const auto range = TableRules(kDirectoryDownRows).range_of(0x02);
    EXPECT_EQ(bytes.size(), range->max);
    EXPECT_TRUE(read_directory_check(bytes).has_value());
    EXPECT_FALSE(read_directory_check(check_of(std::string(limits::kUserNameBytesMax + 1, 'u'), "p")).has_value());
    EXPECT_EQ(check_of("u", "p").size(), range->min);
}

TEST(BrokerDirectoryTest, CutOrLongerBytesAreRefused) {
    const auto groups = write_directory_groups({"cn=a,dc=b"});
    const auto check = check_of("hana", "correct horse");
    const auto verdict = write_directory_verdict({1, DirectoryAnswer::kWrong, 0});
    for (auto [bytes, read] : {std::pair(groups, +[](std::span<const std::uint8_t> b) { return read_directory_groups(b).has_value(); }),
                               std::pair(check, +[](std::span<const std::uint8_t> b) { return read_directory_check(b).has_value(); }),
                               std::pair(verdict, +[](std::span<const std::uint8_t> b) { return read_directory_verdict(b).has_value(); })}) {
        EXPECT_TRUE(read(bytes));
        for (std::size_t i = 0; i < bytes.size(); ++i)
            EXPECT_FALSE(read(std::span(bytes).first(i))) << i;
        bytes.push_back(0);
        EXPECT_FALSE(read(bytes));
    }
}

TEST(BrokerDirectoryTest, GroupsOnlyWithARightPassword) {
    for (std::uint8_t answer = 0; answer < 20; ++answer) {
        auto bytes = write_directory_verdict({1, static_cast<DirectoryAnswer>(answer), 1});
        EXPECT_EQ(read_directory_verdict(bytes).has_value(), answer == 0) << int{answer};
    }
    for (std::uint8_t answer = 0; answer <= static_cast<std::uint8_t>(DirectoryAnswer::kFault); ++answer)
        EXPECT_FALSE(name_of(static_cast<DirectoryAnswer>(answer)).empty());
}

}  // namespace
}  // namespace sudare::ipc
