// SPDX-License-Identifier: Apache-2.0
#include "server/broker/change/host_difference.h"

#include <algorithm>

namespace sudare::broker {

using policy::FieldId;

const HostDifferences::Index& HostDifferences::index(const Shared& layer) {
    const auto [place, is_new] = indexes_.try_emplace(layer);
    if (is_new)
        for (const policy::LayerHosts::Rule& rule : layer->hosts().rules())
            place->second[policy::target_of(rule.text)].push_back(&rule.text);
    return place->second;
}

HostDifferences::Stack HostDifferences::without(const Stack& stack, const Stack& others, bool same_order) {
    if (!same_order)
        return stack;
    Stack out;
    for (const Shared& layer : stack)
        if (std::ranges::find(others, layer) == others.end())
            out.push_back(layer);
    return out;
}

const HostDifferences::Targets& HostDifferences::targets(const Stack& changed_before,
                                                         const Stack& changed_after) {
    const auto [place, is_new] = targets_.try_emplace({changed_before, changed_after});
    if (is_new)
        for (const Stack* stack : {&changed_before, &changed_after})
            for (const Shared& layer : *stack)
                for (const auto& [target, rules] : index(layer))
                    place->second.insert(target);
    return place->second;
}

// As policy::merge puts them together: the rules of the strongest layer that has that target.
std::vector<const std::string*> HostDifferences::deciding(const Stack& stack, std::string_view target) {
    for (auto layer = stack.rbegin(); layer != stack.rend(); ++layer)
        if (const auto found = index(*layer).find(target); found != index(*layer).end())
            return found->second;
    return {};
}

const HostDifferences::Difference& HostDifferences::of(const policy::Layers& before,
                                                       const policy::Layers& after) {
    const auto stack_of = [](const policy::Layers& layers) {
        Stack out;
        for (const policy::NamedLayer& one : layers)
            if (one.layer->at(FieldId::kWebHosts))
                out.push_back(one.layer);
        return out;
    };
    Stack old_stack = stack_of(before), new_stack = stack_of(after);
    // Those in both, in the same order, decide nothing new by themselves.
    const Stack kept_before = without(old_stack, without(old_stack, new_stack, true), true);
    const Stack kept_after = without(new_stack, without(new_stack, old_stack, true), true);
    const bool same_order = kept_before == kept_after;
    const Targets& concerned =
        targets(without(old_stack, new_stack, same_order), without(new_stack, old_stack, same_order));
    // A layer that says nothing about any of them does not matter: without it many people are alike.
    const auto irrelevant = [&](const Shared& layer) {
        const Index& known = index(layer);
        if (known.size() < concerned.size())
            return std::ranges::none_of(known, [&](const auto& one) { return concerned.contains(one.first); });
        return std::ranges::none_of(concerned, [&](std::string_view one) { return known.contains(one); });
    };
    std::erase_if(old_stack, irrelevant);
    std::erase_if(new_stack, irrelevant);
    const auto [place, is_new] = known_.try_emplace({old_stack, new_stack});
    if (is_new)
        place->second = compare(old_stack, new_stack, concerned);
    return place->second;
}

HostDifferences::Difference HostDifferences::compare(const Stack& before, const Stack& after,
                                                     const Targets& concerned) {
    std::vector<std::string> removed, added;
    const auto has = [](const auto& rules, const std::string& rule) {
        return std::ranges::any_of(rules, [&](const std::string* one) { return *one == rule; });
    };
    for (const std::string_view target : concerned) {
        const auto old_rules = deciding(before, target), new_rules = deciding(after, target);
        for (const std::string* rule : old_rules)
            if (!has(new_rules, *rule))
                removed.push_back(*rule);
        for (const std::string* rule : new_rules)
            if (!has(old_rules, *rule))
                added.push_back(*rule);
    }
    std::ranges::sort(removed);
    std::ranges::sort(added);
    Difference out;
    out.none = removed.empty() && added.empty();
    out.removed.value = std::move(removed);
    out.added.value = std::move(added);
    out.loosens = policy::loosens(policy::row_of(FieldId::kWebHosts), out.removed.value, out.added.value);
    return out;
}

}  // namespace sudare::broker
