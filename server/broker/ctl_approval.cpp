// SPDX-License-Identifier: Apache-2.0
// Requests about changes that wait for a second person.
#include <algorithm>

#include "server/base/log.h"
#include "server/broker/audit/render.h"
#include "server/broker/ctl_peer.h"

namespace sudare::broker {

using audit::EventType;
using audit::Field;
using store::PendingChange;

namespace {

constexpr std::int64_t kNanoseconds = 1'000'000'000;
constexpr std::size_t kPendingMax = 500;

template <typename Change>
std::string listed(const std::vector<Change>& changes, const LayerNames& names, store::Store& store) {
    std::string out;
    for (const Change& one : changes) {
        const auto name = names.find(one.layer);
        std::optional<std::string> value;
        if constexpr (requires { one.after; })
            value = one.after;
        else
            value = one.value;
        out += (out.empty() ? "" : "; ") +
               written(one.layer.kind, name == names.end() ? "?" : name->second) + " ";
        if (const auto number = store::exception_number(one.field))
            if (const auto exception = store.find_exception(*number)) {
                out += std::string(policy::row_of(exception->field).name) + " = " + exception->value +
                       " until " + audit::render_time(exception->ends * kNanoseconds) + " (" + exception->reason + ")";
                continue;
            }
        out += shown_field(one.field) + (value ? " = " + shown_value(one.field, *value, names) : " unset");
    }
    return out;
}

}  // namespace

CtlResult<> CtlPeer::ask_second_person(const Plan& plan, const LayerNames& names) {
    const auto open = core_.store().pending();
    if (!open)
        return ctl_fail(open.error());
    if (open->size() >= kPendingMax)
        return ctl_fail(Errc::kLimit, "500 changes wait for approval, which is the most; see: sudarectl change list",
                        "承認待ちの変更は 500 件までです。sudarectl change list で確認してください");
    const auto number = core_.store().add_pending(plan.changes(), uid_);
    if (!number)
        return ctl_fail(number.error());
    const auto record = event(EventType::kChangeAsked)
                            .number(Field::kPolicyVersion, plan.before.at().version)
                            .number(Field::kNumber, *number)
                            .text(Field::kAfter, recorded(listed(plan.differences, names, core_.store())))
                            .flag(Field::kLoosens, true);
    const auto asked = core_.record_and_do(record, [&] { return core_.store().open_pending(*number); });
    if (!asked)
        return ctl_fail(asked.error());
    row({{"pending", std::uint64_t{*number}}});
    return {};
}

CtlResult<PendingChange> CtlPeer::find_pending(const std::string& text) {
    const auto number = number_of(text);
    auto open = core_.store().pending();
    if (!open)
        return ctl_fail(open.error());
    for (PendingChange& one : *open)
        if (number && one.id == *number)
            return std::move(one);
    return ctl_fail(Errc::kNotFound,
                    "there is no change \"" + printable(text) + "\" that waits; see: sudarectl change list",
                    "承認待ちの変更「" + printable(text) +
                        "」はありません。sudarectl change list で確認してください");
}

CtlResult<> CtlPeer::change_list(const Arguments&) {
    const auto open = core_.store().pending();
    const auto names = layer_names();
    if (!open || !names)
        return open ? tl::unexpected(names.error()) : ctl_fail(open.error());
    for (const PendingChange& one : *open)
        row({{"change", std::uint64_t{one.id}},
             {"asked", static_cast<std::uint64_t>(one.asked)},
             {"by", one.actor == store::kTheUser ? "the user" : "uid " + std::to_string(one.actor)},
             {"parts", std::uint64_t{one.changes.size()}},
             {"what", shortened(listed(one.changes, *names, core_.store()))}});
    return {};
}

CtlResult<> CtlPeer::change_show(const Arguments& arguments) {
    const auto pending = find_pending(arguments[0]);
    if (!pending)
        return tl::unexpected(pending.error());
    const auto plan = planned(pending->changes);
    const auto names = layer_names();
    if (!plan || !names)
        return tl::unexpected(plan ? names.error() : plan.error());
    return show_differences(*plan, *names);
}

// What it changes is what it changes now: the policy may have changed since.
CtlResult<> CtlPeer::change_approve(const Arguments& arguments) {
    const auto pending = find_pending(arguments[0]);
    if (!pending)
        return tl::unexpected(pending.error());
    if (pending->actor == uid_)
        return denied("change approve " + arguments[0] + ": own",
                      "change " + arguments[0] + " is your own; another person approves it",
                      "変更 " + arguments[0] + " は自分が申請したものです。別の人の承認が必要です");
    const auto at = core_.moment();
    if (!at)
        return ctl_fail(at.error());
    std::map<std::uint32_t, std::int64_t> former_ends;
    if (auto good = prepare_exceptions(*pending, arguments[1], *at, former_ends); !good)
        return good;
    const auto plan = planned(pending->changes);
    const auto names = layer_names();
    if (!plan || !names)
        return tl::unexpected(plan ? names.error() : plan.error());
    auto whole = event(EventType::kChangeApproved);
    whole.number(Field::kPolicyVersion, at->version + plan->differences.size())
        .number(Field::kNumber, pending->id);
    Manner manner;
    manner.whole = std::move(whole);
    manner.approved = &*pending;
    auto done = carry_out(*plan, *names, std::move(manner));
    if (!done)  // nothing was approved: it waits as it was asked for
        for (const auto& [number, ends] : former_ends)
            if (const auto back = core_.store().set_exception_end(number, ends); !back)
                log_error("exception {}: {}", number, back.error().message);
    return done;
}

// An exception whose time is over cannot be approved; the approver may give it another end.
CtlResult<> CtlPeer::prepare_exceptions(const PendingChange& pending, const std::string& until,
                                        const Moment& at,
                                        std::map<std::uint32_t, std::int64_t>& former_ends) {
    bool any = false;
    for (const store::PolicyChange& change : pending.changes) {
        const auto number = store::exception_number(change.field);
        if (!number)
            continue;
        any = true;
        auto exception = core_.store().find_exception(*number);
        if (!exception)
            return ctl_fail(exception.error());
        if (until.empty() && exception->ends <= at.time)
            return ctl_fail(Errc::kState,
                            "the exception's time is over; give another end with --until, or refuse it",
                            "例外の期限が過ぎています。--until で期限を変えるか、却下してください");
        const std::int64_t former_end = exception->ends;
        if (!until.empty())
            exception->ends = number_of(until).value_or(0);
        if (const auto bad = complaint(*exception, at.time))
            return tl::unexpected(*bad);
        if (until.empty())
            continue;
        if (const auto set = core_.store().set_exception_end(*number, exception->ends); !set)
            return ctl_fail(set.error());
        former_ends[*number] = former_end;
    }
    if (!until.empty() && !any)
        return ctl_fail(Errc::kBadInput, "--until: this change has no exception and so no end",
                        "--until: この変更は例外ではないため、期限はありません");
    return {};
}

CtlResult<> CtlPeer::change_refuse(const Arguments& arguments) {
    const auto pending = find_pending(arguments[0]);
    if (!pending)
        return tl::unexpected(pending.error());
    const std::string& reason = arguments[1];
    if (const auto bad = reason_complaint(reason))
        return tl::unexpected(*bad);
    const auto record = event(EventType::kChangeRefused)
                            .number(Field::kNumber, pending->id)
                            .text(Field::kCause, reason);
    const auto refused = core_.record_and_do(
        record, [&] { return core_.store().refuse_pending(pending->id, uid_); });
    return refused ? CtlResult<>() : ctl_fail(refused.error());
}

}  // namespace sudare::broker
