// SPDX-License-Identifier: Apache-2.0
#include "server/broker/change/plan.h"

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

Result<std::optional<TooLarge>> too_large(const Plan& plan, store::Store& store) {
    using Found = std::optional<TooLarge>;
    Sizes sizes;
    for (const store::JournalDifference& one : plan.differences) {
        if (policy::row_of(one.field) == nullptr)
            continue;
        SUDARE_TRY(const auto layer, plan.after.layer(one.layer));
        if (sizes.of(layer) > most_of(one.layer.kind))
            return Found({TooLarge::What::kLayer, one.layer, most_of(one.layer.kind)});
    }
    SUDARE_TRY(const auto concerned, members_concerned(plan, store));
    for (const std::uint32_t user : concerned) {
        SUDARE_TRY(const auto groups, plan.after.groups_of(user));
        if (groups.size() > kGroupsOfUserMax)
            return Found({TooLarge::What::kGroupCount, {Kind::kUser, user}, kGroupsOfUserMax});
        std::size_t bytes = 0;
        for (const std::uint32_t group : groups) {
            SUDARE_TRY(const auto layer, plan.after.layer({Kind::kGroup, group}));
            bytes += sizes.of(layer);
        }
        if (bytes > kGroupsBytesMax)
            return Found({TooLarge::What::kGroupsOfOne, {Kind::kUser, user}, kGroupsBytesMax});
    }
    return Found();
}

std::size_t bytes_of(const policy::Layer& layer) {
    const policy::Layers alone{
        {policy::Origin::kDefault, {}, 0, std::make_shared<policy::Layer>(layer)}};
    return ipc::write_policy_payload(policy::session_policy(policy::merge(alone), alone, 0)).size();
}

}  // namespace sudare::broker
