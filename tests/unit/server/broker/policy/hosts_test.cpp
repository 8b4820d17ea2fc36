// SPDX-License-Identifier: Apache-2.0
#include "server/broker/policy/hosts.h"

#include <gtest/gtest.h>

#include <random>

#include "protocol/ipc/link_host.h"
#include "server/broker/policy/effective.h"
#include "server/egress/host_rules.h"

namespace sudare::policy {
namespace {

HostLists lists_of(std::initializer_list<std::pair<const char*, HostList>> lists) {
    HostLists out;
    for (const auto& [name, hosts] : lists)
        out[name] = std::make_shared<const HostList>(hosts);
    return out;
}

std::shared_ptr<const Layer> layer_of(const std::string& hosts, const HostLists& lists = {}) {
    const auto layer = std::make_shared<Layer>();
    layer->at(FieldId::kWebHosts) = parse(row_of(FieldId::kWebHosts), hosts).value();
    EXPECT_TRUE(layer->look_up(lists));
    return layer;
}

// "2 allow:a.example" for each rule.
std::vector<std::string> rules_of(const Layer& layer) {
    std::vector<std::string> out;
    for (const LayerHosts::Rule& rule : layer.hosts().rules())
        out.push_back(std::to_string(rule.number) + " " + rule.text);
    return out;
}

using Texts = std::vector<std::string>;

TEST(HostLists, AListStandsWhereItIsNamedWithTheNumberOfItsName) {
    const auto lists = lists_of({{"gov", {"a.example", ".b.example:8443"}}});
    EXPECT_EQ(rules_of(*layer_of("deny:x.example,allow:@gov,allow:y.example", lists)),
              (Texts{"1 deny:x.example", "2 allow:a.example", "2 allow:.b.example:8443", "3 allow:y.example"}));
    EXPECT_EQ(rules_of(*layer_of("deny:@gov", lists)), (Texts{"1 deny:a.example", "1 deny:.b.example:8443"}));
}

TEST(HostLists, WhoDecidesAboutTheSameTarget) {
    const auto lists = lists_of({{"one", {"a.example", "b.example", "c.example"}},
                                 {"two", {"b.example", "c.example:8443", "d.example"}},
                                 {"gone", {}}});
    // A plain rule before a list, also when it permits what the list denies.
    EXPECT_EQ(rules_of(*layer_of("deny:@one,allow:a.example", lists)),
              (Texts{"1 deny:b.example", "1 deny:c.example", "2 allow:a.example"}));
    EXPECT_EQ(rules_of(*layer_of("allow:@one,deny:a.example", lists)),
              (Texts{"1 allow:b.example", "1 allow:c.example", "2 deny:a.example"}));
    // A list that denies before one that allows, in whatever order.
    for (const char* hosts : {"allow:@one,deny:@two", "deny:@two,allow:@one"}) {
        const auto found = rules_of(*layer_of(hosts, lists));
        EXPECT_EQ(found.size(), 5U) << hosts;
        for (const std::string& rule : found)
            EXPECT_FALSE(rule.ends_with("allow:b.example")) << hosts;
    }
    // Another port is another target; twice the same is once.
    EXPECT_EQ(rules_of(*layer_of("allow:@one,allow:@two", lists)),
              (Texts{"1 allow:a.example", "1 allow:b.example", "1 allow:c.example", "2 allow:c.example:8443",
                     "2 allow:d.example"}));
    EXPECT_EQ(rules_of(*layer_of("allow:@gone", lists)), Texts{});
}

TEST(HostLists, WhatIsNoListIsRefused) {
    Layer layer;
    layer.at(FieldId::kWebHosts) = parse(row_of(FieldId::kWebHosts), "allow:@gov,deny:@ads").value();
    EXPECT_FALSE(layer.looked_up());
    const auto failed = layer.look_up(lists_of({{"gov", {"a.example"}}}));
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().code, Errc::kNotFound);
    EXPECT_NE(failed.error().message.find("ads"), std::string::npos);
    EXPECT_TRUE(layer.look_up(lists_of({{"gov", {"a.example"}}, {"ads", {"b.example"}}})));  // control
    EXPECT_EQ(layer.lists(), (std::set<std::string, std::less<>>{"ads", "gov"}));
    for (const char* bad : {"allow:@", "allow:@a b", "allow:@a:443", "@gov", "allow:@a@b", "allow:@x/y"})
        EXPECT_FALSE(parse(row_of(FieldId::kWebHosts), bad)) << bad;
    EXPECT_TRUE(parse(row_of(FieldId::kWebHosts), "allow:@県庁"));
    EXPECT_FALSE(parse_host_rule("allow:@gov"));  // a rule is not a list
}

TEST(HostLists, TextOfAList) {
    EXPECT_EQ(parse_host_list("b.example\n.a.example:8443\nb.example").value(), (HostList{".a.example:8443", "b.example"}));
    EXPECT_EQ(format(parse_host_list("b.example\na.example").value()), "a.example\nb.example");
    const auto bad = parse_host_list("a.example\nallow:b.example");
    ASSERT_FALSE(bad);
    EXPECT_NE(bad.error().message.find("line 2"), std::string::npos) << bad.error().message;
    EXPECT_FALSE(parse_host_list("a.example\n\nb.example"));
    EXPECT_FALSE(parse_host_list("@gov"));
}

class Stacks : public testing::Test {
protected:
    unsigned below(std::size_t end) {
        return std::uniform_int_distribution<unsigned>(0, static_cast<unsigned>(end) - 1)(random_);
    }
    std::string target() {
        constexpr const char* kNames[] = {"a.example", "b.a.example", "example", "c.example", "x"};
        constexpr const char* kPorts[] = {"", "", "", ":443", ":8443"};
        return std::string(below(2) == 0 ? "." : "") + kNames[below(5)] + kPorts[below(5)];
    }
    HostLists lists() {
        HostLists out;
        for (const char* name : {"p", "q", "r"}) {
            std::string text;
            for (unsigned i = below(4); i != ~0U; --i)
                text += (text.empty() ? "" : "\n") + target();
            out[name] = std::make_shared<const HostList>(parse_host_list(text).value());
        }
        return out;
    }
    Layers stack() {
        const HostLists known = lists();
        Layers out;
        constexpr std::uint32_t kBases[] = {0, 3 * kGroupRuleBase, kUserRuleBase, kExceptionRuleBase, kExceptionRuleBase};
        for (unsigned i = 0; i < 5; ++i) {
            std::string hosts;
            for (unsigned rule = below(5); rule != 0; --rule)
                hosts += (hosts.empty() ? "" : ",") + std::string(below(2) == 0 ? "allow:" : "deny:") +
                         (below(3) == 0 ? "@" + std::string(1, static_cast<char>('p' + below(3))) : target());
            out.push_back({Origin::kDefault, std::to_string(i), kBases[i], layer_of(hosts, known)});
        }
        return out;
    }
    std::mt19937 random_{20261201};
};

// What the session gets is what is merged, and the proxy decides as deciding_rule says.
TEST_F(Stacks, TheEgressDecidesAsWeSay) {
    HostMerges merges;
    unsigned decided = 0;
    for (int round = 0; round < 1500; ++round) {
        const Layers layers = stack();
        const auto message = session_policy(merge_without_hosts(layers), layers, 1, merges);
        std::vector<std::string> sent, merged;
        for (const ipc::HostRule& rule : message.web.hosts.all())
            sent.push_back(std::to_string(rule.number) + (rule.allow ? " allow:" : " deny:") + rule.pattern +
                           (rule.port != 0 ? ":" + std::to_string(rule.port) : ""));
        for (const MergedRule& one : merged_rules(layers))
            merged.push_back(std::to_string(one.layer->rule_base + one.rule->number) + " " + one.rule->text);
        ASSERT_EQ(sent, merged) << round;
        std::size_t most = 0;
        for (const NamedLayer& one : layers)
            most += one.layer->hosts().bytes();
        std::size_t bytes = 0;
        for (const auto& block : message.web.hosts.blocks())
            bytes += block->bytes().size();
        ASSERT_LE(bytes, most) << round;
        ASSERT_LE(message.web.hosts.size() * limits::kHostRuleBytesMin, most);
        const auto table = egress::HostRules::create(message.web.hosts);
        ASSERT_TRUE(table);
        for (const char* host : {"a.example", "b.a.example", "z.b.a.example", "example", "c.example", "x", "y.x", "other"})
            for (const std::uint16_t port : {std::uint16_t{443}, std::uint16_t{8443}}) {
                const auto there = table->find(host, port, port == 443);
                const auto here = deciding_rule(layers, host, port, port == 443);
                ASSERT_EQ(there.has_value(), here.has_value()) << round << " " << host;
                if (!here)
                    continue;
                ++decided;
                ASSERT_EQ(there->allow, here->rule->text.starts_with("allow:")) << round << " " << host;
                ASSERT_EQ(there->number, here->layer->rule_base + here->rule->number) << round << " " << host;
            }
    }
    EXPECT_GT(decided, 5000U);  // control
}

// 60,000 names and more, from the layer to the proxy's table.
TEST(HostLists, AsLargeAsTheyMayBe) {
    HostList hosts;
    for (unsigned i = 0; i < 65'000; ++i)
        hosts.push_back("www" + std::to_string(100'000 + i) + ".example.jp");
    const auto lists = lists_of({{"large", hosts}});
    const Layers layers{{Origin::kDefault, {}, 0, layer_of("allow:first.example,deny:@large", lists)}};
    EXPECT_LT(layers[0].layer->hosts().bytes(), 1536U << 10);
    HostMerges merges;
    const auto policy = session_policy(merge_without_hosts(layers), layers, 1, merges);
    const auto again = ipc::read_policy_payload(ipc::write_policy_payload(policy));
    ASSERT_TRUE(again);
    EXPECT_EQ(again->web.hosts.size(), 65'001U);
    const auto table = egress::HostRules::create(again->web.hosts);
    ASSERT_TRUE(table);
    EXPECT_EQ(table->find("www164999.example.jp", 443, true)->number, 2U);
    EXPECT_EQ(table->find("first.example", 443, true)->number, 1U);
    EXPECT_FALSE(table->find("www165000.example.jp", 443, true));
    // Who has the same layers has the same bytes.
    const auto other = session_policy(merge_without_hosts(layers), layers, 1, merges);
    EXPECT_EQ(policy.web.hosts.blocks()[0], other.web.hosts.blocks()[0]);
    const Layers with_own{layers[0], {Origin::kUser, {}, kUserRuleBase, layer_of("allow:own.example")}};
    EXPECT_EQ(session_policy(merge_without_hosts(layers), with_own, 1, merges).web.hosts.blocks()[1],
              policy.web.hosts.blocks()[0]);
    EXPECT_EQ(std::get<std::vector<std::string>>(decide_folded(with_own).value),
              (Texts{"allow:own.example", "allow:first.example", "deny:@large"}));
}

}  // namespace
}  // namespace sudare::policy
