// SPDX-License-Identifier: Apache-2.0
// Requests about the roles of administrators.
#include <algorithm>

#include "server/base/log.h"
#include "server/broker/ctl_peer.h"

namespace sudare::broker {

using audit::EventType;
using audit::Field;
using store::Role;

namespace {

constexpr std::array<std::pair<Role, std::string_view>, 4> kRoleNames{
    {{Role::kAdministrator, "administrator"},
     {Role::kApprover, "approver"},
     {Role::kReviewer, "reviewer"},
     {Role::kOperator, "operator"}}};

CtlResult<Role> parse_role(const std::string& text) {
    for (const auto& [role, name] : kRoleNames)
        if (name == text)
            return role;
    return ctl_fail(Errc::kBadInput,
                    "role \"" + printable(text) +
                        "\"; permitted: administrator, approver, reviewer, operator",
                    "役割「" + printable(text) +
                        "」: administrator、approver、reviewer、operator のいずれかで指定してください");
}

CtlResult<std::uint32_t> parse_uid(const std::string& text) {
    const auto uid = number_of(text);
    if (!uid || *uid < 0 || *uid >= 0xffffffffLL)
        return ctl_fail(Errc::kBadInput, "uid \"" + printable(text) + "\" is not a number",
                        "uid「" + printable(text) + "」: 数字で指定してください");
    return static_cast<std::uint32_t>(*uid);
}

std::ptrdiff_t administrators(const store::Roles& roles) {
    return std::ranges::count_if(
        roles, [](const auto& one) { return one.second.contains(Role::kAdministrator); });
}

}  // namespace

// While nobody is an administrator, everybody whom broker.toml lets in has every role.
CtlResult<std::set<Role>> CtlPeer::own_roles() { return roles_of(uid_); }

CtlResult<std::set<Role>> CtlPeer::roles_of(std::uint32_t uid) {
    const auto all = core_.store().roles();
    if (!all)
        return ctl_fail(all.error());
    if (administrators(*all) == 0)
        return std::set<Role>{Role::kAdministrator, Role::kApprover, Role::kReviewer, Role::kOperator};
    const auto mine = all->find(uid);
    return mine == all->end() ? std::set<Role>() : mine->second;
}

CtlResult<> CtlPeer::role_give(const Arguments& arguments) {
    return change_role(arguments, true);
}

CtlResult<> CtlPeer::role_take(const Arguments& arguments) {
    return change_role(arguments, false);
}

CtlResult<> CtlPeer::change_role(const Arguments& arguments, bool give) {
    const auto uid = parse_uid(arguments[0]);
    const auto role = parse_role(arguments[1]);
    const auto all = core_.store().roles();
    if (!uid || !role)
        return tl::unexpected(uid ? role.error() : uid.error());
    if (!all)
        return ctl_fail(all.error());
    const auto known = all->find(*uid);
    const bool has = known != all->end() && known->second.contains(*role);
    if (has == give)
        return {};  // as it is
    if (give && *uid == uid_)
        return denied("role give " + arguments[0] + " " + arguments[1] + ": own",
                      "nobody can give a role to themselves; ask another administrator",
                      "自分自身に役割を付けることはできません。別の管理者に依頼してください");
    if (!give && *role == Role::kAdministrator && administrators(*all) == 1)
        return denied("role take " + arguments[0] + " " + arguments[1] + ": last",
                      "uid " + arguments[0] + " is the last administrator; give the role to another first",
                      "uid " + arguments[0] +
                          " は最後の administrator です。先に別の人に役割を付けてください");
    const auto record = event(give ? EventType::kRoleGiven : EventType::kRoleTaken)
                            .number(Field::kUid, *uid)
                            .text(Field::kRole, arguments[1]);
    const auto changed = core_.record_and_do(record, [&] {
        return give ? core_.store().give_role(*uid, *role, uid_) : core_.store().take_role(*uid, *role);
    });
    return changed ? CtlResult<>() : ctl_fail(changed.error());
}

CtlResult<> CtlPeer::role_list(const Arguments&) {
    const auto all = core_.store().roles();
    if (!all)
        return ctl_fail(all.error());
    for (const auto& [uid, roles] : *all) {
        std::string names;
        for (const auto& [role, name] : kRoleNames)
            if (roles.contains(role))
                names += (names.empty() ? "" : ",") + std::string(name);
        row({{"uid", std::uint64_t{uid}}, {"roles", names}});
    }
    return {};
}

}  // namespace sudare::broker
