// SPDX-License-Identifier: Apache-2.0
// Requests about earlier versions of the policy.
#include <algorithm>

#include "server/base/log.h"
#include "server/broker/change/host_difference.h"
#include "server/broker/ctl_peer.h"

namespace sudare::broker {

using audit::EventType;
using audit::Field;
using store::JournalDifference;
using Kind = store::LayerId::Kind;

namespace {

constexpr std::int64_t kHistoryMax = 10000;
constexpr std::size_t kWholeValuesMax = 2U << 20;  // bytes of an answer; long values after that are shortened

}  // namespace

CtlResult<Moment> CtlPeer::find_moment(const std::string& text) {
    const auto now = core_.moment();
    if (!now)
        return ctl_fail(now.error());
    if (text.empty())
        return *now;
    const bool is_time = text[0] == '@';
    const auto number = number_of(is_time ? text.substr(1) : text);
    if (!number || *number < 0 || (!is_time && *number > now->version))
        return ctl_fail(Errc::kBadInput,
                        "version \"" + printable(text) + "\" does not exist; the newest is " +
                            std::to_string(now->version) + "; see: sudarectl policy history",
                        "版「" + printable(text) + "」はありません。最新は " +
                            std::to_string(now->version) +
                            " です。sudarectl policy history で確認してください");
    if (is_time) {
        const auto version = core_.store().policy_version_at(*number);
        return version ? CtlResult<Moment>(Moment{*version, *number}) : ctl_fail(version.error());
    }
    const auto version = static_cast<std::uint32_t>(*number);
    const auto time = core_.store().policy_time(version);
    if (!time)
        return ctl_fail(time.error());
    if (version != 0 && *time == 0)
        return ctl_fail(Errc::kBadInput,
                        "version " + std::to_string(version) +
                            " is not in this database: an older copy was put back, or a crash came before the change;"
                            " see: sudarectl policy history",
                        "版 " + std::to_string(version) +
                            " はこのデータベースにありません。古い控えが戻されたか、変更の前に異常終了しています。"
                            "sudarectl policy history で確認してください");
    return Moment{version, *time};
}

CtlResult<std::optional<store::LayerId>> CtlPeer::find_layer_or_all(const std::string& text) {
    if (text == "*")
        return std::optional<store::LayerId>();
    const auto layer = find_layer(text);
    if (!layer)
        return tl::unexpected(layer.error());
    return std::optional(*layer);
}

CtlResult<> CtlPeer::policy_history(const Arguments& arguments) {
    const auto layer = find_layer_or_all(arguments[0]);
    if (!layer)
        return tl::unexpected(layer.error());
    const auto most = number_of(arguments[1]);
    if (!most || *most < 1 || *most > kHistoryMax)
        return ctl_fail(Errc::kBadInput,
                        "count \"" + printable(arguments[1]) + "\": it must be 1 to 10000",
                        "件数「" + printable(arguments[1]) + "」: 1～10000 で指定してください");
    const auto names = layer_names();
    if (!names)
        return tl::unexpected(names.error());
    const auto journal = core_.store().journal(*layer, static_cast<std::uint32_t>(*most));
    if (!journal)
        return ctl_fail(journal.error());
    std::size_t left = kWholeValuesMax;
    for (const store::JournalEntry& one : *journal) {
        const store::LayerId id = one.change.layer;
        const auto name = names->find(id);
        row({{"version", std::uint64_t{one.version}},
             {"time", static_cast<std::uint64_t>(one.at)},
             {"admin_uid", std::uint64_t{one.actor}},
             {"layer", written(id.kind, name == names->end() ? "?" : name->second)},
             {"field", shown_field(one.change.field)},
             {"set", one.change.value.has_value()},
             {"value", fitted(shown_value(one.change.field, one.change.value.value_or(""), *names), left)}});
    }
    return {};
}

// What one person may do differently.
CtlResult<> CtlPeer::policy_diff(const Arguments& arguments) {
    const auto user = find_user(arguments[0]);
    const auto from = find_moment(arguments[1]), to = find_moment(arguments[2]);
    if (!user || !from || !to)
        return tl::unexpected(!user ? user.error() : !from ? from.error() : to.error());
    const auto before_layers = core_.state(*from).layers(user->id), after_layers = core_.state(*to).layers(user->id);
    if (!before_layers || !after_layers)
        return ctl_fail(before_layers ? after_layers.error() : before_layers.error());
    policy::Effective before = policy::merge(*before_layers), after = policy::merge(*after_layers);
    HostDifferences hosts;
    const auto& rules = hosts.of(*before_layers, *after_layers);
    constexpr auto kHosts = static_cast<std::size_t>(policy::FieldId::kWebHosts);
    before.values[kHosts] = rules.removed.value;  // those that count before, or after, alone
    after.values[kHosts] = rules.added.value;
    for (const policy::FieldRow& field : policy::field_rows()) {
        const auto at = static_cast<std::size_t>(field.id);
        const auto& old_value = before.at(field.id);
        const auto& new_value = after.at(field.id);
        if (old_value == new_value)
            continue;
        row({{"field", std::string(field.name)},
             {"before", policy::format(field, old_value)},
             {"before_origin", before.origins[at]},
             {"after", policy::format(field, new_value)},
             {"after_origin", after.origins[at]},
             {"loosens", policy::loosens(field, old_value, new_value)}});
    }
    return {};
}

CtlResult<> CtlPeer::policy_rollback(const Arguments& arguments) {
    const auto layer = find_layer_or_all(arguments[0]);
    const auto to = find_moment(arguments[1]);
    if (!layer || !to)
        return tl::unexpected(layer ? to.error() : layer.error());
    const auto found = core_.store().differences(*layer, to->version);
    if (!found)
        return ctl_fail(found.error());
    std::vector<store::PolicyChange> changes;
    for (const JournalDifference& one : *found) {
        // What nothing enforces cannot be promised again.
        if (one.layer.kind != Kind::kList && policy::row_of(one.field) != nullptr)
            if (const auto good = parse_field(one.field, one.after); !good)
                return tl::unexpected(good.error());
        changes.push_back({one.layer, one.field, one.after});
    }
    const auto plan = planned(changes);
    const auto names = layer_names();
    if (!plan || !names)
        return tl::unexpected(plan ? names.error() : plan.error());
    if (arguments[2] == "dry") {
        const auto recorded = record_reading("policy rollback", arguments);
        return recorded ? show_differences(*plan, *names) : recorded;
    }
    // Before it is done: what is asked about the newest version is at hand, what is asked about an older
    // one is read from the database for each person.
    const auto rows = difference_rows(*plan, *names);
    if (!rows)
        return tl::unexpected(rows.error());
    const auto newest = static_cast<std::uint64_t>(plan->before.at().version);
    auto whole = event(EventType::kPolicyRolledBack);
    whole.number(Field::kPolicyVersion, newest + plan->differences.size())
        .number(Field::kNumber, to->version);
    Manner manner;
    if (!plan->differences.empty())
        manner.whole = std::move(whole);
    if (auto done = carry_out(*plan, *names, std::move(manner)); !done)
        return done;
    for (const ipc::CtlRow& one : *rows)
        row(one);
    return {};
}

}  // namespace sudare::broker
