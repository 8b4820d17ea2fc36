// SPDX-License-Identifier: Apache-2.0
// For whom a plan changes something.
#include "server/broker/change/people.h"

#include <algorithm>

#include "server/broker/change/host_difference.h"

namespace sudare::broker {

using store::JournalDifference;
using store::LayerId;
using Kind = LayerId::Kind;

namespace {

// Fields whose value can change: those named, or, by groups and exceptions, any.
std::vector<const policy::FieldRow*> fields_concerned(const Plan& plan) {
    std::set<policy::FieldId> named;
    for (const JournalDifference& one : plan.differences) {
        const policy::FieldRow* row = one.layer.kind == Kind::kList ? &policy::row_of(policy::FieldId::kWebHosts)
                                                                    : policy::row_of(one.field);
        if (row != nullptr) {
            named.insert(row->id);
            continue;
        }
        named.clear();
        for (const policy::FieldRow& each : policy::field_rows())
            named.insert(each.id);
        break;
    }
    std::vector<const policy::FieldRow*> out;
    for (const policy::FieldId id : named)
        out.push_back(&policy::row_of(id));
    return out;
}

Result<std::set<std::uint32_t>> people_concerned(const Plan& plan, store::Store& store) {
    SUDARE_TRY(auto out, members_concerned(plan, store));
    bool everybody = false;
    for (const JournalDifference& one : plan.differences) {
        if (one.layer.kind == Kind::kUser)
            out.insert(one.layer.number);
        // Whoever has a layer that names the list: most have, and the others are found to be as before.
        everybody = everybody || one.layer.kind == Kind::kDefault || one.layer.kind == Kind::kList;
    }
    if (everybody) {
        out.insert(0);
        SUDARE_TRY(const auto users, store.user_names());
        for (const auto& [number, name] : users)
            out.insert(number);
    }
    return out;
}

// Most people share their layers: what is decided by the same layers is decided once.
class Decisions {
public:
    const policy::Decision& of(const policy::FieldRow& row, const policy::Layers& layers) {
        Key key{row.id, {}};
        for (const policy::NamedLayer& one : layers)
            if (one.layer->at(row.id))
                key.second.emplace_back(one.layer, one.origin);
        const auto found = known_.find(key);
        if (found != known_.end())
            return found->second;
        return known_.emplace(std::move(key), policy::decide(row, layers)).first->second;
    }

private:
    // By layer and what it is: the same default layer may be everything that is said.
    using Key = std::pair<policy::FieldId,
                          std::vector<std::pair<PolicyState::SharedLayer, policy::Origin>>>;
    std::map<Key, policy::Decision> known_;
};

// What one person may do before and after, field by field; keeps what people have in common.
class Comparison {
public:
    explicit Comparison(const Plan& plan) : plan_(plan), fields_(fields_concerned(plan)) {}

    // False: on_change has said that it is enough.
    Result<bool> person(std::uint32_t user, std::int64_t time,
                        const std::function<bool(const PersonChange&)>& on_change) {
        SUDARE_TRY(const auto before, plan_.before.layers(user, time));
        SUDARE_TRY(const auto after, plan_.after.layers(user, time));
        for (const policy::FieldRow* field : fields_) {
            if (field->id == policy::FieldId::kWebHosts) {
                const auto& difference = hosts_.of(before, after);
                if (!difference.none &&
                    !on_change({user, field, difference.removed, difference.added, difference.loosens}))
                    return false;
                continue;
            }
            const auto& old_one = decisions_.of(*field, before);
            const auto& new_one = decisions_.of(*field, after);
            if (old_one.value == new_one.value)
                continue;
            if (!on_change({user, field, old_one, new_one,
                            policy::loosens(*field, old_one.value, new_one.value)}))
                return false;
        }
        return true;
    }

private:
    const Plan& plan_;
    std::vector<const policy::FieldRow*> fields_;
    Decisions decisions_;
    HostDifferences hosts_;
};

Result<std::set<std::uint32_t>> people_with_exceptions(const Plan& plan, store::Store& store) {
    std::set<std::uint32_t> out;
    const Moment& at = plan.before.at();
    SUDARE_TRY(const auto open, store.exceptions(std::nullopt, at.version, at.time));
    for (const store::PolicyException& one : open)
        out.insert(one.user);
    for (const JournalDifference& one : plan.differences)
        if (store::exception_number(one.field))
            out.insert(one.layer.number);
    return out;
}

// When something about exceptions of that person changes by itself, from now on.
Result<std::set<std::int64_t>> boundaries(const Plan& plan, std::uint32_t user) {
    std::set<std::int64_t> out;
    for (const PolicyState* state : {&plan.before, &plan.after}) {
        SUDARE_TRY(const auto standing, state->exceptions(user));
        for (const store::PolicyException& one : standing)
            for (const std::int64_t time : {one.begins, one.ends})
                if (time > plan.before.at().time)
                    out.insert(time);
    }
    return out;
}

}  // namespace

Result<std::set<std::uint32_t>> members_concerned(const Plan& plan, store::Store& store) {
    std::set<std::uint32_t> out, groups;
    for (const JournalDifference& one : plan.differences) {
        if (one.field == store::kGroupsField)
            out.insert(one.layer.number);
        if (one.layer.kind == Kind::kGroup)
            groups.insert(one.layer.number);
    }
    if (groups.empty())
        return out;
    SUDARE_TRY(const auto members, store.memberships(plan.before.at().version));
    for (const auto& [user, own] : *members)
        if (std::ranges::any_of(own, [&](std::uint32_t group) { return groups.contains(group); }))
            out.insert(user);
    return out;
}

Result<void> who_changes(const Plan& plan, store::Store& store,
                         const std::function<bool(const PersonChange&)>& on_change) {
    SUDARE_TRY(const auto people, people_concerned(plan, store));
    Comparison comparison(plan);
    for (const std::uint32_t user : people) {
        SUDARE_TRY(const bool go_on, comparison.person(user, plan.before.at().time, on_change));
        if (!go_on)
            return {};
    }
    return {};
}

// Not only now: an exception hides what is set under it, and shows it when it ends.
Result<bool> loosens(const Plan& plan, store::Store& store) {
    bool found = false;
    const auto look = [&](const PersonChange& one) {
        found = one.loosens;
        return !found;
    };
    SUDARE_CHECK(who_changes(plan, store, look));
    if (found)
        return true;
    SUDARE_TRY(const auto people, people_concerned(plan, store));
    SUDARE_TRY(const auto with_exceptions, people_with_exceptions(plan, store));
    Comparison comparison(plan);
    for (const std::uint32_t user : with_exceptions) {
        if (!people.contains(user))
            continue;
        SUDARE_TRY(const auto times, boundaries(plan, user));
        for (const std::int64_t time : times) {
            SUDARE_TRY([[maybe_unused]] const bool go_on, comparison.person(user, time, look));
            if (found)
                return true;
        }
    }
    return false;
}

}  // namespace sudare::broker
