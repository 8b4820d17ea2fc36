// SPDX-License-Identifier: Apache-2.0
// Holds: what may not be deleted. To set one is a reviewer's or an administrator's own decision, because
// it can only keep; to end one loosens, and is another person's where approval = "loosening".
#include <algorithm>
#include <ctime>

#include "server/base/log.h"
#include "server/broker/ctl_peer.h"
#include "server/broker/holds.h"

namespace sudare::broker {

using audit::Event;
using audit::EventType;
using audit::Field;
using store::Hold;

namespace {

constexpr std::int64_t kLatest = 253'402'300'799;  // the last second of the year 9999
constexpr std::int64_t kWishStandsSeconds = 24 * 60 * 60;

// What it is about, as the record and the list say it.
void describe(Event& record, const Hold& hold) {
    record.text(Field::kHold, hold.name);
    if (hold.user)
        record.text(Field::kUser, *hold.user);
    if (hold.session)
        record.number(Field::kSession, *hold.session);
    if (hold.since)
        record.number(Field::kBegins, static_cast<std::uint64_t>(*hold.since));
    if (hold.until)
        record.number(Field::kEnds, static_cast<std::uint64_t>(*hold.until));
}

std::optional<CtlFailure> complaint(const Hold& hold) {
    if (!is_account_name(hold.name))
        return bad_name("hold", "保全", hold.name);
    if (auto bad = reason_complaint(hold.reason))
        return bad;
    for (const auto& time : {hold.since, hold.until})
        if (time && (*time < 0 || *time > kLatest))
            return CtlFailure{Errc::kBadInput, "--since, --until: between the years 1970 and 9999",
                              "--since、--until: 1970 年から 9999 年の間で指定してください"};
    if (hold.since && hold.until && *hold.until <= *hold.since)
        return CtlFailure{Errc::kBadInput, "--until: it must be later than --since",
                          "--until: --since より後の時刻を指定してください"};
    return std::nullopt;
}

// "" is nothing; anything else must be a number.
CtlResult<std::optional<std::int64_t>> optional_number(const char* what, const std::string& text) {
    if (text.empty())
        return std::optional<std::int64_t>();
    const auto number = number_of(text);
    if (!number || *number < 0)
        return ctl_fail(Errc::kBadInput,
                        std::string(what) + " \"" + printable(text) + "\" is not a number",
                        std::string(what) + "「" + printable(text) + "」: 数字で指定してください");
    return std::optional(*number);
}

}  // namespace

CtlResult<std::uint32_t> place_hold(Core& core, Hold hold) {
    if (auto bad = complaint(hold))
        return tl::unexpected(std::move(*bad));
    const auto standing = core.store().holds();
    if (!standing)
        return ctl_fail(standing.error());
    if (standing->size() >= store::Store::kHoldsMax)
        return ctl_fail(Errc::kState, "1000 holds stand, which is the most; see: sudarectl hold list",
                        "保全は 1000 件までです。sudarectl hold list で確認してください");
    if (std::ranges::find(*standing, hold.name, &Hold::name) != standing->end())
        return ctl_fail(Errc::kState,
                        "a hold \"" + hold.name + "\" stands already; give this one another name",
                        "保全「" + hold.name + "」はすでにあります。別の名前にしてください");
    hold.set_at = std::time(nullptr);
    Event record = Event{EventType::kHoldSet, {}}
                       .number(Field::kAdminUid, hold.setter)
                       .text(Field::kCause, hold.reason);
    describe(record, hold);
    std::uint32_t number = 0;
    const auto done = core.record_and_do(record, [&]() -> Result<void> {
        SUDARE_TRY(number, core.store().add_hold(hold));
        return {};
    });
    if (!done)
        return ctl_fail(done.error());
    core.retention().holds_changed();
    return number;
}

CtlResult<> CtlPeer::hold_add(const Arguments& arguments) {
    const auto session = optional_number("session", arguments[3]);
    const auto since = optional_number("since", arguments[4]);
    const auto until = optional_number("until", arguments[5]);
    for (const auto* one : {&session, &since, &until})
        if (!*one)
            return tl::unexpected(one->error());
    Hold hold;
    hold.name = arguments[0];
    hold.reason = arguments[1];
    hold.since = *since;
    hold.until = *until;
    hold.setter = uid_;
    if (!arguments[2].empty()) {
        const auto user = find_user(arguments[2]);
        if (!user)
            return tl::unexpected(user.error());
        hold.user = user->name;
    }
    if (*session)
        hold.session = static_cast<std::uint64_t>(**session);
    const bool everything = !hold.user && !hold.session && !hold.since && !hold.until;
    if (everything != (arguments[6] == "all"))
        return ctl_fail(Errc::kBadInput,
                        everything ? "say what is held: --user, --session, --since, --until; or --all"
                                   : "--all: it stands alone, without --user, --session, --since, --until",
                        everything
                            ? "--user、--session、--since、--until か --all で対象を指定してください"
                            : "--all は --user、--session、--since、--until と同時に指定できません");
    const auto number = place_hold(core_, hold);
    return number ? CtlResult<>() : tl::unexpected(number.error());
}

CtlResult<> CtlPeer::hold_list(const Arguments&) {
    const auto holds = core_.store().holds();
    if (!holds)
        return ctl_fail(holds.error());
    for (const Hold& one : *holds) {
        const bool wished = one.asked_end > std::time(nullptr) - kWishStandsSeconds;
        row({{"hold", one.name},
             {"set", static_cast<std::uint64_t>(one.set_at)},
             {"by", "uid " + std::to_string(one.setter)},
             {"user", one.user.value_or("")},
             {"session", one.session ? std::to_string(*one.session) : std::string()},
             {"since", static_cast<std::uint64_t>(one.since.value_or(0))},
             {"until", static_cast<std::uint64_t>(one.until.value_or(0))},
             {"state", wished ? "end asked by uid " + std::to_string(one.end_asker)
                              : std::string("stands")},
             {"reason", one.reason}});
    }
    return {};
}

// Without a second person: an administrator. With one: whoever asks, administrator or approver, and
// within a day another one, an approver.
CtlResult<bool> CtlPeer::may_end(const Hold& hold, const std::string& reason) {
    const auto roles = own_roles();
    if (!roles)
        return tl::unexpected(roles.error());
    if (!core_.settings().second_person) {
        if (roles->contains(store::Role::kAdministrator))
            return true;
        return tl::unexpected(denied("hold end " + hold.name, "only an administrator ends a hold",
                                     "保全を解除できるのは管理者だけです")
                                  .error());
    }
    const bool wished = hold.asked_end > std::time(nullptr) - kWishStandsSeconds;
    if (wished && hold.end_asker == uid_)
        return tl::unexpected(
            denied("hold end " + hold.name + ": own",
                   "you have asked for the end of this hold; another person, an approver, ends it",
                   "この保全の解除は自分が申請したものです。別の承認者の操作が必要です")
                .error());
    if (wished && roles->contains(store::Role::kApprover))
        return true;
    const auto record = [&] {
        Event asked = event(EventType::kHoldEndAsked).text(Field::kCause, reason);
        describe(asked, hold);
        return asked;
    }();
    const auto asked =
        core_.record_and_do(record, [&] { return core_.store().ask_hold_end(hold.id, uid_); });
    if (!asked)
        return ctl_fail(asked.error());
    row({{"hold", hold.name}, {"end", std::string("asked")}});
    return false;
}

CtlResult<> CtlPeer::hold_end(const Arguments& arguments) {
    const std::string &name = arguments[0], &reason = arguments[1];
    if (const auto bad = reason_complaint(reason))
        return tl::unexpected(*bad);
    const auto holds = core_.store().holds();
    if (!holds)
        return ctl_fail(holds.error());
    const auto hold = std::ranges::find(*holds, name, &Hold::name);
    if (hold == holds->end())
        return ctl_fail(Errc::kNotFound,
                        "no hold \"" + printable(name) + "\" stands; see: sudarectl hold list",
                        "保全「" + printable(name) +
                            "」はありません。sudarectl hold list で確認してください");
    const auto may = may_end(*hold, reason);
    if (!may || !*may)
        return may ? CtlResult<>() : tl::unexpected(may.error());
    Event record = event(EventType::kHoldEnded).text(Field::kCause, reason);
    describe(record, *hold);
    if (core_.settings().second_person)
        record.number(Field::kAskerUid, hold->end_asker);
    const auto ended =
        core_.record_and_do(record, [&] { return core_.store().end_hold(hold->id, uid_); });
    return ended ? CtlResult<>() : ctl_fail(ended.error());
}

}  // namespace sudare::broker
