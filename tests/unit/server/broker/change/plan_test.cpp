// SPDX-License-Identifier: Apache-2.0
#include "server/broker/change/plan.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <random>

namespace sudare::broker {
namespace {

using store::LayerId;
using store::PolicyChange;
using Kind = LayerId::Kind;

constexpr unsigned kUsers = 12;
constexpr unsigned kGroups = 4;
constexpr std::int64_t kNow = 1'000'000;

// A value of each sort of merging: one that wins, one that is limited, one that adds up.
const std::map<std::string, std::vector<std::string>> kValues{
    {"input.text", {"true", "false"}},
    {"access.idle_minutes", {"1", "30", "480"}},
    {"web.start_page", {"https://a.example/", "https://b.example/"}},
    {"access.hours", {"00:00-24:00", "08:00-12:00", "08:00-12:00,13:00-18:00"}},
    {"web.hosts", {"allow:.a.example", "deny:.a.example", "allow:.a.example,deny:b.a.example", "allow:c.example:8443",
                   "allow:@list0", "deny:@list0,allow:c.example:8443", "allow:@list0,deny:@list1"}}};
// Of lists. They never go away here: what names one that does is refused before there is a plan.
const std::vector<std::string> kLists{".a.example", "b.a.example\nc.example:8443", ".a.example\nd.example", "d.example"};
constexpr unsigned kListCount = 2;

// What is effective, as an administrator would read it; short enough for a message.
std::string text_of(const policy::Layers& layers) {
    std::string out;
    for (const auto& [name, values] : kValues) {
        const policy::Decision one = policy::decide(*policy::row_of(name), layers);
        out += name + "=" + policy::format(*policy::row_of(name), one.value) + " (" + one.origin + ")  ";
    }
    return out;
}

policy::Value sorted(policy::Value value) {
    if (auto* list = std::get_if<std::vector<std::string>>(&value))
        std::ranges::sort(*list);
    return value;
}

// A real database in a directory of its own.
class Plans : public testing::Test {
protected:
    Plans() {
        std::string pattern = testing::TempDir() + "sudare-plan-XXXXXX";
        directory_ = ::mkdtemp(pattern.data());
        store_ = std::move(store::Store::open((directory_ / "broker.db").string()).value());
        for (unsigned i = 0; i < kUsers; ++i)
            EXPECT_TRUE(store_->add_user({0, "user" + std::to_string(i), "x", false, false}));
        for (unsigned i = 0; i < kGroups; ++i)
            EXPECT_TRUE(store_->group_number("group" + std::to_string(i)));
        std::vector<PolicyChange> lists;
        for (unsigned i = 0; i < kListCount; ++i)
            lists.push_back({{Kind::kList, store_->host_list_number("list" + std::to_string(i)).value()},
                             std::string(store::kHostsField), kLists[i]});
        EXPECT_TRUE(store_->change_policy(lists, 0));
        for (unsigned user = 1; user <= kUsers; ++user)
            EXPECT_TRUE(store_->add_exception({0, user, policy::FieldId::kInputText, "false", 0,
                                               user % 2 == 0 ? kNow + 1 : kNow, "because", 0}));
    }
    ~Plans() override {
        store_.reset();
        std::filesystem::remove_all(directory_);
    }

    PolicyState now() { return {*store_, {store_->policy_version().value(), kNow}, "about:blank"}; }

    unsigned below(unsigned end) { return std::uniform_int_distribution<unsigned>(0, end - 1)(random_); }

    PolicyChange of_a_layer() {
        LayerId layer{static_cast<Kind>(below(3)), 0};  // no list
        if (layer.kind != Kind::kDefault)
            layer.number = 1 + below(layer.kind == Kind::kUser ? kUsers : kGroups);
        const auto& [field, values] = *std::next(kValues.begin(), below(static_cast<unsigned>(kValues.size())));
        if (below(3) == 0)
            return {layer, field, {}};
        return {layer, field, values[below(static_cast<unsigned>(values.size()))]};
    }

    PolicyChange of_a_list() {
        return {{Kind::kList, 1 + below(kListCount)}, std::string(store::kHostsField),
                kLists[below(static_cast<unsigned>(kLists.size()))]};
    }

    PolicyChange any() {
        switch (below(7)) {
            case 3:
                return of_a_list();
            case 0:
                return {{Kind::kGroup, 1 + below(kGroups)}, std::string(store::kPlaceField),
                        below(4) == 0 ? std::optional<std::string>() : std::to_string(below(5))};
            case 1: {
                std::vector<std::uint32_t> groups;
                for (unsigned group = 1; group <= kGroups; ++group)
                    if (below(2) == 0)
                        groups.push_back(group);
                return {{Kind::kUser, 1 + below(kUsers)}, std::string(store::kGroupsField),
                        groups.empty() ? std::optional<std::string>() : list_of(groups)};
            }
            case 2: {
                const unsigned user = 1 + below(kUsers);
                return {{Kind::kUser, user}, store::exception_field(user),
                        below(2) == 0 ? std::optional<std::string>() : std::string(store::kStands)};
            }
            default:
                return of_a_layer();
        }
    }

    // Without the same entry twice: one of them would be told as a change and be none.
    std::vector<PolicyChange> some() {
        std::map<std::pair<LayerId, std::string>, PolicyChange> by_place;
        for (unsigned i = below(5); i != ~0U; --i) {
            const PolicyChange one = any();
            by_place.insert_or_assign({one.layer, one.field}, one);
        }
        std::vector<PolicyChange> out;
        for (const auto& [place, one] : by_place)
            out.push_back(one);
        return out;
    }

    std::filesystem::path directory_;
    std::unique_ptr<store::Store> store_;
    std::mt19937 random_{20261125};
};

// What is planned is what is stored; whom it concerns is whom it concerns.
TEST_F(Plans, TellWhatWillBe) {
    unsigned told = 0, only_later = 0;
    for (int round = 0; round < 800; ++round) {
        const Plan plan = make_plan(now(), some()).value();
        std::map<std::pair<std::uint32_t, policy::FieldId>, bool> concerned;  // -> loosens
        ASSERT_TRUE(who_changes(plan, *store_, [&](const PersonChange& one) {
            concerned[{one.user, one.field->id}] = one.loosens;
            return true;
        }));
        std::vector<policy::Effective> before;
        std::vector<std::string> planned;
        for (std::uint32_t user = 0; user <= kUsers; ++user) {
            before.push_back(policy::merge(now().layers(user).value()));
            planned.push_back(text_of(plan.after.layers(user).value()));
        }
        const bool told_loosens = loosens(plan, *store_).value();
        ASSERT_TRUE(store_->change_policy(plan.changes(), 0));
        bool any_loosens = false;
        for (std::uint32_t user = 0; user <= kUsers; ++user) {
            const auto after = policy::merge(now().layers(user).value());
            ASSERT_EQ(text_of(now().layers(user).value()), planned[user]) << "round " << round << " user " << user;
            for (const policy::FieldRow& field : policy::field_rows()) {
                const auto found = concerned.find({user, field.id});
                // The order of rules with different targets decides nothing.
                ASSERT_EQ(found != concerned.end(), sorted(before[user].at(field.id)) != sorted(after.at(field.id)))
                    << "round " << round << " user " << user << " " << field.name;
                if (found == concerned.end())
                    continue;
                ++told;
                any_loosens = any_loosens || found->second;
                EXPECT_EQ(found->second, policy::loosens(field, before[user].at(field.id), after.at(field.id)));
            }
        }
        // Exceptions of every second person end a second later, and show what lies under them.
        for (std::uint32_t user = 0; user <= kUsers; ++user) {
            const auto old_one = policy::merge(plan.before.layers(user, kNow + 1).value());
            const auto new_one = policy::merge(plan.after.layers(user, kNow + 1).value());
            for (const policy::FieldRow& field : policy::field_rows()) {
                const bool later = policy::loosens(field, old_one.at(field.id), new_one.at(field.id)) &&
                                   sorted(old_one.at(field.id)) != sorted(new_one.at(field.id));
                only_later += later && !any_loosens ? 1 : 0;
                any_loosens = any_loosens || later;
            }
        }
        ASSERT_EQ(any_loosens, told_loosens) << "round " << round;
    }
    EXPECT_GT(told, 1000U);  // control: there was something to tell
    EXPECT_GT(only_later, 0U);
}

// Also when what lies between was stored since.
TEST_F(Plans, OldVersionsStayAsTheyWere) {
    struct Seen {
        Moment at;
        std::uint32_t user;
        std::string effective;
    };
    std::vector<Seen> seen;
    const auto look_again = [&] {
        for (const Seen& one : seen) {
            const PolicyState then(*store_, one.at, "about:blank");
            ASSERT_EQ(text_of(then.layers(one.user).value()), one.effective) << "version " << one.at.version;
        }
    };
    for (int round = 0; round < 60; ++round) {
        const std::uint32_t user = 1 + below(kUsers);
        seen.push_back({now().at(), user, text_of(now().layers(user).value())});
        ASSERT_TRUE(store_->change_policy(make_plan(now(), some()).value().changes(), 0));
        look_again();
    }
    // From the database, without what is kept in memory.
    store_.reset();
    store_ = std::move(store::Store::open((directory_ / "broker.db").string()).value());
    look_again();
}

// Back to any earlier version, in one plan.
TEST_F(Plans, DifferencesLeadBack) {
    for (int round = 0; round < 40; ++round) {
        const PolicyState then = now();
        for (int i = 0; i < 3; ++i)
            ASSERT_TRUE(store_->change_policy({of_a_layer(), below(2) == 0 ? of_a_layer() : of_a_list()}, 0));
        std::map<std::uint32_t, std::string> then_texts;
        for (std::uint32_t user = 0; user <= kUsers; ++user)
            then_texts[user] = text_of(then.layers(user).value());
        std::vector<PolicyChange> back;
        const auto differences = store_->differences({}, then.at().version).value();
        for (const store::JournalDifference& one : differences)
            back.push_back({one.layer, one.field, one.after});
        const Plan plan = make_plan(now(), back).value();
        EXPECT_EQ(plan.differences.size(), back.size());
        for (std::uint32_t user = 0; user <= kUsers; ++user)
            ASSERT_EQ(text_of(plan.after.layers(user).value()), then_texts[user])
                << "round " << round << " user " << user;
    }
}

// What names a list that goes, or that never was.
TEST_F(Plans, ListsThatAreMissingAreFound) {
    const LayerId list{Kind::kList, 1};
    const std::string hosts(store::kHostsField);
    const auto missing = [&](const std::vector<PolicyChange>& changes) {
        const auto found = missing_list(make_plan(now(), changes).value(), *store_).value();
        return found ? std::to_string(found->user.exception) + " " + found->list : std::string();
    };
    EXPECT_EQ(missing({{list, hosts, {}}}), "");  // nothing names it
    EXPECT_EQ(missing({{{}, "web.hosts", "allow:@never"}}), "0 never");
    const auto number = store_->add_exception(
        {0, 1, policy::FieldId::kWebHosts, "deny:@list0", 0, kNow + 10, "because", 0}).value();
    const PolicyChange standing{{Kind::kUser, 1}, store::exception_field(number), std::string(store::kStands)};
    ASSERT_TRUE(store_->change_policy({{{Kind::kGroup, 2}, "web.hosts", "allow:@list0"}, standing}, 0));
    EXPECT_EQ(missing({{list, hosts, {}}}), "0 list0");
    EXPECT_EQ(missing({{list, hosts, {}}, {{Kind::kGroup, 2}, "web.hosts", {}}}), std::to_string(number) + " list0");
    EXPECT_EQ(missing({{list, hosts, {}}, {{Kind::kGroup, 2}, "web.hosts", {}}, {standing.layer, standing.field, {}}}), "");
    EXPECT_EQ(missing({{list, hosts, "x.example"}}), "");
    // In memory and from the database.
    EXPECT_EQ(store_->list_uses(now().at().version).value()->size(), 1U);
    EXPECT_EQ(store_->host_lists(now().at().version).value(), (std::set<std::uint32_t>{1, 2}));
}

TEST_F(Plans, AListIsTooLargeForWhatNamesIt) {
    std::string large;
    for (unsigned i = 0; i < 20'000; ++i)
        large += (large.empty() ? "" : "\n") + ("www" + std::to_string(i) + ".example.jp");
    const std::string hosts(store::kHostsField);
    const auto what = [&](const std::vector<PolicyChange>& changes) -> std::optional<TooLarge> {
        return too_large(make_plan(now(), changes).value(), *store_).value();
    };
    ASSERT_TRUE(store_->change_policy({{{Kind::kList, 1}, hosts, large}}, 0));
    EXPECT_FALSE(what({{{}, "web.hosts", "allow:@list0"}}));  // controls
    EXPECT_FALSE(what({{{Kind::kGroup, 1}, "web.hosts", "allow:@list0"}}));
    const auto of_user = what({{{Kind::kUser, 3}, "web.hosts", "allow:@list0"}});
    ASSERT_TRUE(of_user);
    EXPECT_EQ(of_user->layer, (LayerId{Kind::kUser, 3}));
    // The list grows under somebody who names it.
    ASSERT_TRUE(store_->change_policy({{{Kind::kUser, 3}, "web.hosts", "allow:@list1"}}, 0));
    const auto grown = what({{{Kind::kList, 2}, hosts, large}});
    ASSERT_TRUE(grown);
    EXPECT_EQ(grown->layer, (LayerId{Kind::kUser, 3}));
    // Exceptions, and the groups of one person together.
    const auto number = store_->add_exception(
        {0, 4, policy::FieldId::kWebHosts, "deny:@list0", 0, kNow + 10, "because", 0}).value();
    const auto of_exception = what({{{Kind::kUser, 4}, store::exception_field(number), std::string(store::kStands)}});
    ASSERT_TRUE(of_exception);
    EXPECT_EQ(of_exception->what, TooLarge::What::kExceptionsOfOne);
    std::vector<PolicyChange> four;
    for (std::uint32_t group = 1; group <= kGroups; ++group)
        four.push_back({{Kind::kGroup, group}, "web.hosts", "allow:@list0"});
    four.push_back({{Kind::kUser, 5}, std::string(store::kGroupsField), "1,2,3"});
    EXPECT_FALSE(what(four));
    four.back().value = "1,2,3,4";
    const auto of_groups = what(four);
    ASSERT_TRUE(of_groups);
    EXPECT_EQ(of_groups->what, TooLarge::What::kGroupsOfOne);
}

TEST_F(Plans, ValuesThatCannotBeReadAreRefused) {
    EXPECT_FALSE(make_plan(now(), {{{Kind::kList, 1}, std::string(store::kHostsField), "not a host"}}));
    EXPECT_FALSE(make_plan(now(), {{{Kind::kList, 99}, std::string(store::kHostsField), "a.example"}}));
    EXPECT_FALSE(make_plan(now(), {{{}, "input.text", "perhaps"}}));
    EXPECT_FALSE(make_plan(now(), {{{}, "no.such", "1"}}));
    EXPECT_FALSE(make_plan(now(), {{{Kind::kUser, 1}, std::string(store::kGroupsField), "1,x"}}));
    EXPECT_FALSE(make_plan(now(), {{{Kind::kGroup, 99}, std::string(store::kPlaceField), "1"}}));
    EXPECT_TRUE(make_plan(now(), {{{}, "input.text", "false"}}));  // control
}

}  // namespace
}  // namespace sudare::broker
