// SPDX-License-Identifier: Apache-2.0
#include "protocol/ipc/policy.h"

#include <gtest/gtest.h>

#include "protocol/core/limits.h"
#include "tests/unit/protocol/ipc/samples.h"

namespace sudare::ipc {
namespace {

std::vector<std::uint8_t> bytes_of(const SessionPolicy& policy) {
    Writer out(limits::kIpcFrameMax);
    write_policy(out, policy);
    EXPECT_TRUE(out.ok());
    return std::move(out).take();
}

Result<SessionPolicy> policy_of(std::span<const std::uint8_t> bytes) {
    Reader in(bytes);
    auto policy = read_policy(in);
    if (policy && !in.at_end())
        return fail(Errc::kBadInput, "bytes left over");
    return policy;
}

TEST(PolicyTest, RoundTripKeepsEveryField) {
    const SessionPolicy policy = sample_policy();
    const auto again = policy_of(bytes_of(policy));
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_EQ(*again, policy);
    EXPECT_NE(*again, SessionPolicy{});
}

TEST(PolicyTest, TheBuiltInDefaultDenies) {
    const SessionPolicy policy;
    EXPECT_FALSE(policy.web.allow_by_default);
    EXPECT_FALSE(policy.web.plain_http);
    EXPECT_FALSE(policy.web.clipboard_in_browser);
    EXPECT_TRUE(policy.web.hosts.empty());
}

// The start page "about:blank" once made a policy too short for the borders.
TEST(PolicyTest, TheSmallestPolicyIsAsLongAsTheBordersSay) {
    SessionPolicy policy;
    policy.web.start_page = "x";
    EXPECT_EQ(bytes_of(policy).size(), kPolicyBytesMin);
    EXPECT_TRUE(policy_of(bytes_of(policy)));
    policy.web.start_page.clear();
    EXPECT_FALSE(policy_of(bytes_of(policy)));
}

TEST(PolicyTest, EveryTruncationIsRefused) {
    const auto bytes = bytes_of(sample_policy());
    for (std::size_t length = 0; length < bytes.size(); ++length)
        EXPECT_FALSE(policy_of(std::span(bytes).first(length))) << length;
}

// Any flipped bit gives another policy or a refusal; never the same policy, never a crash.
TEST(PolicyTest, EveryFlippedBitIsRefusedOrMakesAnotherPolicy) {
    const SessionPolicy policy = sample_policy();
    auto bytes = bytes_of(policy);
    for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
        bytes[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
        const auto changed = policy_of(bytes);
        EXPECT_TRUE(!changed || !(*changed == policy)) << bit;
        bytes[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
    }
}

TEST(PolicyTest, CountsAboveTheLimitAreRefusedBeforeAnythingIsRead) {
    SessionPolicy policy = sample_policy();
    policy.web.hosts.assign(limits::kHostRulesMax, HostRule{1, true, 0, "a"});
    EXPECT_TRUE(policy_of(bytes_of(policy)));
    policy.web.hosts.emplace_back(HostRule{1, true, 0, "a"});
    EXPECT_FALSE(policy_of(bytes_of(policy)));
}

TEST(PolicyTest, ControlCharactersAreNotText) {
    SessionPolicy policy = sample_policy();
    policy.web.start_page = "https://a/\x1b[2J";
    EXPECT_FALSE(policy_of(bytes_of(policy)));
}

}  // namespace
}  // namespace sudare::ipc
