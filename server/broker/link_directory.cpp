// SPDX-License-Identifier: Apache-2.0
// Log-ins of people whose password is in a directory. The lock was asked before; who is disabled, the
// second factor and all else is as for everybody.
#include <sodium.h>

#include <algorithm>

#include "server/base/log.h"
#include "server/broker/auth/directory_mark.h"
#include "server/broker/auth/password.h"
#include "server/broker/change/plan.h"
#include "server/broker/link_peer.h"
#include "server/broker/policy_text.h"

namespace sudare::broker {

using audit::EventType;
using audit::Field;
using ipc::LoginResultCode;
using store::LayerId;

namespace {

constexpr std::uint32_t kBusySeconds = 5;

// Of unknown names half behave like local accounts and half like those of the directory, the same ones
// each time: that one takes the time of a directory does not say that it exists.
bool seems_in_directory(const std::string& name, const std::string& secret) {
    const std::string message = "in the directory?" + name;
    std::array<unsigned char, crypto_generichash_BYTES> hash{};
    crypto_generichash(hash.data(), hash.size(), reinterpret_cast<const unsigned char*>(message.data()), message.size(),
                       reinterpret_cast<const unsigned char*>(secret.data()), secret.size());
    return (hash[0] & 1U) != 0;
}

std::vector<std::uint32_t> with_directory(std::vector<std::uint32_t> own, const std::vector<store::Group>& known,
                                          const std::vector<DirectoryGroup>& mapped, std::uint64_t bits) {
    for (std::size_t i = 0; i < mapped.size(); ++i) {
        const auto group = std::ranges::find(known, mapped[i].group, &store::Group::name);
        if (group == known.end()) {
            log_warn("directory.groups: group \"{}\" does not exist; see: sudarectl group add", mapped[i].group);
            continue;
        }
        // Several names may stand for one group: it is left when none of them has the person.
        bool member = false;
        for (std::size_t j = 0; j < mapped.size(); ++j)
            member = member || (mapped[j].group == mapped[i].group && (bits >> j & 1U) != 0);
        if (!member)
            std::erase(own, group->id);
        else if (std::ranges::find(own, group->id) == own.end())
            own.push_back(group->id);
    }
    return own;
}

}  // namespace

bool LinkPeer::asks_directory(const std::optional<store::User>& user, const std::string& name) {
    if (user)
        return auth::in_directory(user->password);
    return core_.directory().configured() && seems_in_directory(name, core_.store().secret());
}

// Somebody unknown costs the same question, about nobody: what was typed does not leave the broker.
void LinkPeer::check_in_directory(Checked begun, Finish finish) {
    pause();
    const std::string nobody = auth::random_password();
    const auto checked = std::make_shared<Checked>(std::move(begun));
    Attempt& attempt = checked->attempt;
    const std::string& name = checked->looked.user ? attempt.user : nobody;
    const std::string& password = checked->looked.user ? attempt.password : nobody;
    const auto self = std::static_pointer_cast<LinkPeer>(shared_from_this());
    core_.password_begins(connected_.terminal);
    core_.directory().check(name, password, [self, checked, finish](const ipc::DirectoryVerdict& verdict) {
        self->finish_directory(*checked, verdict, finish);
    });
    sodium_memzero(attempt.password.data(), attempt.password.size());
    sodium_memzero(attempt.wanted.data(), attempt.wanted.size());
}

void LinkPeer::finish_directory(Checked& checked, const ipc::DirectoryVerdict& verdict, Finish finish) {
    checked.looked.right = checked.looked.user && verdict.answer == ipc::DirectoryAnswer::kRight;
    checked.cause = ipc::name_of(verdict.answer);
    if (checked.looked.right)
        checked.directory_groups = verdict.groups;
    if (!ipc::is_outage(verdict.answer) || closed())
        return finish_check(checked, finish);
    core_.password_ends(connected_.terminal);
    refuse_login(checked.looked.user, checked.cause, LoginResultCode::kBusy, kBusySeconds);
    wipe(checked.attempt);
    resume();
}

// Membership of the mapped groups becomes what the directory says, before anything is decided by it. If
// that cannot be stored nobody gets in with what was right yesterday.
bool LinkPeer::follow_directory(const Checked& checked) {
    if (!checked.directory_groups || core_.settings().directory.groups.empty())
        return true;
    const auto followed = set_directory_groups(*checked.looked.user, *checked.directory_groups);
    if (!followed)
        refuse_busy(*checked.looked.user, followed.error());
    return followed.has_value();
}

Result<void> LinkPeer::set_directory_groups(const store::User& user, std::uint64_t bits) {
    SUDARE_TRY(const PolicyState now, core_.state());
    SUDARE_TRY(const auto known, now.groups());
    SUDARE_TRY(auto own, now.groups_of(user.id));
    auto wanted = with_directory(own, known, core_.settings().directory.groups, bits);
    std::ranges::sort(own);
    std::ranges::sort(wanted);
    if (own == wanted)
        return {};
    const std::optional<std::string> list = wanted.empty() ? std::nullopt : std::optional(list_of(wanted));
    SUDARE_TRY(const Plan plan,
               make_plan(now, {{{LayerId::Kind::kUser, user.id}, std::string(store::kGroupsField), list}}));
    SUDARE_TRY(const auto large, too_large(plan, core_.store()));
    if (large)
        return fail(Errc::kLimit, "the directory puts \"" + user.name + "\" into groups that together are too many or too large");
    SUDARE_TRY(const bool loosens, broker::loosens(plan, core_.store()));
    SUDARE_TRY(const auto names_of_groups, core_.store().group_names());
    LayerNames names;
    for (const store::Group& group : names_of_groups)
        names[{LayerId::Kind::kGroup, group.id}] = group.name;
    audit::Event record = event(EventType::kMembership)
                              .text(Field::kUser, user.name)
                              .number(Field::kPolicyVersion, plan.before.at().version + 1)
                              .text(Field::kCause, "directory");
    for (const store::JournalDifference& one : plan.differences) {
        if (one.before)
            record.text(Field::kBefore, recorded(shown_value(one.field, *one.before, names)));
        if (one.after)
            record.text(Field::kAfter, recorded(shown_value(one.field, *one.after, names)));
    }
    record.flag(Field::kLoosens, loosens);
    SUDARE_CHECK(core_.record_and_do(record, [&]() -> Result<void> {
        SUDARE_TRY([[maybe_unused]] const auto newest,
                   core_.store().change_policy(plan.changes(), store::kTheDirectory));
        return {};
    }));
    core_.policy_changed();
    return {};
}

}  // namespace sudare::broker
