// SPDX-License-Identifier: Apache-2.0
#include "server/host/cgroup.h"

#include <gtest/gtest.h>

// What limits do to real sessions: tests/integration/host. Here: reading proc(5) texts.
namespace sudare::host {
namespace {

constexpr char kMounts[] =
    "24 1 0:22 / /sys rw - sysfs sysfs rw\n"
    "30 24 0:26 / /sys/fs/cgroup/cpu,cpuacct rw shared:9 - cgroup cgroup rw,cpu,cpuacct\n"
    "31 24 0:27 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"
    "32 24 0:28 /box /sys/fs/cgroup/pids rw - cgroup cgroup rw,pids\n"
    "33 24 0:29 / /sys/fs/cgroup/unified rw shared:1 master:2 - cgroup2 cgroup2 rw\n";
constexpr char kSelf[] =
    "5:cpu,cpuacct:/\n"
    "4:memory:/a/b\n"
    "3:pids:/box/inner\n"
    "0::/user.slice\n";

TEST(OwnCgroup, FindsMountAndGroupOfEachController) {
    EXPECT_EQ(own_cgroup_path(kMounts, kSelf, "memory"), "/sys/fs/cgroup/memory/a/b");
    EXPECT_EQ(own_cgroup_path(kMounts, kSelf, "cpu"), "/sys/fs/cgroup/cpu,cpuacct");
    EXPECT_EQ(own_cgroup_path(kMounts, kSelf, ""), "/sys/fs/cgroup/unified/user.slice");
}

TEST(OwnCgroup, KnowsThatOnlyAPartOfTheTreeIsMounted) {
    EXPECT_EQ(own_cgroup_path(kMounts, kSelf, "pids"), "/sys/fs/cgroup/pids/inner");
}

TEST(OwnCgroup, SaysThatAControllerIsNotThere) {
    EXPECT_EQ(own_cgroup_path(kMounts, kSelf, "cpua"), "");  // no half names
    EXPECT_EQ(own_cgroup_path(kMounts, "4:memory:/a\n", "pids"), "");
    EXPECT_EQ(own_cgroup_path("", kSelf, "memory"), "");
    EXPECT_EQ(own_cgroup_path("broken - line\n", kSelf, ""), "");
}

}  // namespace
}  // namespace sudare::host
