// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "server/broker/policy/effective.h"
#include "server/broker/store/store.h"

namespace sudare::broker {

// Which state of the policy, and the time at which it is looked at: exceptions begin and end.
struct Moment {
    std::uint32_t version = 0;
    std::int64_t time = 0;  // seconds since 1970
};

// A layer, or an exception of a user, and the lists that it names.
struct ListUser {
    store::LayerId layer;
    std::uint32_t exception = 0;  // its number
    std::set<std::string, std::less<>> lists{};
};
using ListUsers = std::vector<ListUser>;

// The policy at a moment, as it is stored, or with changes that are not stored. The store must
// outlive it. Loop thread only. Copies are cheap but for the changes.
class PolicyState {
public:
    using SharedLayer = std::shared_ptr<const policy::Layer>;

    // start_page: of the default layer while that says nothing.
    PolicyState(store::Store& store, Moment at, std::string start_page);

    [[nodiscard]] const Moment& at() const { return at_; }
    // One more change. kBadInput: a value that cannot be read.
    Result<void> apply(const store::PolicyChange& change);

    // What that layer says itself; the lists that it names have been looked up. kNotFound: it names one
    // that does not exist.
    Result<SharedLayer> layer(store::LayerId id) const;
    // nullptr: there is none.
    Result<store::SharedHostList> host_list(std::uint32_t number) const;
    // Everything that names lists.
    Result<ListUsers> list_users() const;
    // The weakest first.
    Result<std::vector<store::Group>> groups() const;
    // In no order; also those that do not exist.
    Result<std::vector<std::uint32_t>> groups_of(std::uint32_t user) const;
    // That stand, also those that are over or have not begun.
    Result<std::vector<store::PolicyException>> exceptions(std::uint32_t user) const;
    // One of them as a layer.
    Result<policy::NamedLayer> layer_of(const store::PolicyException& exception) const;
    // All that counts for a person at that time, the weakest first. User 0 is somebody about whom
    // nothing is said.
    Result<policy::Layers> layers(std::uint32_t user) const { return layers(user, at_.time); }
    // The same state of the policy at another time.
    Result<policy::Layers> layers(std::uint32_t user, std::int64_t time) const;

    // The stored text of an entry; nullopt: there is none.
    Result<std::optional<std::string>> value(store::LayerId layer, const std::string& field) const;

private:
    Result<SharedLayer> default_layer() const;
    Result<SharedLayer> unresolved(store::LayerId id) const;
    Result<void> look_up(policy::Layer& layer) const;
    Result<void> apply_to_layer(const store::PolicyChange& change);
    Result<void> apply_to_list(const store::PolicyChange& change);

    store::Store* store_;
    Moment at_;
    std::string start_page_;
    mutable SharedLayer default_;
    std::map<store::LayerId, SharedLayer> layers_;                       // changed ones
    std::map<std::uint32_t, store::SharedHostList> lists_;               // changed ones; nullptr: removed
    std::set<std::string, std::less<>> list_names_;                      // of those
    mutable std::map<store::LayerId, SharedLayer> looked_up_;            // that name lists, as changed
    std::map<std::uint32_t, std::vector<std::uint32_t>> memberships_;    // changed ones
    std::shared_ptr<const std::vector<store::Group>> groups_;            // when changed
    std::map<std::uint32_t, std::map<std::uint32_t, bool>> exceptions_;  // user -> number -> stands
};

// A store::kGroupsField of these numbers: sorted, so that equal sets are equal texts.
std::string list_of(std::vector<std::uint32_t> groups);

}  // namespace sudare::broker
