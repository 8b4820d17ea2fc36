// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "protocol/core/limits.h"
#include "server/broker/change/state.h"

// Changes to the policy as one whole: what they are, whom they concern, what they permit. Nothing here
// stores anything. Loop thread only.
namespace sudare::broker {

struct Plan {
    PolicyState before;
    PolicyState after;
    std::vector<store::JournalDifference> differences;  // without changes to what is so already
    std::vector<store::PolicyChange> changes() const;
};

// kBadInput: a value that cannot be read.
Result<Plan> make_plan(const PolicyState& now, const std::vector<store::PolicyChange>& changes);

// The layers whose message would be too large (limits below), by the field that says the most.
struct TooLarge {
    enum class What { kLayer, kGroupsOfOne, kGroupCount, kExceptionsOfOne } what = What::kLayer;
    store::LayerId layer;  // or the user, for kGroupsOfOne, kGroupCount and kExceptionsOfOne
    std::size_t most = 0;
};
Result<std::optional<TooLarge>> too_large(const Plan& plan, store::Store& store);

// A list that a layer or an exception would name and that would not exist.
struct MissingList {
    ListUser user;
    std::string list;
};
Result<std::optional<MissingList>> missing_list(const Plan& plan, store::Store& store);

// What changes for one person.
struct PersonChange {
    std::uint32_t user = 0;  // 0: somebody about whom nothing is said
    const policy::FieldRow* field = nullptr;
    // For web.hosts not the whole lists: the rules that count before, or after, alone.
    const policy::Decision& before;
    const policy::Decision& after;
    bool loosens = false;
};
// Calls for each person and field of whom and which the effective value changes, by number of the
// user, then in the order of the fields; until it returns false.
Result<void> who_changes(const Plan& plan, store::Store& store,
                         const std::function<bool(const PersonChange&)>& on_change);
// Whether anybody, or somebody about whom nothing is said, may do more, now or when an exception begins
// or ends.
Result<bool> loosens(const Plan& plan, store::Store& store);

// A person's message has one frame (limits::kPolicyBytesMax), and one that is cut short reads back
// nowhere. So much of it for each kind of layer, with the lists that it names.
inline constexpr std::size_t kDefaultBytesMax = 1536U << 10;
inline constexpr std::size_t kGroupsBytesMax = 1536U << 10;     // all groups of one person
inline constexpr std::size_t kUserBytesMax = 256U << 10;
inline constexpr std::size_t kExceptionsBytesMax = 256U << 10;  // all of one person that are not over
static_assert(kDefaultBytesMax + kGroupsBytesMax + kUserBytesMax + kExceptionsBytesMax <= limits::kPolicyBytesMax);
inline constexpr std::size_t kExceptionBytesMax = 8U << 10;  // of its value as it is written
inline constexpr std::size_t kExceptionsMax = 16;  // of one person that are not over
inline constexpr std::size_t kGroupsOfUserMax = 16;
inline constexpr std::size_t kGroupsMax = 1000;
inline constexpr std::size_t kHostListsMax = 1000;

// How much of the message of a session this layer takes at most, in bytes.
std::size_t bytes_of(const policy::Layer& layer);

}  // namespace sudare::broker
