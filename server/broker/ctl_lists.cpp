// SPDX-License-Identifier: Apache-2.0
// Requests about named lists of hosts, and which rule decides about a host.
#include <algorithm>
#include <set>

#include "server/base/log.h"
#include "server/broker/ctl_peer.h"

namespace sudare::broker {

using Kind = store::LayerId::Kind;

namespace {

constexpr std::uint16_t kHttps = 443, kHttp = 80;

CtlResult<std::uint16_t> parse_port(const std::string& text) {
    const auto port = number_of(text);
    if (!port || *port < 1 || *port > 65535)
        return ctl_fail(Errc::kBadInput, "port \"" + printable(text) + "\": it must be 1 to 65535",
                        "ポート「" + printable(text) + "」: 1～65535 で指定してください");
    return static_cast<std::uint16_t>(*port);
}

bool is_start_page(std::string_view page, std::string_view host, std::uint16_t port) {
    const bool plain = page.starts_with("http://");
    if (!plain && !page.starts_with("https://"))
        return false;
    const std::string_view rest = page.substr(plain ? 7 : 8);
    const std::string_view authority = rest.substr(0, rest.find_first_of("/?#"));
    const std::string name(host);
    const std::uint16_t standard = plain ? kHttp : kHttps;
    return plain == (port == kHttp) && ((port == standard && authority == name) || authority == name + ":" + std::to_string(port));
}

// What the egress proxy does with it (server/egress/access.cpp); port 80 is http, all others https.
ipc::CtlRow verdict_on(const Rights& rights, const std::string& host, std::uint16_t port) {
    using I = policy::FieldId;
    const auto by_field = [&](bool allow, I field) {
        return ipc::CtlRow{{"verdict", std::string(allow ? "allow" : "deny")},
                           {"origin", rights.effective.origins[static_cast<std::size_t>(field)]},
                           {"rule", std::string(policy::row_of(field).name)},
                           {"list", std::string()},
                           {"number", std::uint64_t{0}}};
    };
    if (port == kHttp && rights.effective.number(I::kWebPlainHttp) == 0)
        return by_field(false, I::kWebPlainHttp);
    if (is_start_page(std::get<std::string>(rights.effective.at(I::kWebStartPage)), host, port))
        return by_field(true, I::kWebStartPage);
    const bool standard = port == kHttps || port == kHttp;
    const auto found = policy::deciding_rule(rights.layers, host, port, standard);
    if (!found)
        return by_field(standard && rights.effective.number(I::kWebAllowByDefault) != 0, I::kWebAllowByDefault);
    const auto& entries = std::get<std::vector<std::string>>(*found->layer->layer->at(I::kWebHosts));
    const auto list = policy::list_named(entries[found->rule->number - 1]);
    return {{"verdict", std::string(found->rule->text.starts_with("allow:") ? "allow" : "deny")},
            {"origin", policy::describe(*found->layer)},
            {"rule", found->rule->text},
            {"list", std::string(list.value_or(""))},
            {"number", std::uint64_t{found->layer->rule_base + found->rule->number}}};
}

}  // namespace

CtlResult<store::LayerId> CtlPeer::find_host_list(const std::string& name) {
    const auto numbers = core_.store().host_list_numbers();
    const auto state = core_.state();
    if (!numbers || !state)
        return ctl_fail(numbers ? state.error() : numbers.error());
    const auto number = (*numbers)->find(name);
    const auto list = number == (*numbers)->end() ? Result<store::SharedHostList>() : state->host_list(number->second);
    if (!list)
        return ctl_fail(list.error());
    // Also one that is gone: its history can be asked for, and it can be had again.
    if (number == (*numbers)->end())
        return ctl_fail(Errc::kNotFound,
                        "host list \"" + printable(name) + "\" does not exist; see: sudarectl host-list list",
                        "ホストリスト「" + printable(name) +
                            "」はありません。sudarectl host-list list で確認してください");
    return store::LayerId{Kind::kList, number->second};
}

CtlResult<> CtlPeer::check_lists(const Plan& plan) {
    const auto missing = missing_list(plan, core_.store());
    if (!missing)
        return ctl_fail(missing.error());
    if (!*missing)
        return {};
    const auto names = layer_names();
    if (!names)
        return tl::unexpected(names.error());
    const MissingList& one = **missing;
    std::string who = written(one.user.layer.kind, names->at(one.user.layer));
    if (one.user.exception != 0)
        who += ", exception " + std::to_string(one.user.exception);
    const bool removed = std::ranges::any_of(plan.differences, [&](const store::JournalDifference& difference) {
        return difference.layer.kind == Kind::kList && !difference.after && names->at(difference.layer) == one.list;
    });
    if (removed)
        return ctl_fail(Errc::kState,
                        "host list \"" + one.list + "\" is named by web.hosts of \"" + who + "\"; take it out there first",
                        "ホストリスト「" + one.list + "」は「" + who + "」の web.hosts で使われています。先にそこから外してください");
    return ctl_fail(Errc::kNotFound,
                    "web.hosts of \"" + who + "\": host list \"" + one.list +
                        "\" does not exist; see: sudarectl host-list list",
                    "「" + who + "」の web.hosts: ホストリスト「" + one.list +
                        "」はありません。sudarectl host-list list で確認してください");
}

CtlResult<bool> CtlPeer::changes_list_of_pending(const Plan& plan, const LayerNames& names) {
    std::set<std::string> changed;
    for (const store::JournalDifference& one : plan.differences)
        if (one.layer.kind == Kind::kList)
            changed.insert(names.at(one.layer));
    if (changed.empty())
        return false;
    const auto open = core_.store().pending();
    if (!open)
        return ctl_fail(open.error());
    const policy::FieldRow& hosts = policy::row_of(policy::FieldId::kWebHosts);
    for (const store::PendingChange& pending : *open)
        for (const store::PolicyChange& change : pending.changes) {
            std::string value = change.field == hosts.name ? change.value.value_or("") : "";
            if (const auto number = store::exception_number(change.field)) {
                const auto exception = core_.store().find_exception(*number);
                if (!exception)
                    return ctl_fail(exception.error());
                value = exception->field == hosts.id ? exception->value : "";
            }
            policy::Layer layer;
            if (auto parsed = policy::parse(hosts, value))
                layer.at(hosts.id) = std::move(*parsed);
            if (std::ranges::any_of(layer.lists(), [&](const std::string& name) { return changed.contains(name); }))
                return true;
        }
    return false;
}

CtlResult<> CtlPeer::host_list_set(const Arguments& arguments) {
    const std::string& name = arguments[0];
    if (!is_account_name(name) || !policy::is_list_name(name))
        return ctl_fail(Errc::kBadInput,
                        "host list \"" + printable(name) +
                            "\" must be 1 to 64 bytes without spaces, quotes, , ; | / : \\ @, and not \"default\"",
                        "ホストリスト「" + printable(name) +
                            "」: 1～64 バイト、空白・引用符・, ; | / : \\ @ なしで指定してください");
    auto hosts = policy::parse_host_list(arguments[1]);
    if (!hosts)
        return ctl_fail(hosts.error());
    if (hosts->empty())
        return ctl_fail(Errc::kBadInput, "host list \"" + name + "\": there is no host in it; to remove it: sudarectl host-list remove " + name,
                        "ホストリスト「" + name + "」: ホストが 1 件もありません。削除: sudarectl host-list remove " + name);
    const auto numbers = core_.store().host_list_numbers();
    if (!numbers)
        return ctl_fail(numbers.error());
    if ((*numbers)->size() >= kHostListsMax && !(*numbers)->contains(name))
        return ctl_fail(Errc::kLimit, "there have been 1,000 host lists, which is the most; use the name of one that is gone",
                        "ホストリストの名前は 1,000 個までです。使わなくなった名前を使ってください");
    const auto number = core_.store().host_list_number(name);
    const auto before = core_.state();
    if (!number || !before)
        return ctl_fail(number ? before.error() : number.error());
    const auto plan = planned({{{Kind::kList, *number}, std::string(store::kHostsField), policy::format(*hosts)}});
    const auto old_list = before->host_list(*number);
    const auto names = layer_names();
    if (!plan || !names || !old_list)
        return !plan ? tl::unexpected(plan.error()) : old_list ? tl::unexpected(names.error()) : ctl_fail(old_list.error());
    const policy::HostList none;
    const policy::HostList& old_hosts = *old_list == nullptr ? none : **old_list;
    policy::HostList added, removed;
    std::ranges::set_difference(*hosts, old_hosts, std::back_inserter(added));
    std::ranges::set_difference(old_hosts, *hosts, std::back_inserter(removed));
    const ipc::CtlRow sum{{"list", name},
                          {"hosts", std::uint64_t{hosts->size()}},
                          {"added", std::uint64_t{added.size()}},
                          {"removed", std::uint64_t{removed.size()}}};
    if (arguments[2] == "dry") {
        if (auto recorded = record_reading("host-list set dry", {name}); !recorded)
            return recorded;
        if (const auto large = too_large(*plan, core_.store()); !large || *large)
            return large ? CtlResult<>(tl::unexpected(failure_of(**large, *names))) : ctl_fail(large.error());
        row(sum);
        return show_people(*plan, *names);
    }
    if (auto done = carry_out(*plan, *names, Manner{}); !done)
        return done;
    row(sum);
    return {};
}

CtlResult<> CtlPeer::host_list_show(const Arguments& arguments) {
    const auto id = find_host_list(arguments[0]);
    const auto at = find_moment(arguments[1]);
    if (!id || !at)
        return tl::unexpected(id ? at.error() : id.error());
    const auto list = core_.state(*at).host_list(id->number);
    if (!list)
        return ctl_fail(list.error());
    if (*list == nullptr)
        return ctl_fail(Errc::kNotFound, "host list \"" + arguments[0] + "\" did not exist at that time, or does not exist any more",
                        "ホストリスト「" + arguments[0] + "」は、その時点にはありません");
    row({{"list", arguments[0]}, {"hosts", policy::format(**list)}});
    return {};
}

CtlResult<> CtlPeer::host_list_list(const Arguments&) {
    const auto numbers = core_.store().host_list_numbers();
    const auto state = core_.state();
    const auto names = layer_names();
    if (!numbers || !state || !names)
        return !names ? tl::unexpected(names.error()) : ctl_fail(numbers ? state.error() : numbers.error());
    const auto users = state->list_users();
    const auto known = core_.store().host_lists(state->at().version);
    if (!users || !known)
        return ctl_fail(users ? known.error() : users.error());
    for (const auto& [name, number] : **numbers) {
        if (!known->contains(number))
            continue;
        const auto list = state->host_list(number);
        if (!list)
            return ctl_fail(list.error());
        std::string by;
        for (const ListUser& user : *users)
            if (user.lists.contains(name))
                by += (by.empty() ? "" : ",") + written(user.layer.kind, names->at(user.layer)) +
                      (user.exception != 0 ? " (exception " + std::to_string(user.exception) + ")" : "");
        row({{"list", name}, {"hosts", std::uint64_t{(*list)->size()}}, {"used_by", by}});
    }
    return {};
}

CtlResult<> CtlPeer::host_list_remove(const Arguments& arguments) {
    const auto id = find_host_list(arguments[0]);
    const auto state = id ? core_.state() : Result<PolicyState>(fail(Errc::kNotFound, ""));
    if (!id || !state)
        return id ? ctl_fail(state.error()) : tl::unexpected(id.error());
    const auto list = state->host_list(id->number);
    if (!list)
        return ctl_fail(list.error());
    if (*list == nullptr)
        return ctl_fail(Errc::kNotFound, "host list \"" + arguments[0] + "\" does not exist any more",
                        "ホストリスト「" + arguments[0] + "」は、もうありません");
    return carry_out({{*id, std::string(store::kHostsField), {}}});
}

// As the egress proxy decides it before the name is resolved.
CtlResult<> CtlPeer::policy_host(const Arguments& arguments) {
    const auto user = find_user(arguments[0]);
    const std::string& host = arguments[1];
    const auto port = parse_port(arguments[2]);
    if (!user || !port)
        return tl::unexpected(user ? port.error() : user.error());
    if (const auto rule = policy::parse_host_rule("allow:" + host); !rule || rule->port != 0 || host.starts_with('.'))
        return ctl_fail(Errc::kBadInput, "host \"" + printable(host) + "\" must be a name in lower case, IDNA A-labels (xn--...)",
                        "ホスト「" + printable(host) + "」: 小文字、A ラベル (xn--...) の名前で指定してください");
    const auto rights = core_.rights(user->id);
    if (!rights)
        return ctl_fail(rights.error());
    row(verdict_on(*rights, host, *port));
    return {};
}

}  // namespace sudare::broker
