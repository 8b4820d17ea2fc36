// SPDX-License-Identifier: Apache-2.0
// The one way by which requests change the policy.
#include <algorithm>

#include "server/base/log.h"
#include "server/broker/ctl_peer.h"

namespace sudare::broker {

using audit::Event;
using audit::EventType;
using audit::Field;
using store::JournalDifference;
using Kind = store::LayerId::Kind;

namespace {

// The log holds 8 MiB that are not on the disk yet; more would be a failure of it. A record has up to
// two values of 12 KiB.
constexpr std::size_t kRecordsAtOnce = 200;

constexpr std::size_t kWholeValuesMax = 2U << 20;  // bytes of an answer; long values after that are shortened

// How many lines of the one the other does not have; both are sorted.
std::uint64_t lines_more(const std::optional<std::string>& these, const std::optional<std::string>& those) {
    const auto lines = [](const std::optional<std::string>& text) {
        const auto list = policy::parse_host_list(text.value_or(""));
        return list ? *list : policy::HostList();
    };
    const policy::HostList all = lines(these), known = lines(those);
    policy::HostList more;
    std::ranges::set_difference(all, known, std::back_inserter(more));
    return more.size();
}

EventType type_of(const JournalDifference& one) {
    if (one.layer.kind == Kind::kList)
        return one.after ? EventType::kHostListSet : EventType::kHostListRemoved;
    if (one.field == store::kGroupsField)
        return EventType::kMembership;
    if (store::exception_number(one.field))
        return one.after ? EventType::kExceptionAdded : EventType::kExceptionEnded;
    if (one.field != store::kPlaceField)
        return one.after ? EventType::kPolicySet : EventType::kPolicyUnset;
    if (!one.after)
        return EventType::kGroupRemoved;
    return one.before ? EventType::kGroupMoved : EventType::kGroupAdded;
}

void describe(Event& record, const store::PolicyException& exception) {
    record.text(Field::kPolicyField, std::string(policy::row_of(exception.field).name))
        .number(Field::kNumber, exception.id)
        .text(Field::kAfter, exception.value)
        .number(Field::kBegins, static_cast<std::uint64_t>(exception.begins))
        .number(Field::kEnds, static_cast<std::uint64_t>(exception.ends))
        .text(Field::kCause, exception.reason);
}

}  // namespace

CtlResult<LayerNames> CtlPeer::layer_names() {
    LayerNames names{{{}, "default"}};
    const auto users = core_.store().user_names();
    const auto groups = core_.store().group_names();  // also of those that are gone
    const auto lists = core_.store().host_list_numbers();
    if (!users || !groups || !lists)
        return ctl_fail(!users ? users.error() : !groups ? groups.error() : lists.error());
    for (const auto& [name, number] : **lists)
        names[{Kind::kList, number}] = name;
    for (const auto& [number, name] : *users)
        names[{Kind::kUser, number}] = name;
    for (const store::Group& group : *groups)
        names[{Kind::kGroup, group.id}] = group.name;
    return names;
}

CtlResult<Plan> CtlPeer::planned(const std::vector<store::PolicyChange>& changes) {
    const auto now = core_.state();
    auto plan = now ? make_plan(*now, changes) : tl::unexpected(now.error());
    if (!plan)
        return ctl_fail(plan.error());
    if (const auto good = check_lists(*plan); !good)
        return tl::unexpected(good.error());
    return std::move(*plan);
}

CtlResult<> CtlPeer::carry_out(const std::vector<store::PolicyChange>& changes) {
    const auto plan = planned(changes);
    const auto names = layer_names();
    if (!plan || !names)
        return tl::unexpected(plan ? names.error() : plan.error());
    return carry_out(*plan, *names, Manner{});
}

// Parts are recorded one by one; the last record, of the only part or of the whole, is waited for and
// makes them all durable.
CtlResult<> CtlPeer::carry_out(const Plan& plan, const LayerNames& names, Manner manner) {
    const store::PendingChange* approved = manner.approved;
    if (plan.differences.empty() && !manner.whole)
        return {};
    if (auto good = check_recording(plan); !good)
        return good;
    const auto large = too_large(plan, core_.store());
    if (!large)
        return ctl_fail(large.error());
    if (*large)
        return tl::unexpected(failure_of(**large, names));
    const auto loose = broker::loosens(plan, core_.store());
    if (!loose)
        return ctl_fail(loose.error());
    if (core_.settings().second_person && approved == nullptr) {
        const auto behind = changes_list_of_pending(plan, names);
        if (!behind)
            return tl::unexpected(behind.error());
        if (*loose || *behind)
            return ask_second_person(plan, names);
    }
    std::uint32_t version = plan.before.at().version;
    // What the user has asked for is the approver's doing.
    const std::uint32_t asker =
        approved != nullptr && approved->actor != store::kTheUser ? approved->actor : uid_;
    std::vector<Event> records = std::move(manner.first);
    for (const JournalDifference& one : plan.differences)
        records.push_back(event_of(one, names, ++version, asker));
    if (manner.whole)
        records.push_back(std::move(*manner.whole));
    records.back().flag(Field::kLoosens, *loose);
    for (std::size_t i = 0; i + 1 < records.size(); ++i)
        if (i % kRecordsAtOnce != kRecordsAtOnce - 1)
            core_.record(records[i]);
        else if (const auto recorded = core_.record_durable(records[i]); !recorded)
            return ctl_fail(recorded.error());
    const auto changed = core_.record_and_do(records.back(), [&]() -> Result<void> {
        if (approved != nullptr)
            return core_.store().approve_pending(*approved, plan.changes(), uid_);
        if (manner.store)
            return manner.store(plan.changes());
        SUDARE_TRY([[maybe_unused]] const auto newest,
                   core_.store().change_policy(plan.changes(), uid_));
        return {};
    });
    if (!changed)
        return ctl_fail(changed.error());
    core_.policy_changed();
    return {};
}

// Everything but whether the whole loosens.
Event CtlPeer::event_of(const JournalDifference& one, const LayerNames& names,
                        std::uint32_t version, std::uint32_t actor) {
    Event record{type_of(one), {}};
    record.number(Field::kAdminUid, actor).number(Field::kPolicyVersion, version);
    if (one.layer.kind != Kind::kDefault)
        record.text(one.layer.kind == Kind::kUser    ? Field::kUser
                    : one.layer.kind == Kind::kGroup ? Field::kGroup
                                                     : Field::kHostList,
                    names.at(one.layer));
    if (one.layer.kind == Kind::kList)
        record.number(Field::kAdded, lines_more(one.after, one.before))
            .number(Field::kRemoved, lines_more(one.before, one.after));
    if (const auto number = store::exception_number(one.field)) {
        if (const auto exception = core_.store().find_exception(*number))
            describe(record, *exception);
        return record;
    }
    if (policy::row_of(one.field) != nullptr)
        record.text(Field::kLayer, one.layer.kind == Kind::kDefault ? "default"
                                   : one.layer.kind == Kind::kGroup ? "group"
                                                                    : "user")
            .text(Field::kPolicyField, one.field);
    if (one.before)
        record.text(Field::kBefore, recorded(shown_value(one.field, *one.before, names)));
    if (one.after)
        record.text(Field::kAfter, recorded(shown_value(one.field, *one.after, names)));
    return record;
}

CtlFailure CtlPeer::failure_of(const TooLarge& found, const LayerNames& names) {
    const std::string name = written(found.layer.kind, names.at(found.layer));
    const std::string size = std::to_string(found.most >> 10);
    switch (found.what) {
        case TooLarge::What::kExceptionsOfOne:
            return {Errc::kLimit,
                    "the exceptions of user \"" + name + "\" together, with the lists that they name, have more than " +
                        size + " KiB; name long lists in a group instead",
                    "利用者「" + name + "」の例外の合計が、その中のリストを含めて " + size +
                        " KiB を超えます。長いリストはグループで指定してください"};
        case TooLarge::What::kGroupCount:
            return {Errc::kLimit,
                    "user \"" + name + "\" is in 16 groups, which is the most; leave one first",
                    "利用者「" + name + "」が属せるグループは 16 個までです。先に 1 つ外してください"};
        case TooLarge::What::kGroupsOfOne:
            return {Errc::kLimit,
                    "the groups of user \"" + name + "\" together have more than " + size +
                        " KiB of policy; use .suffix rules in web.hosts instead of many hosts",
                    "利用者「" + name + "」が属するグループのポリシーの合計が " + size +
                        " KiB を超えます。web.hosts でホストを並べる代わりに .suffix の規則を使ってください"};
        case TooLarge::What::kLayer:
            break;
    }
    return {Errc::kLimit,
            "the policy of \"" + name + "\" has more than " + size +
                " KiB; use .suffix rules in web.hosts instead of many hosts",
            "「" + name + "」のポリシーが " + size +
                " KiB を超えます。web.hosts でホストを並べる代わりに .suffix の規則を使ってください"};
}

// What a plan would change, layer by layer, and whether each part alone permits anybody more.
CtlResult<std::vector<ipc::CtlRow>> CtlPeer::difference_rows(const Plan& plan, const LayerNames& names) {
    std::vector<ipc::CtlRow> rows;
    std::size_t left = kWholeValuesMax;
    for (const JournalDifference& one : plan.differences) {
        const auto part = make_plan(plan.before, {{one.layer, one.field, one.after}});
        auto loose = part ? broker::loosens(*part, core_.store()) : tl::unexpected(part.error());
        if (!loose && loose.error().code == Errc::kNotFound)  // a list and what names it go together only
            loose = broker::loosens(plan, core_.store());
        if (!loose)
            return ctl_fail(loose.error());
        rows.push_back({{"layer", written(one.layer.kind, names.at(one.layer))},
                        {"field", shown_field(one.field)},
                        {"before", fitted(shown_value(one.field, one.before.value_or(""), names), left)},
                        {"was_set", one.before.has_value()},
                        {"after", fitted(shown_value(one.field, one.after.value_or(""), names), left)},
                        {"is_set", one.after.has_value()},
                        {"loosens", *loose}});
    }
    return rows;
}

CtlResult<> CtlPeer::show_differences(const Plan& plan, const LayerNames& names) {
    const auto rows = difference_rows(plan, names);
    if (!rows)
        return tl::unexpected(rows.error());
    for (const ipc::CtlRow& one : *rows)
        row(one);
    return {};
}

}  // namespace sudare::broker
