// SPDX-License-Identifier: Apache-2.0
#include "protocol/ipc/broker_forwarder.h"

#include <gtest/gtest.h>

#include <set>

namespace sudare::ipc {
namespace {

template <typename Value, typename Parse>
void holds(const Value& value, Parse parse, const RuleRow& row) {
    std::vector<std::uint8_t> bytes = payload_of(value);
    EXPECT_EQ(parse(bytes), value);
    EXPECT_GE(bytes.size(), row.range.min);
    EXPECT_LE(bytes.size(), row.range.max);
    const std::vector<std::uint8_t> whole = bytes;
    for (std::size_t i = 0; i < whole.size(); ++i)
        EXPECT_EQ(parse(std::span(whole).first(i)), std::nullopt) << i;
    bytes.push_back(0);
    EXPECT_EQ(parse(bytes), std::nullopt);
}

TEST(BrokerForwarder, HasOneLayout) {
    ForwardDurable durable{0x0102030405060708, {}};
    durable.last.fill(7);
    holds(durable, parse_forward_durable, kForwardDownRows[0]);
    holds(ForwardDurable{}, parse_forward_durable, kForwardDownRows[0]);
    holds(ForwardReport{5, ForwardState::kAnotherLog}, parse_forward_report, kForwardUpRows[0]);
}

TEST(BrokerForwarder, RefusesWhatCannotBe) {
    EXPECT_EQ(parse_forward_durable(payload_of(ForwardDurable{5, {}})), std::nullopt);
    ForwardDurable none;
    none.last[3] = 1;
    EXPECT_EQ(parse_forward_durable(payload_of(none)), std::nullopt);
    auto report = payload_of(ForwardReport{5, ForwardState::kDelivering});
    report.back() = kForwardStates;
    EXPECT_EQ(parse_forward_report(report), std::nullopt);
}

TEST(BrokerForwarder, EveryStateHasAName) {
    std::set<std::string_view> names;
    for (std::uint8_t i = 0; i < kForwardStates; ++i)
        names.insert(name_of(static_cast<ForwardState>(i)));
    EXPECT_EQ(names.size(), kForwardStates);
}

}  // namespace
}  // namespace sudare::ipc
