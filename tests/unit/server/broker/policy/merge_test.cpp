// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "server/broker/policy/effective.h"

namespace sudare::policy {
namespace {

// Values of each field that differ in the direction of its rule.
std::vector<std::string> values_of(const FieldRow& row) {
    switch (row.type) {
        case FieldType::kFlag:
            return {"true", "false"};
        case FieldType::kNumber:
            return {std::to_string(row.low), std::to_string(row.high), std::to_string(row.low + 1)};
        case FieldType::kChoice:
            return {std::string(row.words.front()), std::string(row.words.back())};
        case FieldType::kWords:
            return {"none", std::string(row.words.front()),
                    std::string(row.words.front()) + "," + std::string(row.words.back())};
        case FieldType::kHours:
            return {"00:00-24:00", "08:00-12:00", "13:00-18:00", "08:00-12:00,13:00-18:00"};
        case FieldType::kNames:
            return {"any", "a", "a,b"};
        case FieldType::kUrl:
            return {"about:blank", "https://a.example/", "https://b.example:8443/x"};
        case FieldType::kHostRules:
            return {"allow:.a.example", "deny:.a.example", "allow:x.a.example,deny:.a.example", "deny:x.a.example:443",
                    "allow:b.example", "deny:b.example,allow:.a.example", "allow:@p", "deny:@p,allow:b.example",
                    "allow:@p,deny:@q"};
        case FieldType::kUrlList:
            return {"a.example/x", "a.example/x\nb.example/y"};
        case FieldType::kBookmarks:
            return {"a|https://a.example/", "b|https://b.example/"};
    }
    return {};
}

class Merge : public testing::Test {
protected:
    void look_up(Layer& layer) {
        static const HostLists kLists{
            {"p", std::make_shared<const HostList>(HostList{".a.example", "b.example", "x.a.example:443"})},
            {"q", std::make_shared<const HostList>(HostList{"b.example", "c.example"})}};
        EXPECT_TRUE(layer.look_up(kLists));
    }
    unsigned below(std::size_t end) {
        return std::uniform_int_distribution<unsigned>(0, static_cast<unsigned>(end) - 1)(random_);
    }
    Value value(const FieldRow& row) {
        const auto values = values_of(row);
        return parse(row, values[below(values.size())]).value();
    }
    // Default, some groups, user, some exceptions; each says something here and there.
    Layers layers() {
        Layers out;
        const auto add = [&](Origin origin, unsigned number) {
            const auto layer = std::make_shared<Layer>();
            for (const FieldRow& row : field_rows())
                if (below(3) == 0)
                    layer->at(row.id) = value(row);
            look_up(*layer);
            out.push_back({origin, std::to_string(number), 1000 * number, layer});
        };
        unsigned number = 0;
        add(Origin::kDefault, number++);
        for (unsigned i = below(4); i != 0; --i)
            add(Origin::kGroup, number++);
        add(Origin::kUser, number++);
        for (unsigned i = below(3); i != 0; --i)
            add(Origin::kException, number++);
        return out;
    }
    std::mt19937 random_{4};
};

// Total: each field has a value that can be written and read. Deterministic. The strongest that
// speaks decides.
TEST_F(Merge, IsTotalAndDeterministic) {
    for (int round = 0; round < 2000; ++round) {
        const Layers stack = layers();
        const Effective once = merge(stack), again = merge(Layers(stack));
        EXPECT_EQ(once.values, again.values);
        EXPECT_EQ(once.origins, again.origins);
        for (const FieldRow& row : field_rows()) {
            const Value& value = once.at(row.id);
            EXPECT_EQ(parse(row, format(row, value)).value(), value) << row.name;
            std::string origin(kBuiltInName);
            Value wanted = parse(row, row.initial).value();
            for (const NamedLayer& one : stack)
                if (const auto& said = one.layer->at(row.id)) {
                    origin = describe(one);
                    wanted = *said;
                }
            EXPECT_EQ(once.origins[static_cast<std::size_t>(row.id)], origin);
            if (row.id != FieldId::kWebHosts)
                EXPECT_EQ(value, wanted) << row.name;
            else
                for (const std::string& rule : std::get<std::vector<std::string>>(wanted))
                    if (!list_named(rule))
                        EXPECT_NE(std::ranges::find(once.list(row.id), rule), once.list(row.id).end()) << rule;
        }
    }
}

// Another value in one layer that permits no more there permits no more to the person.
TEST_F(Merge, TighteningALayerLoosensNothing) {
    unsigned tightened = 0, effective = 0;
    for (int round = 0; round < 4000; ++round) {
        const Layers stack = layers();
        const std::size_t place = below(stack.size());
        const FieldRow& row = field_rows()[below(field_rows().size())];
        const auto& before = stack[place].layer->at(row.id);
        const Value after = value(row);
        if (!before || loosens(row, *before, after))
            continue;
        ++tightened;
        Layers changed = stack;
        const auto layer = std::make_shared<Layer>(*stack[place].layer);
        layer->at(row.id) = after;
        look_up(*layer);
        changed[place].layer = layer;
        const Effective old_one = merge(stack), new_one = merge(changed);
        effective += old_one.at(row.id) != new_one.at(row.id);
        EXPECT_FALSE(loosens(row, old_one.at(row.id), new_one.at(row.id)))
            << row.name << ": " << format(row, *before) << " -> " << format(row, after) << ", together "
            << format(row, old_one.at(row.id)) << " -> " << format(row, new_one.at(row.id));
    }
    EXPECT_GT(tightened, 500U);  // control
    EXPECT_GT(effective, 100U);
}

}  // namespace
}  // namespace sudare::policy
