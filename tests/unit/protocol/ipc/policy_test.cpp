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
    std::vector<HostRule> rules(limits::kHostRulesMax, HostRule{1, true, 0, "a"});
    policy.web.hosts = rules;
    EXPECT_TRUE(policy_of(bytes_of(policy)));
    rules.emplace_back(HostRule{1, true, 0, "a"});
    policy.web.hosts = rules;
    EXPECT_FALSE(policy_of(bytes_of(policy)));
}

// However they are cut into blocks, they are the same rules and the same bytes but for numbers that repeat.
TEST(PolicyTest, HostRulesOfSeveralLayersAreOneListBehindTheBorder) {
    const auto block = [](std::uint32_t number) {
        HostBlock::Maker maker;
        maker.add(number, true, 0, "a.example");
        maker.add(number, false, 8443, ".b.example");
        maker.add(number + 1, false, 0, "c.example");
        return std::move(maker).done();
    };
    HostRules rules;
    rules.append(block(200'001));
    rules.append(block(200'002));  // begins with the number with which the last one ended
    rules.append(HostBlock::Maker().done());
    const std::vector<HostRule> wanted{{200'001, true, 0, "a.example"},  {200'001, false, 8443, ".b.example"},
                                       {200'002, false, 0, "c.example"}, {200'002, true, 0, "a.example"},
                                       {200'002, false, 8443, ".b.example"}, {200'003, false, 0, "c.example"}};
    EXPECT_EQ(rules.all(), wanted);
    EXPECT_EQ(rules.size(), 6U);
    EXPECT_TRUE(rules == HostRules(wanted));
    auto other = wanted;
    other[3].number = 7;
    EXPECT_FALSE(rules == HostRules(other));  // control
    SessionPolicy policy = sample_policy();
    policy.web.hosts = rules;
    const auto again = policy_of(bytes_of(policy));
    ASSERT_TRUE(again);
    EXPECT_EQ(again->web.hosts.all(), wanted);
}

TEST(PolicyTest, HostRulesThatAreNoneAreRefused) {
    const auto reads = [](std::initializer_list<std::uint8_t> rule, std::uint8_t count = 1) {
        std::vector<std::uint8_t> bytes{0, 0, 0, count, 0, 0, 0, static_cast<std::uint8_t>(rule.size())};
        bytes.insert(bytes.end(), rule);
        Reader in(bytes);
        return read_host_rules(in).has_value();
    };
    EXPECT_TRUE(reads({1, 0, 0, 0, 9, 1, 'a'}));         // control
    EXPECT_TRUE(reads({1, 0, 0, 0, 9, 1, 'a', 4, 1, 'b'}, 2));  // control: the same number
    EXPECT_FALSE(reads({5, 1, 'a'}));                    // the number of none
    EXPECT_FALSE(reads({8, 0, 0, 0, 9, 1, 'a'}));        // an unknown flag
    EXPECT_FALSE(reads({2, 0, 0, 0, 9, 0, 0, 1, 'a'}));  // port 0 has no port
    EXPECT_FALSE(reads({1, 0, 0, 0, 9, 0}));             // no pattern
    EXPECT_FALSE(reads({1, 0, 0, 0, 9, 1, 7}));          // no text
    EXPECT_FALSE(reads({1, 0, 0, 0, 9, 1, 'a'}, 2));     // one too few
    EXPECT_FALSE(reads({1, 0, 0, 0, 9, 1, 'a', 0}));     // a byte too many
}

TEST(PolicyTest, ControlCharactersAreNotText) {
    SessionPolicy policy = sample_policy();
    policy.web.start_page = "https://a/\x1b[2J";
    EXPECT_FALSE(policy_of(bytes_of(policy)));
}

}  // namespace
}  // namespace sudare::ipc
