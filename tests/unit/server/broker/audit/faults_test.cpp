// SPDX-License-Identifier: Apache-2.0
// Every call by which the writer reaches the disk fails once, in every way: what was acknowledged
// is there afterwards, and nothing is acknowledged any more.
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>

#include "tests/unit/server/broker/audit/estate.h"

namespace {

// Counts down at each of the calls; at 0 the call fails with `fault`, as all after it do.
std::atomic<long> left{-1};
std::atomic<int> fault{0};

bool fails() {
    if (left < 0)
        return false;
    if (left > 0) {
        --left;
        return false;
    }
    errno = fault;
    return true;
}

}  // namespace

// The C library's own, for the whole test program.
extern "C" ssize_t write(int fd, const void* bytes, size_t size) {
    if (!fails())
        return ::syscall(SYS_write, fd, bytes, size);
    // A disk takes a part before it is full.
    if (left == 0 && fault == ENOSPC && size > 1 && fd > 2) {
        fault = EIO;
        return ::syscall(SYS_write, fd, bytes, size / 2);
    }
    return -1;
}
extern "C" int fdatasync(int fd) {
    return fails() ? -1 : static_cast<int>(::syscall(SYS_fdatasync, fd));
}
extern "C" int fsync(int fd) {
    return fails() ? -1 : static_cast<int>(::syscall(SYS_fsync, fd));
}

namespace sudare::audit {
namespace {

// Over three days, so that segments begin on the way. Returns whether a call failed.
bool run_with_fault(long call, int how) {
    Estate estate;
    std::uint64_t acknowledged = 0;
    bool failed = false;
    {
        auto log = estate.open();
        EXPECT_TRUE(log);
        fault = how;
        left = call;
        for (int i = 0; i < 9; ++i) {
            estate.now = (1 + i / 3) * 100;
            if ((*log)->append_durable(Event{EventType::kHeartbeat, {}})) {
                EXPECT_FALSE(failed) << "acknowledged after a failure";
                acknowledged = (*log)->next_index();
            } else {
                failed = true;
            }
        }
        EXPECT_EQ((*log)->failed(), failed);
    }
    left = -1;
    EXPECT_EQ(estate.failures, failed ? 1 : 0);  // by which all sessions end
    EXPECT_GE(estate.anchor.records, acknowledged);
    auto again = estate.open();
    EXPECT_TRUE(again) << again.error().message;
    if (again) {
        EXPECT_GE((*again)->next_index(), acknowledged);
        EXPECT_TRUE((*again)->append_durable(Event{EventType::kHeartbeat, {}}));
    }
    return failed;
}

TEST(DiskFaults, NothingIsAcknowledgedFromTheFirstOnAndNothingAcknowledgedIsLost) {
    for (const int how : {ENOSPC, EIO, EDQUOT}) {
        long call = 0;
        while (run_with_fault(call, how)) {
            ++call;
            ASSERT_LT(call, 1000);
        }
        // 9 writes, 9 fdatasyncs, a directory's fsync for each of three segments.
        EXPECT_EQ(call, 21) << how;
    }
}

}  // namespace
}  // namespace sudare::audit
