// SPDX-License-Identifier: Apache-2.0
#include "server/directory/names.h"

#include <gtest/gtest.h>

#include <random>

namespace sudare::directory {
namespace {

// RFC 4515 section 3: these bytes must not stand in a value as they are.
TEST(DirectoryNamesTest, FilterEscapesWhatRfc4515Names) {
    EXPECT_EQ(*person_filter("(uid={user})", "hana"), "(uid=hana)");
    EXPECT_EQ(*person_filter("(uid={user})", "*"), "(uid=\\2A)");
    EXPECT_EQ(*person_filter("(uid={user})", "a)(uid=*"), "(uid=a\\29\\28uid=\\2A)");
    EXPECT_EQ(*person_filter("(uid={user})", "a\\2a"), "(uid=a\\5C2a)");
    EXPECT_EQ(*person_filter("(uid={user})", std::string("a\0b", 3)), "(uid=a\\00b)");
    EXPECT_EQ(*person_filter("(|(uid={user})(mail={user}))", "x*"), "(|(uid=x\\2A)(mail=x\\2A))");
    EXPECT_FALSE(person_filter("(uid={user})", "").has_value());
}

TEST(DirectoryNamesTest, WhatIsPutInIsNotLookedAtAgain) {
    EXPECT_EQ(*person_filter("(uid={user})", "{user}"), "(uid={user})");
    EXPECT_EQ(*person_dn("uid={user},dc=city", "{user}"), "uid={user},dc=city");
}

TEST(DirectoryNamesTest, NoNameMakesAnotherFilter) {
    std::mt19937 random(4515);
    const std::string alphabet("ab*()\\\0&|!=<>~{user}\xE8\x8A\xB1", 23);
    for (int i = 0; i < 20000; ++i) {
        std::string name;
        for (std::size_t length = 1 + random() % 12; name.size() < length;)
            name += alphabet[random() % alphabet.size()];
        const auto filter = person_filter("(uid={user})", name);
        ASSERT_TRUE(filter.has_value());
        const std::string value = filter->substr(5, filter->size() - 6);
        EXPECT_EQ(value.find_first_of(std::string("*()\0", 4)), std::string::npos) << value;
    }
}

TEST(DirectoryNamesTest, NameGoesIntoOneValueOnly) {
    EXPECT_EQ(*person_dn("uid={user},ou=people,dc=city", "hana"), "uid=hana,ou=people,dc=city");
    std::mt19937 random(4514);
    const std::string alphabet("ab,+\"\\<>;=# \0{user}\xE8\x8A\xB1", 23);
    for (int i = 0; i < 20000; ++i) {
        std::string name;
        for (std::size_t length = 1 + random() % 12; name.size() < length;)
            name += alphabet[random() % alphabet.size()];
        const auto dn = person_dn("uid={user},ou=people,dc=city", name);
        if (!dn)  // half a character: no text
            continue;
        EXPECT_TRUE(dn->starts_with("uid=") && dn->ends_with(",ou=people,dc=city")) << *dn;
        // Read back it has the three parts that the template has.
        std::size_t parts = 1;
        for (std::size_t at = 0; at < dn->size(); ++at) {
            if ((*dn)[at] == '\\')
                ++at;
            else if ((*dn)[at] == ',' || (*dn)[at] == '+' || (*dn)[at] == ';')
                ++parts;
        }
        EXPECT_EQ(parts, 3U) << *dn;
    }
}

TEST(DirectoryNamesTest, TemplatesAndGroupsMustBeNames) {
    for (const char* wrong : {"", "hana", "uid=a,", ",", "uid", "=x", "uid=a,,dc=b", "uid=\"a"})
        EXPECT_FALSE(canonical_dn(wrong).has_value()) << wrong;
    EXPECT_FALSE(person_dn("{user}", "hana").has_value());
}

TEST(DirectoryNamesTest, OneSpellingForComparison) {
    EXPECT_EQ(*canonical_dn("CN=Welfare, OU=Groups ,DC=city"), *canonical_dn("cn=welfare,ou=groups,dc=city"));
    EXPECT_EQ(*canonical_dn("cn=a\\2Cb,dc=c"), *canonical_dn("cn=a\\,b,dc=c"));
    EXPECT_NE(*canonical_dn("cn=a\\,b,dc=c"), *canonical_dn("cn=a,cn=b,dc=c"));
    EXPECT_EQ(*canonical_dn("cn=\xE8\x8A\xB1,dc=c"), *canonical_dn("cn=\\E8\\8A\\B1,dc=c"));
}

}  // namespace
}  // namespace sudare::directory
