// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <ctime>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "protocol/core/limits.h"
#include "protocol/core/reason.h"
#include "protocol/ipc/policy.h"
#include "server/broker/policy/fields.h"
#include "server/broker/policy/hosts.h"

// Layers and their merge: built-in, default, groups in their order, user, time-boxed exceptions.
// Pure functions; no storage, no clock.
namespace sudare::policy {

enum class Origin : std::uint8_t { kBuiltIn, kDefault, kGroup, kUser, kException };

// What one layer says; empty: nothing about that field. One thread.
class Layer {
public:
    Layer() = default;
    Layer(const Layer&) = default;
    Layer& operator=(const Layer&) = delete;

    [[nodiscard]] const std::optional<Value>& at(FieldId id) const {
        return values_[static_cast<std::size_t>(id)];
    }
    std::optional<Value>& at(FieldId id) {
        if (id == FieldId::kWebHosts) {
            hosts_.reset();
            lists_.reset();
        }
        return values_[static_cast<std::size_t>(id)];
    }
    [[nodiscard]] std::size_t count() const;  // fields about which it says something

    // The lists that its web.hosts names.
    [[nodiscard]] const std::set<std::string, std::less<>>& lists() const;
    // Looks them up: once they have changed, or web.hosts has. kNotFound: one that there is not.
    Result<void> look_up(const HostLists& lists);
    [[nodiscard]] bool looked_up() const { return hosts_ != nullptr; }
    // Its web.hosts with the lists in it. A layer that names lists has been looked up before; asking for
    // the hosts of one that has not is a fault that ends the program.
    [[nodiscard]] const LayerHosts& hosts() const { return *shared_hosts(); }
    [[nodiscard]] const std::shared_ptr<const LayerHosts>& shared_hosts() const;

private:
    [[nodiscard]] const std::vector<std::string>& entries() const;

    std::array<std::optional<Value>, kFieldCount> values_;
    mutable std::shared_ptr<const LayerHosts> hosts_{};
    mutable std::optional<std::set<std::string, std::less<>>> lists_{};
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
// One field of it.
struct Decision {
    Value value;
    std::string origin;  // describe() of the layer that decided
};
Decision decide(const FieldRow& row, const Layers& layers);

// web.hosts as people read it: what comes from a list as the list's name, "allow:@NAME".
Decision decide_folded(const Layers& layers);

// Rule numbers as they appear in refusals and in the log: place in the layer's web.hosts, from 1, above
// the base of its layer; all that a named list says has the number of its name. There are fewer entries
// (limits::kHostEntriesMax) than numbers between two bases.
inline constexpr std::uint32_t kUserRuleBase = 100'000;
inline constexpr std::uint32_t kExceptionRuleBase = 200'000;
inline constexpr std::uint32_t kGroupRuleBase = 1'000'000;  // times the number of the group
static_assert(limits::kHostEntriesMax < kUserRuleBase);

// A rule of somebody's layers that counts.
struct MergedRule {
    const NamedLayer* layer = nullptr;
    const LayerHosts::Rule* rule = nullptr;
};
std::vector<MergedRule> merged_rules(const Layers& layers);
// The one that decides about a host, as the egress proxy does (server/egress/host_rules.h; a test compares
// the two). nullopt: none, web.allow_by_default decides.
std::optional<MergedRule> deciding_rule(const Layers& layers, std::string_view host, std::uint16_t port,
                                        bool standard_port);

// Puts the host rules of people together for their messages. People who have layers in common share
// their bytes: keep it while the policy stays as it is.
class HostMerges {
public:
    // The strongest layer first, as policy::merge says.
    ipc::HostRules of(const Layers& layers);
    void forget() {
        known_.clear();
        bytes_ = 0;
    }

private:
    using Shared = std::shared_ptr<const LayerHosts>;
    // Those over a layer, the strongest first, then itself; and the base of its numbers.
    using Key = std::pair<std::vector<Shared>, std::uint32_t>;
    static constexpr std::size_t kKnownMax = 4096;
    static constexpr std::size_t kBytesMax = 64U << 20;
    std::map<Key, std::shared_ptr<const ipc::HostBlock>> known_;
    std::size_t bytes_ = 0;  // of those
};

ipc::SessionPolicy session_policy(const Effective& effective, const Layers& layers,
                                  std::uint32_t version, HostMerges& merges);

// May this person be at this terminal at this local time? The reason when not.
std::optional<EndReason> access_denied(const Effective& effective, std::string_view terminal,
                                       const std::tm& local);
// Seconds until weekdays and hours end the permission; only when it holds now.
std::uint32_t seconds_permitted(const Effective& effective, const std::tm& local);

}  // namespace sudare::policy
