// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "server/broker/policy/effective.h"

namespace sudare::broker {

// What a plan does to web.hosts of one person after another, without putting their lists together:
// those have tens of thousands of rules, and most people share them. Keeps what it has found out about
// layers and combinations of layers; for one plan.
class HostDifferences {
public:
    struct Difference {
        policy::Decision removed, added;  // rules that count before, and after, alone: lists
        bool none = true;
        bool loosens = false;
    };
    const Difference& of(const policy::Layers& before, const policy::Layers& after);

private:
    using Shared = std::shared_ptr<const policy::Layer>;
    // Rules of a layer by their target ("x.example:443").
    using Index = std::unordered_map<std::string_view, std::vector<const std::string*>>;
    using Stack = std::vector<Shared>;  // the weakest first
    using Targets = std::unordered_set<std::string_view>;

    const Index& index(const Shared& layer);
    // Of the layers that stand in one of them alone, or in another order.
    const Targets& targets(const Stack& changed_before, const Stack& changed_after);
    static Stack without(const Stack& stack, const Stack& others, bool same_order);
    std::vector<const std::string*> deciding(const Stack& stack, std::string_view target);
    Difference compare(const Stack& before, const Stack& after, const Targets& concerned);

    std::map<Shared, Index> indexes_;
    std::map<std::pair<Stack, Stack>, Targets> targets_;
    std::map<std::pair<Stack, Stack>, Difference> known_;
};

}  // namespace sudare::broker
