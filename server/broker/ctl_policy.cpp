// SPDX-License-Identifier: Apache-2.0
// Policy requests.
#include "server/broker/ctl_peer.h"

namespace sudare::broker {

using Kind = store::LayerId::Kind;

namespace {

CtlFailure list_has_no_fields() {
    return {Errc::kBadInput, "a host list has no fields; use: sudarectl host-list",
            "ホストリストに項目はありません。sudarectl host-list を使ってください"};
}

}  // namespace

CtlResult<> CtlPeer::policy_set(const Arguments& arguments) {
    return change_policy(arguments[0], arguments[1], arguments[2]);
}

CtlResult<> CtlPeer::policy_unset(const Arguments& arguments) {
    return change_policy(arguments[0], arguments[1], std::nullopt);
}

CtlResult<store::LayerId> CtlPeer::find_layer(const std::string& text) {
    if (text.empty())
        return store::LayerId{};
    if (text.starts_with(kGroupPrefix)) {
        const auto group = find_group(text.substr(kGroupPrefix.size()));
        if (!group)
            return tl::unexpected(group.error());
        return store::LayerId{Kind::kGroup, group->id};
    }
    if (text.starts_with(kListPrefix))
        return find_host_list(text.substr(kListPrefix.size()));
    const auto user = find_user(text);
    if (!user)
        return tl::unexpected(user.error());
    return store::LayerId{Kind::kUser, user->id};
}

CtlResult<> CtlPeer::change_policy(const std::string& layer, const std::string& field,
                                   const std::optional<std::string>& text) {
    const auto change = parse_field(field, text);
    if (!change)
        return tl::unexpected(change.error());
    if (auto good = check_recording(field, change->text); !good)
        return good;
    const auto id = find_layer(layer);
    if (!id)
        return tl::unexpected(id.error());
    if (id->kind == Kind::kList)
        return tl::unexpected(list_has_no_fields());
    return carry_out({{*id, std::string(change->row->name), change->text}});
}

void CtlPeer::send_rights(const policy::Layers& layers, bool definitions) {
    policy::Effective effective = policy::merge_without_hosts(layers);
    policy::Decision hosts = policy::decide_folded(layers);
    constexpr auto kHosts = static_cast<std::size_t>(policy::FieldId::kWebHosts);
    effective.values[kHosts] = std::move(hosts.value);
    effective.origins[kHosts] = std::move(hosts.origin);
    for (const policy::FieldRow& field : policy::field_rows()) {
        const auto at = static_cast<std::size_t>(field.id);
        ipc::CtlRow out{{"field", std::string(field.name)},
                        {"value", policy::format(field, effective.values[at])},
                        {"origin", effective.origins[at]}};
        if (definitions) {
            out.push_back({"permitted", policy::syntax_of(field)});
            out.push_back({"enforced", std::string(field.enforced)});
        }
        out.push_back({"meaning", std::string(field.english)});
        out.push_back({"meaning_ja", std::string(field.japanese)});
        row(out);
    }
}

// As it was then: exceptions of that time, and groups as they were.
CtlResult<> CtlPeer::policy_explain(const Arguments& arguments) {
    const auto user = find_user(arguments[0]);
    if (!user)
        return tl::unexpected(user.error());
    const auto at = find_moment(arguments[1]);
    if (!at)
        return tl::unexpected(at.error());
    const auto rights = core_.rights(user->id, *at);
    if (!rights)
        return ctl_fail(rights.error());
    send_rights(rights->layers, false);
    return {};
}

CtlResult<> CtlPeer::policy_show(const Arguments&) {
    const auto at = core_.moment();
    if (!at)
        return ctl_fail(at.error());
    auto rights = core_.rights(0, *at);  // nobody: the default layer alone
    if (!rights)
        return ctl_fail(rights.error());
    send_rights(rights->layers, true);
    return {};
}

CtlResult<> CtlPeer::policy_get(const Arguments& arguments) {
    const auto id = find_layer(arguments[0]);
    if (!id)
        return tl::unexpected(id.error());
    if (id->kind == Kind::kList)
        return tl::unexpected(list_has_no_fields());
    const auto state = core_.state();
    const auto stored = state ? state->layer(*id) : tl::unexpected(state.error());
    if (!stored)
        return ctl_fail(stored.error());
    for (const policy::FieldRow& field : policy::field_rows())
        if (const auto& value = (*stored)->at(field.id))
            row({{"field", std::string(field.name)},
                 {"value", policy::format(field, *value)},
                 {"meaning", std::string(field.english)},
                 {"meaning_ja", std::string(field.japanese)}});
    return {};
}

// Everybody for whom something changes: who, from what to what, and how many sessions run.
CtlResult<> CtlPeer::policy_what_if(const Arguments& arguments) {
    const bool set = arguments[2] == "set";
    const auto change = parse_field(arguments[1], set ? std::optional(arguments[3]) : std::nullopt);
    if (!change)
        return tl::unexpected(change.error());
    const auto id = find_layer(arguments[0]);
    if (!id)
        return tl::unexpected(id.error());
    if (id->kind == Kind::kList)
        return tl::unexpected(list_has_no_fields());
    const auto plan = planned({{*id, std::string(change->row->name), change->text}});
    const auto names = layer_names();
    if (!plan || !names)
        return tl::unexpected(plan ? names.error() : plan.error());
    return show_people(*plan, *names);
}

CtlResult<> CtlPeer::show_people(const Plan& plan, const LayerNames& names) {
    std::map<const policy::Decision*, std::string> texts;  // of thousands of people, and many of them alike
    const auto text_of = [&](const policy::FieldRow& field, const policy::Decision& one) {
        const auto [place, is_new] = texts.try_emplace(&one);
        if (is_new)
            place->second = shortened(policy::format(field, one.value));
        return place->second;
    };
    std::map<std::uint32_t, std::uint64_t> running;
    for (const Core::Place& one : core_.sessions())
        ++running[one.session->user.id];
    const auto shown = who_changes(plan, core_.store(), [&](const PersonChange& one) {
        if (one.user != 0)
            row({{"user", names.at({Kind::kUser, one.user})},
                 {"field", std::string(one.field->name)},
                 {"before", text_of(*one.field, one.before)},
                 {"after", text_of(*one.field, one.after)},
                 {"loosens", one.loosens},
                 {"sessions", running[one.user]}});
        return true;
    });
    return shown ? CtlResult<>() : ctl_fail(shown.error());
}

}  // namespace sudare::broker
