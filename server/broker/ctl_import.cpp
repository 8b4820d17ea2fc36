// SPDX-License-Identifier: Apache-2.0
// Requests about many people at once, and one-time codes.
#include <algorithm>

#include "server/base/log.h"
#include "server/broker/auth/directory_mark.h"
#include "server/broker/auth/enrol_code.h"
#include "server/broker/ctl_peer.h"

namespace sudare::broker {

using audit::Event;
using audit::EventType;
using audit::Field;
using Kind = store::LayerId::Kind;

namespace {

constexpr std::size_t kArgumentsBeforeColumns = 5;
constexpr std::int64_t kColumnsMax = 64;
constexpr std::int64_t kDaysMax = 90;
constexpr std::int64_t kDaySeconds = 24 * 60 * 60;

struct ImportRequest {
    ImportTable table;
    bool dry_run = false;
    std::int64_t days = 0;
};

CtlResult<std::int64_t> parse_days(const std::string& text) {
    const auto days = number_of(text);
    if (!days || *days < 1 || *days > kDaysMax)
        return ctl_fail(Errc::kBadInput, "days \"" + printable(text) + "\": it must be 1 to 90",
                        "日数「" + printable(text) + "」: 1～90 で指定してください");
    return *days;
}

CtlResult<ImportRequest> parse_request(const std::vector<std::string>& arguments) {
    const auto count = arguments.size() < kArgumentsBeforeColumns ? std::optional<std::int64_t>()
                                                                  : number_of(arguments[4]);
    const std::size_t cells = arguments.size() - std::min(arguments.size(), kArgumentsBeforeColumns);
    if (!count || *count < 1 || *count > kColumnsMax || cells % static_cast<std::size_t>(*count) != 0)
        return ctl_fail(Errc::kBadInput, "the table must have 1 to 64 columns and whole rows",
                        "表は 1～64 列で、各行の列数をそろえてください");
    const auto days = parse_days(arguments[3]);
    if (!days)
        return tl::unexpected(days.error());
    ImportRequest out;
    out.dry_run = arguments[0] == "dry";
    out.days = *days;
    out.table.disable_others = arguments[1] == "disable-others";
    out.table.add_groups = arguments[2] == "add-groups";
    auto at = arguments.begin() + kArgumentsBeforeColumns;
    for (bool is_header = true; at != arguments.end(); at += *count, is_header = false) {
        std::vector<std::string> row(at, at + *count);
        if (is_header)
            out.table.columns = std::move(row);
        else
            out.table.rows.push_back(std::move(row));
    }
    return out;
}

}  // namespace

CtlResult<ImportPlan> CtlPeer::planned_import(const ImportTable& table, std::uint32_t first_new) {
    const auto users = core_.store().users();
    const auto known = groups();
    if (!users || !known)
        return users ? tl::unexpected(known.error()) : ctl_fail(users.error());
    ImportBase base;
    base.has_directory = core_.directory().configured();
    base.next_user = first_new;
    for (const store::User& user : *users)
        base.users[user.name] = user;
    for (const store::Group& group : *known)
        base.groups[group.name] = group.id;
    auto plan = plan_import(table, base,
                            [this](const std::string& name) { return core_.store().group_number(name); });
    return plan ? CtlResult<ImportPlan>(std::move(*plan)) : ctl_fail(plan.error());
}

CtlResult<> CtlPeer::import(const Arguments& arguments) {
    const auto request = parse_request(arguments);
    if (!request)
        return tl::unexpected(request.error());
    const auto first_new = core_.store().next_user();
    if (!first_new)
        return ctl_fail(first_new.error());
    const auto import = planned_import(request->table, *first_new);
    if (!import)
        return tl::unexpected(import.error());
    for (const ImportError& error : import->errors)
        row({{"error_row", std::uint64_t{error.row}},
             {"column", error.column},
             {"english", error.failure.english},
             {"japanese", error.failure.japanese}});
    if (!import->errors.empty())
        return ctl_fail(Errc::kBadInput,
                        std::to_string(import->errors.size()) + " errors; nothing was changed",
                        "エラーが " + std::to_string(import->errors.size()) + " 件あります。何も変更していません");
    const auto plan = planned(import->changes);
    auto names = layer_names();
    if (!plan || !names)
        return tl::unexpected(plan ? names.error() : plan.error());
    for (std::size_t i = 0; i < import->new_users.size(); ++i)
        names->insert({{Kind::kUser, *first_new + static_cast<std::uint32_t>(i)}, import->new_users[i]});
    if (request->dry_run) {
        if (auto recorded = record_reading("import dry", {}); !recorded)
            return recorded;
        if (auto good = check_recording(*plan); !good)
            return good;
        if (const auto large = too_large(*plan, core_.store()); large && *large)
            return tl::unexpected(failure_of(**large, *names));
        for (const std::string& name : import->new_users)
            row({{"layer", name}, {"field", std::string("user")}, {"after", std::string("new")}, {"is_set", true}});
        for (const auto& [user, disabled] : import->states)
            row({{"layer", names->at({Kind::kUser, user})},
                 {"field", std::string("state")},
                 {"after", std::string(disabled ? "disabled" : "active")},
                 {"is_set", true}});
        return show_differences(*plan, *names);
    }
    return carry_out_import(*import, *plan, *names, plan->before.at().time + request->days * kDaySeconds);
}

// New people get codes, which are told once and stored as hashes. What waits for a second person is the
// policy: the accounts, which have the default layer, do not.
CtlResult<> CtlPeer::carry_out_import(const ImportPlan& import, const Plan& plan,
                                      const LayerNames& names, std::int64_t until) {
    std::vector<store::User> users;
    std::vector<std::string> codes;
    Manner manner;
    const auto first = core_.store().next_user();
    if (!first)
        return ctl_fail(first.error());
    for (const std::string& name : import.new_users) {
        const bool code = !import.in_directory.contains(name);
        codes.push_back(code ? auth::new_enrol_code() : "");
        users.push_back({*first + static_cast<std::uint32_t>(users.size()), name,
                         code ? auth::stored_enrol_code(codes.back(), until, core_.store().secret())
                              : std::string(auth::kInDirectory),
                         false, code});
        auto record = event(EventType::kUserAdded).text(Field::kUser, name);
        manner.first.push_back(code ? record : record.text(Field::kCause, "directory"));
    }
    for (const auto& [user, disabled] : import.states)
        manner.first.push_back(event(disabled ? EventType::kUserDisabled : EventType::kUserEnabled)
                                   .text(Field::kUser, names.at({Kind::kUser, user})));
    const std::size_t rows = import.new_users.size() + import.states.size() + plan.differences.size();
    manner.whole = event(EventType::kImported).number(Field::kNumber, rows);
    manner.store = [&](const std::vector<store::PolicyChange>& changes) {
        return core_.store().import(users, import.states, changes, uid_);
    };
    if (auto good = check_recording(plan); !good)  // all of it or nothing
        return good;
    const auto loose = broker::loosens(plan, core_.store());
    if (!loose)
        return ctl_fail(loose.error());
    const bool waits = *loose && core_.settings().second_person;
    const Plan accounts_only{plan.before, plan.before, {}};
    if (auto done = carry_out(waits ? accounts_only : plan, names, std::move(manner)); !done)
        return done;
    for (const auto& [user, disabled] : import.states)
        if (disabled)
            core_.end_sessions_of(user, EndReason::kNotPermitted);
    for (std::size_t i = 0; i < users.size(); ++i)
        if (!codes[i].empty())
            row({{"user", users[i].name}, {"code", codes[i]}, {"until", static_cast<std::uint64_t>(until)}});
    row({{"users_added", std::uint64_t{users.size()}},
         {"states", std::uint64_t{import.states.size()}},
         {"changes", std::uint64_t{waits ? 0 : plan.differences.size()}}});
    return waits ? carry_out(plan.changes()) : CtlResult<>();
}

// As import takes it: what people have themselves.
CtlResult<> CtlPeer::export_all(const Arguments&) {
    const auto users = core_.store().users();
    const auto known = groups();
    const auto state = core_.state();
    if (!users || !known || !state)
        return !known ? tl::unexpected(known.error()) : ctl_fail(users ? state.error() : users.error());
    for (const store::User& user : *users) {
        const auto layer = state->layer({Kind::kUser, user.id});
        const auto own = state->groups_of(user.id);
        if (!layer || !own)
            return ctl_fail(layer ? own.error() : layer.error());
        std::string groups = names_of(*known, *own);
        std::ranges::replace(groups, ',', ';');
        ipc::CtlRow out{{"user", user.name},
                        {"state", std::string(user.disabled ? "disabled" : "active")},
                        {"groups", groups.empty() ? "-" : groups}};
        if (core_.directory().configured())
            out.push_back({"directory", std::string(auth::in_directory(user.password) ? "yes" : "no")});
        for (const policy::FieldRow& field : policy::field_rows())
            if (const auto& value = (*layer)->at(field.id))
                out.push_back({std::string(field.name), policy::format(field, *value)});
        row(out);
    }
    return {};
}

// For somebody who has forgotten the password, or never had one.
CtlResult<> CtlPeer::user_code(const Arguments& arguments) {
    const auto user = find_user(arguments[0]);
    const auto days = parse_days(arguments[1]);
    const auto at = core_.moment();
    if (!user || !days)
        return tl::unexpected(user ? days.error() : user.error());
    if (auto good = check_local(*user); !good)
        return good;
    if (!at)
        return ctl_fail(at.error());
    const std::int64_t until = at->time + *days * kDaySeconds;
    const std::string code = auth::new_enrol_code();
    const auto record = event(EventType::kUserCode)
                            .text(Field::kUser, user->name)
                            .number(Field::kEnds, static_cast<std::uint64_t>(until));
    const auto changed = core_.record_and_do(record, [&] {
        return core_.store().set_password(
            user->id, auth::stored_enrol_code(code, until, core_.store().secret()), true);
    });
    if (!changed)
        return ctl_fail(changed.error());
    core_.end_sessions_of(user->id, EndReason::kNotPermitted);
    row({{"user", user->name}, {"code", code}, {"until", static_cast<std::uint64_t>(until)}});
    return {};
}

}  // namespace sudare::broker
