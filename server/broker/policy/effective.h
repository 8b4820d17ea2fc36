// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <ctime>
#include <optional>
#include <string>

#include "protocol/core/reason.h"
#include "protocol/ipc/policy.h"
#include "server/broker/policy/fields.h"

// Layers and their merge: built-in, default, user (group and time-boxed exception will stand
// between and after). Pure functions; no storage, no clock.
namespace sudare::policy {

enum class Origin : std::uint8_t { kBuiltIn, kDefault, kUser };
std::string_view name_of(Origin origin);

// What one layer says; empty: nothing about that field.
struct Layer {
    std::array<std::optional<Value>, kFieldCount> values;
    [[nodiscard]] const std::optional<Value>& at(FieldId id) const {
        return values[static_cast<std::size_t>(id)];
    }
    std::optional<Value>& at(FieldId id) { return values[static_cast<std::size_t>(id)]; }
};

struct Effective {
    std::array<Value, kFieldCount> values;
    std::array<Origin, kFieldCount> origins{};
    [[nodiscard]] const Value& at(FieldId id) const { return values[static_cast<std::size_t>(id)]; }
    [[nodiscard]] std::uint32_t number(FieldId id) const { return std::get<std::uint32_t>(at(id)); }
    [[nodiscard]] const std::vector<std::string>& list(FieldId id) const {
        return std::get<std::vector<std::string>>(at(id));
    }
};

// The later layer wins field by field. web.hosts is the one field that adds up: the user's rules
// stand beside the default's, and replace those of the same pattern and port.
Effective merge(const Layer& defaults, const Layer& user);

// Rule numbers as they appear in refusals and in the log: position in its layer's list, from 1;
// those of the user layer are above kUserRuleBase.
inline constexpr std::uint32_t kUserRuleBase = 100000;

ipc::SessionPolicy session_policy(const Effective& effective, const Layer& defaults,
                                  const Layer& user, std::uint32_t version);

// May this person be at this terminal at this local time? The reason when not.
std::optional<EndReason> access_denied(const Effective& effective, std::string_view terminal,
                                       const std::tm& local);
// Seconds until weekdays and hours end the permission; only when it holds now.
std::uint32_t seconds_permitted(const Effective& effective, const std::tm& local);

}  // namespace sudare::policy
