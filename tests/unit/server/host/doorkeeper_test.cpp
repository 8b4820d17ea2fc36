// SPDX-License-Identifier: Apache-2.0
#include "server/host/doorkeeper.h"

#include <gtest/gtest.h>
#include <netinet/in.h>

#include <cstring>

#include "server/host/address.h"

// With real connections: tests/integration/host/host_test.py, Strangers.
namespace sudare::host {
namespace {

using Verdict = Doorkeeper::Verdict;

Doorkeeper::Address at(const std::string& text) {
    return parse_address_block(text)->address;
}

std::vector<ipc::AddressBlock> blocks(std::initializer_list<const char*> texts) {
    std::vector<ipc::AddressBlock> out;
    for (const char* text : texts)
        out.push_back(*parse_address_block(text));
    return out;
}

class DoorkeeperTest : public ::testing::Test {
protected:
    // Accepted connections until the first that is not, at most 100.
    unsigned fill(Doorkeeper& door, const std::string& address) {
        unsigned count = 0;
        while (count < 100 && door.judge(at(address), now_) == Verdict::kAccept)
            ++count;
        return count;
    }
    Doorkeeper::Clock::time_point now_{std::chrono::hours(1000)};
};

TEST_F(DoorkeeperTest, ASilentSourceLeavesRoomForOthers) {
    Doorkeeper door({});
    EXPECT_EQ(fill(door, "192.0.2.7"), Doorkeeper::kUnprovenPerSource);
    EXPECT_EQ(door.judge(at("192.0.2.7"), now_), Verdict::kTooMany);
    EXPECT_EQ(fill(door, "192.0.2.8"), Doorkeeper::kUnprovenPerSource);
    door.left(at("192.0.2.7"), false);
    EXPECT_EQ(fill(door, "192.0.2.7"), 1U);
}

TEST_F(DoorkeeperTest, ANetworkOfIpv6IsOneSource) {
    Doorkeeper door({});
    EXPECT_EQ(fill(door, "2001:db8::1"), Doorkeeper::kUnprovenPerSource);
    EXPECT_EQ(fill(door, "2001:db8::ffff:1"), 0U);
    EXPECT_EQ(fill(door, "2001:db8:0:1::1"), Doorkeeper::kUnprovenPerSource);
}

TEST_F(DoorkeeperTest, WhoHasStartedASessionMayStartManyAtOnce) {
    Doorkeeper door({});
    EXPECT_EQ(door.judge(at("192.0.2.7"), now_), Verdict::kAccept);
    door.proven(at("192.0.2.7"), now_);
    door.left(at("192.0.2.7"), true);
    EXPECT_EQ(fill(door, "192.0.2.7"), 100U);
    now_ += Doorkeeper::kProvenFor;
    EXPECT_EQ(door.judge(at("192.0.2.7"), now_), Verdict::kTooMany);
}

TEST_F(DoorkeeperTest, AProvenConnectionNoLongerCounts) {
    Doorkeeper door({});
    for (unsigned i = 0; i < Doorkeeper::kUnprovenPerSource; ++i)
        ASSERT_EQ(door.judge(at("192.0.2.7"), now_), Verdict::kAccept);
    door.proven(at("192.0.2.7"), now_);
    now_ += Doorkeeper::kProvenFor;  // as a source it counts for a stranger again
    EXPECT_EQ(fill(door, "192.0.2.7"), 1U);
}

TEST_F(DoorkeeperTest, ManySourcesPushOutTheLongestKnownOnly) {
    Doorkeeper door({});
    const auto source = [](std::size_t i) { return "198.51.100." + std::to_string(i); };
    for (std::size_t i = 0; i <= Doorkeeper::kProvenMax; ++i) {
        ASSERT_EQ(door.judge(at(source(i)), now_), Verdict::kAccept);
        door.proven(at(source(i)), now_ += std::chrono::seconds(1));
        door.left(at(source(i)), true);
    }
    EXPECT_EQ(fill(door, source(0)), Doorkeeper::kUnprovenPerSource);
    EXPECT_EQ(fill(door, source(1)), 100U);
}

TEST_F(DoorkeeperTest, WithAListOnlyThoseAndWithoutALimit) {
    Doorkeeper door(blocks({"10.9.0.10", "2001:db8:1::/48"}));
    EXPECT_EQ(fill(door, "10.9.0.10"), 100U);
    EXPECT_EQ(fill(door, "2001:db8:1:ffff::1"), 100U);
    for (const char* stranger : {"10.9.0.11", "10.9.0.2", "127.0.0.1", "2001:db8:2::1", "::1"})
        EXPECT_EQ(door.judge(at(stranger), now_), Verdict::kStranger) << stranger;
}

TEST_F(DoorkeeperTest, ReadsSocketAddresses) {
    sockaddr_storage name{};
    sockaddr_in v4{};
    v4.sin_family = AF_INET;
    v4.sin_addr.s_addr = htonl(0xc0000207);
    std::memcpy(&name, &v4, sizeof v4);
    EXPECT_EQ(address_of(name), at("192.0.2.7"));
    sockaddr_in6 v6{};
    v6.sin6_family = AF_INET6;
    v6.sin6_addr = in6addr_loopback;
    std::memcpy(&name, &v6, sizeof v6);
    EXPECT_EQ(address_of(name), at("::1"));
}

}  // namespace
}  // namespace sudare::host
