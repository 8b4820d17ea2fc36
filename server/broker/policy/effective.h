// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <ctime>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "protocol/core/reason.h"
#include "protocol/ipc/policy.h"
#include "server/broker/policy/fields.h"

// Layers and their merge: built-in, default, groups in their order, user, time-boxed exceptions.
// Pure functions; no storage, no clock.
namespace sudare::policy {

enum class Origin : std::uint8_t { kBuiltIn, kDefault, kGroup, kUser, kException };

// What one layer says; empty: nothing about that field. One thread.
class Layer {
public:
    Layer() = default;
    Layer(const Layer& other) : values_(other.values_) {}
    Layer& operator=(const Layer&) = delete;

    [[nodiscard]] const std::optional<Value>& at(FieldId id) const {
        return values_[static_cast<std::size_t>(id)];
    }
    std::optional<Value>& at(FieldId id) {
        parsed_.reset();
        return values_[static_cast<std::size_t>(id)];
    }
    [[nodiscard]] std::size_t count() const;  // fields about which it says something
    // Of web.hosts, parsed once: thousands of rules go into the message of each session.
    [[nodiscard]] const std::vector<HostRuleText>& host_rules() const;

private:
    std::array<std::optional<Value>, kFieldCount> values_;
    mutable std::optional<std::vector<HostRuleText>> parsed_{};
};

// A layer of one person, and what it is called: "default", "group tax", "user", "exception 12".
struct NamedLayer {
    Origin origin = Origin::kDefault;
    std::string name{};             // of the group, or the number of the exception
    std::uint32_t rule_base = 0;    // below the numbers of its web.hosts rules
    std::shared_ptr<const Layer> layer{};
};
using Layers = std::vector<NamedLayer>;  // the weakest first
std::string describe(const NamedLayer& layer);
inline constexpr std::string_view kBuiltInName = "built-in";

struct Effective {
    std::array<Value, kFieldCount> values;
    std::array<std::string, kFieldCount> origins{};  // describe() of the layer that decided
    [[nodiscard]] const Value& at(FieldId id) const { return values[static_cast<std::size_t>(id)]; }
    [[nodiscard]] std::uint32_t number(FieldId id) const { return std::get<std::uint32_t>(at(id)); }
    [[nodiscard]] const std::vector<std::string>& list(FieldId id) const {
        return std::get<std::vector<std::string>>(at(id));
    }
};

// The later layer wins field by field. web.hosts is the one field that adds up: the rules of a
// stronger layer stand before those of a weaker one, and replace those of the same pattern and port.
Effective merge(const Layers& layers);
// Without web.hosts, which session_policy takes from the layers: it can be larger than all the rest.
Effective merge_without_hosts(const Layers& layers);
// "x.example:443" of "allow:x.example:443": rules of the same target stand for each other.
std::string_view target_of(std::string_view rule);
// One field of it.
struct Decision {
    Value value;
    std::string origin;  // describe() of the layer that decided
};
Decision decide(const FieldRow& row, const Layers& layers);

// Rule numbers as they appear in refusals and in the log: position in its layer's list, from 1, above
// the base of its layer. Lists have fewer entries than there are numbers between two bases.
inline constexpr std::uint32_t kUserRuleBase = 100'000;
inline constexpr std::uint32_t kExceptionRuleBase = 200'000;
inline constexpr std::uint32_t kGroupRuleBase = 1'000'000;  // times the number of the group

ipc::SessionPolicy session_policy(const Effective& effective, const Layers& layers,
                                  std::uint32_t version);

// May this person be at this terminal at this local time? The reason when not.
std::optional<EndReason> access_denied(const Effective& effective, std::string_view terminal,
                                       const std::tm& local);
// Seconds until weekdays and hours end the permission; only when it holds now.
std::uint32_t seconds_permitted(const Effective& effective, const std::tm& local);

}  // namespace sudare::policy
