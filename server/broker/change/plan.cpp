// SPDX-License-Identifier: Apache-2.0
#include "server/broker/change/plan.h"

#include <algorithm>
#include <map>
#include <set>

#include "protocol/ipc/link_host.h"
#include "server/broker/change/people.h"

namespace sudare::broker {

using store::LayerId;
using store::PolicyChange;
using Kind = LayerId::Kind;

namespace {

// Measured once for each layer: a group has many members.
class Sizes {
public:
    std::size_t of(const PolicyState::SharedLayer& layer) {
        const auto [place, is_new] = known_.try_emplace(layer, 0);
        if (is_new)
            place->second = bytes_of(*layer);
        return place->second;
    }

private:
    std::map<PolicyState::SharedLayer, std::size_t> known_;
};

// Of a layer that says something about hosts only, at most.
constexpr std::size_t kFixedBytes = 4096;

std::size_t most_of(Kind kind) {
    return kind == Kind::kDefault ? kDefaultBytesMax : kind == Kind::kGroup ? kGroupsBytesMax : kUserBytesMax;
}

}  // namespace

std::vector<PolicyChange> Plan::changes() const {
    std::vector<PolicyChange> out;
    for (const store::JournalDifference& one : differences)
        out.push_back({one.layer, one.field, one.after});
    return out;
}

Result<Plan> make_plan(const PolicyState& now, const std::vector<PolicyChange>& changes) {
    (void)now.layers(0);  // so that before and after share the default layer while it is the same
    Plan plan{now, now, {}};
    for (const PolicyChange& change : changes) {
        SUDARE_TRY(auto before, now.value(change.layer, change.field));
        if (before == change.value)
            continue;
        SUDARE_CHECK(plan.after.apply(change));
        plan.differences.push_back({change.layer, change.field, std::move(before), change.value});
    }
    return plan;
}

namespace {

using Found = std::optional<TooLarge>;

// Those that change, and those that name a list that changes; of exceptions their users.
struct Touched {
    std::set<LayerId> layers;
    std::set<std::uint32_t> exceptions;
};

Result<Touched> touched(const Plan& plan, store::Store& store) {
    Touched out;
    std::set<std::string> lists;
    SUDARE_TRY(const auto numbers, store.host_list_numbers());
    for (const store::JournalDifference& one : plan.differences) {
        if (policy::row_of(one.field) != nullptr)
            out.layers.insert(one.layer);
        if (store::exception_number(one.field))
            out.exceptions.insert(one.layer.number);
        if (one.layer.kind == Kind::kList)
            for (const auto& [name, number] : *numbers)
                if (number == one.layer.number)
                    lists.insert(name);
    }
    if (lists.empty())
        return out;
    SUDARE_TRY(const ListUsers users, plan.after.list_users());
    for (const ListUser& user : users)
        if (std::ranges::any_of(user.lists, [&](const std::string& name) { return lists.contains(name); })) {
            if (user.exception != 0)
                out.exceptions.insert(user.layer.number);
            else
                out.layers.insert(user.layer);
        }
    return out;
}

// A list that nothing could name.
Result<Found> large_list(const Plan& plan) {
    for (const store::JournalDifference& one : plan.differences) {
        if (one.layer.kind != Kind::kList || !one.after)
            continue;
        SUDARE_TRY(const auto list, plan.after.host_list(one.layer.number));
        SUDARE_TRY(const auto hosts, policy::LayerHosts::create({"allow:@x"}, {{"x", list}}));
        if (hosts->bytes() + kFixedBytes > kDefaultBytesMax)
            return Found({TooLarge::What::kLayer, one.layer, kDefaultBytesMax});
    }
    return Found();
}

Result<Found> large_exceptions(const Plan& plan, std::uint32_t user) {
    const std::int64_t now = plan.after.at().time;
    SUDARE_TRY(const auto own, plan.after.exceptions(user));
    std::size_t bytes = 0;
    for (const store::PolicyException& one : own) {
        if (one.ends <= now)
            continue;
        SUDARE_TRY(const auto layer, plan.after.layer_of(one));
        bytes += bytes_of(*layer.layer);
    }
    return bytes <= kExceptionsBytesMax
               ? Found()
               : Found({TooLarge::What::kExceptionsOfOne, {Kind::kUser, user}, kExceptionsBytesMax});
}

Result<Found> large_groups(const Plan& plan, std::uint32_t user, Sizes& sizes) {
    SUDARE_TRY(const auto groups, plan.after.groups_of(user));
    if (groups.size() > kGroupsOfUserMax)
        return Found({TooLarge::What::kGroupCount, {Kind::kUser, user}, kGroupsOfUserMax});
    std::size_t bytes = 0;
    for (const std::uint32_t group : groups) {
        SUDARE_TRY(const auto layer, plan.after.layer({Kind::kGroup, group}));
        bytes += sizes.of(layer);
    }
    return bytes <= kGroupsBytesMax ? Found()
                                    : Found({TooLarge::What::kGroupsOfOne, {Kind::kUser, user}, kGroupsBytesMax});
}

}  // namespace

Result<Found> too_large(const Plan& plan, store::Store& store) {
    SUDARE_TRY(Found list, large_list(plan));
    if (list)
        return list;
    Sizes sizes;
    SUDARE_TRY(const Touched concerned, touched(plan, store));
    std::set<std::uint32_t> groups;
    for (const LayerId& id : concerned.layers) {
        SUDARE_TRY(const auto layer, plan.after.layer(id));
        if (sizes.of(layer) > most_of(id.kind))
            return Found({TooLarge::What::kLayer, id, most_of(id.kind)});
        if (id.kind == Kind::kGroup)
            groups.insert(id.number);
    }
    SUDARE_TRY(auto people, members_concerned(plan, store));
    SUDARE_TRY(const auto members, store.memberships(plan.before.at().version));
    for (const auto& [user, own] : *members)
        if (std::ranges::any_of(own, [&](std::uint32_t group) { return groups.contains(group); }))
            people.insert(user);
    for (const std::uint32_t user : people) {
        SUDARE_TRY(Found found, large_groups(plan, user, sizes));
        if (found)
            return found;
    }
    for (const std::uint32_t user : concerned.exceptions) {
        SUDARE_TRY(Found found, large_exceptions(plan, user));
        if (found)
            return found;
    }
    return Found();
}

Result<std::optional<MissingList>> missing_list(const Plan& plan, store::Store& store) {
    using Missing = std::optional<MissingList>;
    SUDARE_TRY(const ListUsers users, plan.after.list_users());
    SUDARE_TRY(const auto numbers, store.host_list_numbers());
    for (const ListUser& user : users)
        for (const std::string& name : user.lists) {
            const auto number = numbers->find(name);
            store::SharedHostList list;
            if (number != numbers->end()) {
                SUDARE_TRY(list, plan.after.host_list(number->second));
            }
            if (list == nullptr)
                return Missing({user, name});
        }
    return Missing();
}

std::size_t bytes_of(const policy::Layer& layer) {
    policy::Layer others = layer;
    others.at(policy::FieldId::kWebHosts).reset();
    const policy::Layers alone{
        {policy::Origin::kDefault, {}, 0, std::make_shared<policy::Layer>(others)}};
    policy::HostMerges none;
    return ipc::write_policy_payload(policy::session_policy(policy::merge_without_hosts(alone), alone, 0, none)).size() +
           layer.hosts().bytes();
}

}  // namespace sudare::broker
