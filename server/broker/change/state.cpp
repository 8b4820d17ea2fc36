// SPDX-License-Identifier: Apache-2.0
#include "server/broker/change/state.h"

#include <algorithm>

namespace sudare::broker {

using policy::NamedLayer;
using policy::Origin;
using store::LayerId;
using store::PolicyException;
using Kind = LayerId::Kind;

PolicyState::PolicyState(store::Store& store, Moment at, std::string start_page)
    : store_(&store), at_(at), start_page_(std::move(start_page)) {}

Result<PolicyState::SharedLayer> PolicyState::unresolved(LayerId id) const {
    if (const auto changed = layers_.find(id); changed != layers_.end())
        return changed->second;
    return store_->layer(id, at_.version);
}

Result<PolicyState::SharedLayer> PolicyState::layer(LayerId id) const {
    SUDARE_TRY(SharedLayer said, unresolved(id));
    const auto touched = [&](const std::string& name) { return list_names_.contains(name); };
    if (said->lists().empty() || (said->looked_up() && std::ranges::none_of(said->lists(), touched)))
        return said;
    SharedLayer& known = looked_up_[id];
    if (!known) {
        const auto layer = std::make_shared<policy::Layer>(*said);
        SUDARE_CHECK(look_up(*layer));
        known = layer;
    }
    return known;
}

Result<void> PolicyState::look_up(policy::Layer& layer) const {
    policy::HostLists lists;
    SUDARE_TRY(const auto numbers, store_->host_list_numbers());
    for (const std::string& name : layer.lists()) {
        const auto number = numbers->find(name);
        if (number == numbers->end())
            continue;
        SUDARE_TRY(store::SharedHostList list, host_list(number->second));
        if (list != nullptr)
            lists[name] = std::move(list);
    }
    return layer.look_up(lists);
}

Result<store::SharedHostList> PolicyState::host_list(std::uint32_t number) const {
    if (const auto changed = lists_.find(number); changed != lists_.end())
        return changed->second;
    return store_->host_list(number, at_.version);
}

Result<NamedLayer> PolicyState::layer_of(const PolicyException& exception) const {
    const policy::FieldRow& row = policy::row_of(exception.field);
    SUDARE_TRY(policy::Value value, policy::parse(row, exception.value));
    const auto layer = std::make_shared<policy::Layer>();
    layer->at(exception.field) = std::move(value);
    if (!layer->lists().empty()) {
        SUDARE_CHECK(look_up(*layer));
    }
    return NamedLayer{Origin::kException, std::to_string(exception.id), policy::kExceptionRuleBase,
                      layer};
}

Result<ListUsers> PolicyState::list_users() const {
    ListUsers out;
    SUDARE_TRY(const auto stored, store_->list_uses(at_.version));
    for (const auto& [layer, lists] : *stored)
        if (!layers_.contains(layer))
            out.push_back({layer, 0, lists});
    for (const auto& [id, layer] : layers_)
        if (!layer->lists().empty())
            out.push_back({id, 0, layer->lists()});
    SUDARE_TRY(const auto standing, store_->exceptions(std::nullopt, at_.version, at_.time));
    std::set<std::uint32_t> people;
    for (const PolicyException& one : standing)
        people.insert(one.user);
    for (const auto& [user, changes] : exceptions_)
        people.insert(user);
    for (const std::uint32_t user : people) {
        SUDARE_TRY(const auto own, exceptions(user));
        for (const PolicyException& one : own) {
            if (one.field != policy::FieldId::kWebHosts || one.ends <= at_.time || one.value.find(":@") == one.value.npos)
                continue;
            policy::Layer layer;
            SUDARE_TRY(layer.at(one.field), policy::parse(policy::row_of(one.field), one.value));
            out.push_back({{Kind::kUser, user}, one.id, layer.lists()});
        }
    }
    return out;
}

Result<PolicyState::SharedLayer> PolicyState::default_layer() const {
    if (default_)
        return default_;
    SUDARE_TRY(SharedLayer stored, layer({}));
    if (!stored->at(policy::FieldId::kWebStartPage)) {
        const auto layer = std::make_shared<policy::Layer>(*stored);
        layer->at(policy::FieldId::kWebStartPage) = start_page_;
        stored = layer;
    }
    default_ = stored;
    return stored;
}

Result<std::vector<store::Group>> PolicyState::groups() const {
    if (groups_)
        return *groups_;
    SUDARE_TRY(const auto stored, store_->groups(at_.version));
    return *stored;
}

Result<std::vector<std::uint32_t>> PolicyState::groups_of(std::uint32_t user) const {
    if (const auto changed = memberships_.find(user); changed != memberships_.end())
        return changed->second;
    return store_->groups_of(user, at_.version);
}

Result<std::vector<PolicyException>> PolicyState::exceptions(std::uint32_t user) const {
    SUDARE_TRY(auto out, store_->exceptions(user, at_.version));
    const auto changed = exceptions_.find(user);
    if (changed == exceptions_.end())
        return out;
    for (const auto& [number, stands] : changed->second) {
        std::erase_if(out, [&](const PolicyException& one) { return one.id == number; });
        if (stands) {
            SUDARE_TRY(PolicyException one, store_->find_exception(number));
            out.push_back(std::move(one));
        }
    }
    return out;
}

Result<policy::Layers> PolicyState::layers(std::uint32_t user, std::int64_t time) const {
    policy::Layers out(1);
    SUDARE_TRY(out[0].layer, default_layer());
    SUDARE_TRY(const auto own, groups_of(user));
    if (!own.empty()) {
        auto known = groups_;
        if (!known) {
            SUDARE_TRY(known, store_->groups(at_.version));
        }
        for (const store::Group& group : *known) {
            if (std::ranges::find(own, group.id) == own.end())
                continue;
            SUDARE_TRY(SharedLayer stored, layer({Kind::kGroup, group.id}));
            out.push_back({Origin::kGroup, group.name, policy::kGroupRuleBase * group.id,
                           std::move(stored)});
        }
    }
    if (user == 0)
        return out;
    SUDARE_TRY(SharedLayer mine, layer({Kind::kUser, user}));
    out.push_back({Origin::kUser, {}, policy::kUserRuleBase, std::move(mine)});
    SUDARE_TRY(const auto standing, exceptions(user));
    for (const PolicyException& exception : standing)
        if (exception.begins <= time && time < exception.ends) {
            SUDARE_TRY(auto layer, layer_of(exception));
            out.push_back(std::move(layer));
        }
    return out;
}

Result<std::optional<std::string>> PolicyState::value(LayerId id, const std::string& field) const {
    using Text = std::optional<std::string>;
    if (field == store::kGroupsField) {
        SUDARE_TRY(const auto own, groups_of(id.number));
        return own.empty() ? Text() : Text(list_of(own));
    }
    if (field == store::kPlaceField) {
        SUDARE_TRY(const auto known, groups());
        const auto found = std::ranges::find(known, id.number, &store::Group::id);
        return found == known.end() ? Text() : Text(std::to_string(found->place));
    }
    if (const auto number = store::exception_number(field)) {
        SUDARE_TRY(const auto standing, exceptions(id.number));
        const bool stands = std::ranges::find(standing, *number, &PolicyException::id) != standing.end();
        return stands ? Text(store::kStands) : Text();
    }
    if (field == store::kHostsField) {
        SUDARE_TRY(const auto list, host_list(id.number));
        return list == nullptr ? Text() : Text(policy::format(*list));
    }
    const policy::FieldRow* row = policy::row_of(field);
    if (row == nullptr)
        return fail(Errc::kBadInput, "field \"" + field + "\" does not exist");
    SUDARE_TRY(const SharedLayer stored, unresolved(id));
    const auto& said = stored->at(row->id);
    return said ? Text(policy::format(*row, *said)) : Text();
}

Result<void> PolicyState::apply_to_layer(const store::PolicyChange& change) {
    const policy::FieldRow* row = policy::row_of(change.field);
    if (row == nullptr)
        return fail(Errc::kBadInput, "field \"" + change.field + "\" does not exist");
    SUDARE_TRY(const SharedLayer stored, unresolved(change.layer));
    const auto changed = std::make_shared<policy::Layer>(*stored);
    changed->at(row->id).reset();
    if (change.value) {
        SUDARE_TRY(changed->at(row->id), policy::parse(*row, *change.value));
    }
    layers_[change.layer] = changed;
    looked_up_.erase(change.layer);
    if (change.layer == LayerId{})
        default_.reset();
    return {};
}

Result<void> PolicyState::apply_to_list(const store::PolicyChange& change) {
    store::SharedHostList list;
    if (change.value) {
        SUDARE_TRY(policy::HostList hosts, policy::parse_host_list(*change.value));
        list = std::make_shared<const policy::HostList>(std::move(hosts));
    }
    SUDARE_TRY(const auto numbers, store_->host_list_numbers());
    const auto named = std::ranges::find(*numbers, change.layer.number,
                                         &std::pair<const std::string, std::uint32_t>::second);
    if (change.layer.kind != Kind::kList || named == numbers->end())
        return fail(Errc::kBadInput, "host list " + std::to_string(change.layer.number) + " has no name");
    lists_[change.layer.number] = std::move(list);
    list_names_.insert(named->first);
    looked_up_.clear();
    if (default_ && default_->lists().contains(named->first))
        default_.reset();
    return {};
}

Result<void> PolicyState::apply(const store::PolicyChange& change) {
    if (change.field == store::kGroupsField) {
        SUDARE_TRY(memberships_[change.layer.number], store::group_numbers(change.value.value_or("")));
        return {};
    }
    if (const auto number = store::exception_number(change.field)) {
        exceptions_[change.layer.number][*number] = change.value.has_value();
        return {};
    }
    if (change.field == store::kHostsField)
        return apply_to_list(change);
    if (change.field != store::kPlaceField)
        return apply_to_layer(change);
    SUDARE_TRY(auto known, groups());
    std::erase_if(known, [&](const store::Group& one) { return one.id == change.layer.number; });
    if (change.value) {
        SUDARE_TRY(const auto names, store_->group_names());
        const auto named = std::ranges::find(names, change.layer.number, &store::Group::id);
        SUDARE_TRY(const auto place, store::group_numbers(*change.value));
        if (named == names.end() || place.size() != 1)
            return fail(Errc::kBadInput, "place of a group \"" + *change.value + "\": it is malformed");
        known.push_back({named->id, named->name, place.front()});
        std::ranges::sort(known, {}, [](const store::Group& one) { return std::pair(one.place, one.id); });
    }
    groups_ = std::make_shared<const std::vector<store::Group>>(std::move(known));
    return {};
}

std::string list_of(std::vector<std::uint32_t> groups) {
    std::ranges::sort(groups);
    std::string out;
    for (const std::uint32_t group : groups)
        out += (out.empty() ? "" : ",") + std::to_string(group);
    return out;
}

}  // namespace sudare::broker
