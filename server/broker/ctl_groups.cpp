// SPDX-License-Identifier: Apache-2.0
// Requests about groups: an ordered layer of the policy for each.
#include <algorithm>

#include "server/base/log.h"
#include "server/broker/ctl_peer.h"

namespace sudare::broker {

using store::Group;
using Kind = store::LayerId::Kind;

namespace {

constexpr std::int64_t kPlaceMax = 9999;

CtlResult<std::uint32_t> parse_place(const std::string& text) {
    const auto place = number_of(text);
    if (!place || *place < 0 || *place > kPlaceMax)
        return ctl_fail(Errc::kBadInput,
                        "place \"" + printable(text) +
                            "\": it must be 0 to 9999; the group with the larger one decides",
                        "順序「" + printable(text) +
                            "」: 0～9999 で指定してください。大きいほうが優先されます");
    return static_cast<std::uint32_t>(*place);
}

// No group at all is stored as nothing.
std::optional<std::string> stored_list(const std::vector<std::uint32_t>& groups) {
    return groups.empty() ? std::nullopt : std::optional(list_of(groups));
}

}  // namespace

CtlResult<std::vector<Group>> CtlPeer::groups() {
    const auto state = core_.state();
    auto known = state ? state->groups() : tl::unexpected(state.error());
    return known ? CtlResult<std::vector<Group>>(std::move(*known)) : ctl_fail(known.error());
}

CtlResult<Group> CtlPeer::find_group(const std::string& name) {
    const auto known = groups();
    if (!known)
        return tl::unexpected(known.error());
    const auto found = std::ranges::find(*known, name, &Group::name);
    if (found == known->end())
        return ctl_fail(Errc::kNotFound,
                        "group \"" + printable(name) + "\" does not exist; see: sudarectl group list",
                        "グループ「" + printable(name) +
                            "」はありません。sudarectl group list で確認してください");
    return *found;
}

CtlResult<> CtlPeer::place_group(std::uint32_t group, std::optional<std::uint32_t> place) {
    return carry_out({{{Kind::kGroup, group}, std::string(store::kPlaceField),
                       place ? std::optional(std::to_string(*place)) : std::nullopt}});
}

CtlResult<> CtlPeer::group_add(const Arguments& arguments) {
    const std::string& name = arguments[0];
    const auto place = parse_place(arguments[1]);
    const auto known = groups();
    if (!place || !known)
        return tl::unexpected(place ? known.error() : place.error());
    if (!is_account_name(name))
        return tl::unexpected(bad_name("group", "グループ", name));
    if (std::ranges::find(*known, name, &Group::name) != known->end())
        return ctl_fail(Errc::kState,
                        "group \"" + name + "\" exists already; another place: sudarectl group move " + name,
                        "グループ「" + name + "」は登録済みです。順序の変更: sudarectl group move " + name);
    if (known->size() >= kGroupsMax)
        return ctl_fail(Errc::kLimit, "there are 1,000 groups, which is the most; remove one first",
                        "グループは 1,000 個までです。先に 1 つ削除してください");
    const auto number = core_.store().group_number(name);
    return number ? place_group(*number, *place) : ctl_fail(number.error());
}

// With its layer and its members: a group of the same name that is added later permits nobody anything.
CtlResult<> CtlPeer::group_remove(const Arguments& arguments) {
    const auto group = find_group(arguments[0]);
    const auto state = core_.state();
    if (!group || !state)
        return group ? ctl_fail(state.error()) : tl::unexpected(group.error());
    const store::LayerId id{Kind::kGroup, group->id};
    const auto layer = state->layer(id);
    const auto members = core_.store().memberships(state->at().version);
    if (!layer || !members)
        return ctl_fail(layer ? members.error() : layer.error());
    std::vector<store::PolicyChange> changes;
    for (const policy::FieldRow& field : policy::field_rows())
        if ((*layer)->at(field.id))
            changes.push_back({id, std::string(field.name), {}});
    for (const auto& [user, own] : **members) {
        auto left = own;
        if (std::erase(left, group->id) != 0)
            changes.push_back({{Kind::kUser, user}, std::string(store::kGroupsField), stored_list(left)});
    }
    changes.push_back({id, std::string(store::kPlaceField), {}});
    return carry_out(changes);
}

CtlResult<> CtlPeer::group_move(const Arguments& arguments) {
    const auto group = find_group(arguments[0]);
    const auto place = parse_place(arguments[1]);
    if (!group || !place)
        return tl::unexpected(group ? place.error() : group.error());
    return place_group(group->id, *place);
}

CtlResult<> CtlPeer::group_list(const Arguments&) {
    const auto at = core_.moment();
    const auto members_of = at ? core_.store().memberships(at->version) : tl::unexpected(at.error());
    if (!members_of)
        return ctl_fail(members_of.error());
    const auto known = groups();
    if (!known)
        return tl::unexpected(known.error());
    std::map<std::uint32_t, std::uint64_t> members;
    for (const auto& [user, own] : **members_of)
        for (const std::uint32_t group : own)
            ++members[group];
    for (const Group& group : *known) {
        const auto layer = core_.store().layer({Kind::kGroup, group.id}, at->version);
        if (!layer)
            return ctl_fail(layer.error());
        row({{"group", group.name},
             {"place", std::uint64_t{group.place}},
             {"members", members[group.id]},
             {"fields", std::uint64_t{(*layer)->count()}}});
    }
    return {};
}

CtlResult<> CtlPeer::group_join(const Arguments& arguments) {
    return change_groups(arguments[0], arguments[1], true);
}

CtlResult<> CtlPeer::group_leave(const Arguments& arguments) {
    return change_groups(arguments[0], arguments[1], false);
}

CtlResult<> CtlPeer::change_groups(const std::string& user_name, const std::string& group_name,
                                   bool member) {
    const auto user = find_user(user_name);
    const auto group = find_group(group_name);
    if (!user || !group)
        return tl::unexpected(user ? group.error() : user.error());
    const auto state = core_.state();
    const auto before = state ? state->groups_of(user->id) : tl::unexpected(state.error());
    if (!before)
        return ctl_fail(before.error());
    std::vector<std::uint32_t> after = *before;
    std::erase(after, group->id);
    if (member)
        after.push_back(group->id);
    if (after.size() == before->size())
        return {};  // as it is
    return carry_out({{{Kind::kUser, user->id}, std::string(store::kGroupsField), stored_list(after)}});
}

}  // namespace sudare::broker
