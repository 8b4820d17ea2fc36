// SPDX-License-Identifier: Apache-2.0
#include "server/directory/answers.h"

#include <gtest/gtest.h>
#include <ldap.h>

namespace sudare::directory {
namespace {

std::string windows(const std::string& number) {
    return "80090308: LdapErr: DSID-0C09042F, comment: AcceptSecurityContext error, data " + number + ", v2580";
}

TEST(DirectoryAnswersTest, OnlySuccessWithoutAnyButIsRight) {
    EXPECT_EQ(answer_of_bind(LDAP_SUCCESS, "", {}), Answer::kRight);
    EXPECT_EQ(answer_of_bind(LDAP_SUCCESS, "", {.must_change = true}), Answer::kMustChange);
    EXPECT_EQ(answer_of_bind(LDAP_SUCCESS, "", {.expired = true}), Answer::kExpired);
    EXPECT_EQ(answer_of_bind(LDAP_SUCCESS, "", {.locked = true}), Answer::kLocked);
    for (int code = -20; code < 130; ++code)
        for (const std::string& text : {std::string(), windows("0"), windows("52e")}) {
            if (code != LDAP_SUCCESS)
                EXPECT_NE(answer_of_bind(code, text, {}), Answer::kRight) << code;
            EXPECT_NE(answer_of_failure(code), Answer::kRight) << code;
        }
}

TEST(DirectoryAnswersTest, WhatWindowsSaysOfAnAccount) {
    const std::pair<const char*, Answer> said[] = {
        {"525", Answer::kWrong},   {"52e", Answer::kWrong},    {"530", Answer::kDisabled},   {"531", Answer::kDisabled},
        {"532", Answer::kExpired}, {"533", Answer::kDisabled}, {"701", Answer::kExpired},    {"773", Answer::kMustChange},
        {"775", Answer::kLocked},  {"7750", Answer::kWrong},   {"", Answer::kWrong}};
    for (const auto& [number, answer] : said)
        EXPECT_EQ(answer_of_bind(LDAP_INVALID_CREDENTIALS, windows(number), {}), answer) << number;
    // Somebody else's text is no word of Windows.
    EXPECT_EQ(answer_of_bind(LDAP_INVALID_CREDENTIALS, "wrong, data 775, sorry", {}), Answer::kWrong);
}

TEST(DirectoryAnswersTest, WhatIsAboutThePersonAndWhatAboutTheDirectory) {
    EXPECT_EQ(answer_of_bind(LDAP_INVALID_CREDENTIALS, "", {.locked = true}), Answer::kLocked);
    EXPECT_EQ(answer_of_bind(LDAP_INVALID_CREDENTIALS, "", {.expired = true}), Answer::kExpired);
    EXPECT_EQ(answer_of_bind(LDAP_CONSTRAINT_VIOLATION, "", {}), Answer::kLocked);
    EXPECT_EQ(answer_of_bind(LDAP_UNWILLING_TO_PERFORM, "", {}), Answer::kDisabled);
    EXPECT_EQ(answer_of_bind(LDAP_NO_SUCH_OBJECT, "", {}), Answer::kWrong);
    EXPECT_EQ(answer_of_bind(LDAP_REFERRAL, "", {}), Answer::kReferral);
    EXPECT_EQ(answer_of_bind(LDAP_SERVER_DOWN, "", {}), Answer::kUnreachable);
    EXPECT_EQ(answer_of_bind(LDAP_TIMEOUT, "", {}), Answer::kTooSlow);
    EXPECT_EQ(answer_of_bind(LDAP_CONFIDENTIALITY_REQUIRED, "", {}), Answer::kFault);
    EXPECT_FALSE(ipc::is_outage(Answer::kDisabled));
    EXPECT_TRUE(ipc::is_outage(Answer::kUnreachable));
}

}  // namespace
}  // namespace sudare::directory
