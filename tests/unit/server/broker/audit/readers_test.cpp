// SPDX-License-Identifier: Apache-2.0
#include "server/broker/audit/readers.h"

#include <unistd.h>

#include "server/broker/audit/deletion.h"
#include "tests/unit/server/broker/audit/estate.h"

namespace sudare::audit {
namespace {

class ReadersTest : public testing::Test {
protected:
    // Root may give to any group; others to their own.
    const gid_t group_ = ::geteuid() == 0 ? 64312 : ::getegid();
    gid_t group_of(const std::string& path) {
        struct stat info {};
        EXPECT_EQ(::stat(path.c_str(), &info), 0);
        return info.st_gid;
    }
    Estate log_;
};

TEST_F(ReadersTest, TheGroupReadsWhatIsThereAndWhatComes) {
    log_.write(1, 3);
    ASSERT_TRUE(let_group_read(log_.audit, group_));
    log_.write(2, 3);
    log_.write(3, 3);
    EXPECT_EQ(Estate::mode(log_.audit), 0750U);
    EXPECT_EQ(Estate::mode(log_.file(0)), 0440U);
    EXPECT_EQ(Estate::mode(log_.file(3)), 0440U);
    EXPECT_EQ(Estate::mode(log_.file(6)), 0640U);
    const auto list = evidence::open_segments(log_.audit);
    const auto gone = summarize(list->segments[0]);
    ASSERT_TRUE(gone && replace_by(log_.audit, *gone));
    const std::string deleted = log_.audit + "/" + evidence::deleted_name(0);
    EXPECT_EQ(Estate::mode(deleted), 0640U);
    for (const std::string& path : {log_.audit, log_.file(3), log_.file(6), deleted})
        EXPECT_EQ(group_of(path), group_) << path;
}

TEST_F(ReadersTest, NobodyElseReadsWithoutIt) {  // the control
    log_.write(1, 3);
    log_.write(2, 3);
    EXPECT_EQ(Estate::mode(log_.audit), 0700U);
    EXPECT_EQ(Estate::mode(log_.file(0)), 0400U);
    EXPECT_EQ(Estate::mode(log_.file(3)), 0600U);
}

TEST_F(ReadersTest, AGroupThatCannotBeGivenIsSaidAndIsNoReasonToStop) {
    constexpr uid_t kNobody = 65534;
    const bool root = ::geteuid() == 0;
    ASSERT_TRUE(!root || ::seteuid(kNobody) == 0);
    {
        Estate own;
        const auto given = let_group_read(own.audit, 64312);
        EXPECT_FALSE(given);
        EXPECT_NE(given.error().message.find("field \"forward.gid\""), std::string::npos);
        own.write(1, 1);
        EXPECT_EQ(own.failures, 0);
        EXPECT_EQ(Estate::mode(own.file(0)), 0600U);
        // Somebody else's group may enter the directory, and the broker is not in it.
        if (root) {
            ASSERT_EQ(::seteuid(0), 0);
            ASSERT_EQ(::chown(own.audit.c_str(), kNobody, 64312), 0);
            ASSERT_EQ(::chmod(own.audit.c_str(), 0750), 0);
            ASSERT_EQ(::seteuid(kNobody), 0);
            own.write(2, 2);
            EXPECT_EQ(own.failures, 0);
            EXPECT_EQ(Estate::mode(own.file(1)), 0600U);
        }
    }
    ASSERT_TRUE(!root || ::seteuid(0) == 0);
}

}  // namespace
}  // namespace sudare::audit
