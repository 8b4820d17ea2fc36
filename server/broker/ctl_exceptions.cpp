// SPDX-License-Identifier: Apache-2.0
// Requests about exceptions: another value of one field, for one person, until a set time.
#include <algorithm>
#include <ctime>

#include "server/base/log.h"
#include "server/broker/ctl_peer.h"

namespace sudare::broker {

using store::PolicyException;
using Kind = store::LayerId::Kind;

namespace {

constexpr std::int64_t kLongest = 366 * 24 * 60 * 60;

}  // namespace

std::optional<CtlFailure> complaint(const PolicyException& wanted, std::int64_t now) {
    if (auto bad = reason_complaint(wanted.reason))
        return bad;
    if (wanted.ends <= now || wanted.ends <= wanted.begins)
        return CtlFailure{Errc::kBadInput, "--until: it must be later than now and than --from",
                          "--until: 現在および --from より後の時刻を指定してください"};
    if (wanted.ends - std::max(now, wanted.begins) > kLongest)
        return CtlFailure{Errc::kLimit,
                          "--until: an exception lasts 366 days at most; set the user's policy instead",
                          "--until: 例外は 366 日までです。それより長い場合は利用者のポリシーを設定してください"};
    if (wanted.value.size() > kExceptionBytesMax)
        return CtlFailure{Errc::kLimit, "value: an exception's has 8 KiB at most; use a group instead",
                          "値: 例外の値は 8 KiB までです。グループを使ってください"};
    return std::nullopt;
}

CtlResult<> CtlPeer::exception_add(const Arguments& arguments) {
    const auto user = find_user(arguments[0]);
    if (!user)
        return tl::unexpected(user.error());
    const auto field = parse_field(arguments[1], arguments[2]);
    if (!field)
        return tl::unexpected(field.error());
    if (auto good = check_recording(arguments[1], field->text); !good)
        return good;
    const auto begins = number_of(arguments[3]), ends = number_of(arguments[4]);
    const auto at = core_.moment();
    if (!at)
        return ctl_fail(at.error());
    const PolicyException wanted{0, user->id, field->row->id, *field->text,
                                 std::max<std::int64_t>(begins.value_or(0), 0), ends.value_or(0),
                                 arguments[5], uid_};
    if (const auto bad = complaint(wanted, at->time))
        return tl::unexpected(*bad);
    const auto own = core_.store().exceptions(user->id, at->version);
    if (!own)
        return ctl_fail(own.error());
    const auto open = std::ranges::count_if(
        *own, [&](const PolicyException& one) { return one.ends > at->time; });
    if (open >= static_cast<std::ptrdiff_t>(kExceptionsMax))
        return ctl_fail(Errc::kLimit,
                        "user \"" + user->name + "\" has 16 exceptions, which is the most; end one first",
                        "利用者「" + user->name + "」の例外は 16 件までです。先に 1 件取り消してください");
    const auto number = core_.store().add_exception(wanted);
    if (!number)
        return ctl_fail(number.error());
    if (auto done = carry_out(
            {{{Kind::kUser, user->id}, store::exception_field(*number), std::string(store::kStands)}});
        !done)
        return done;
    row({{"exception", std::uint64_t{*number}}});
    return {};
}

CtlResult<> CtlPeer::exception_list(const Arguments& arguments) {
    std::optional<std::uint32_t> of;
    if (!arguments[0].empty()) {
        const auto user = find_user(arguments[0]);
        if (!user)
            return tl::unexpected(user.error());
        of = user->id;
    }
    const auto names = layer_names();
    const auto at = core_.moment();
    if (!names || !at)
        return names ? ctl_fail(at.error()) : tl::unexpected(names.error());
    const auto all = core_.store().exceptions(of, at->version);
    if (!all)
        return ctl_fail(all.error());
    for (const PolicyException& one : *all) {
        if (one.ends <= at->time)
            continue;
        const auto name = names->find({Kind::kUser, one.user});
        row({{"exception", std::uint64_t{one.id}},
             {"user", name == names->end() ? "?" : name->second},
             {"field", std::string(policy::row_of(one.field).name)},
             {"value", one.value},
             {"begins", static_cast<std::uint64_t>(one.begins)},
             {"ends", static_cast<std::uint64_t>(one.ends)},
             {"reason", one.reason},
             {"by", one.actor == store::kTheUser ? "the user" : "uid " + std::to_string(one.actor)}});
    }
    return {};
}

CtlResult<> CtlPeer::exception_end(const Arguments& arguments) {
    const auto at = core_.moment();
    const auto number = number_of(arguments[0]);
    if (!at)
        return ctl_fail(at.error());
    const auto all = core_.store().exceptions(std::nullopt, at->version);
    if (!all)
        return ctl_fail(all.error());
    const auto found = std::ranges::find_if(*all, [&](const PolicyException& one) {
        return number && one.id == *number && one.ends > at->time;
    });
    if (found == all->end())
        return ctl_fail(Errc::kNotFound,
                        "there is no exception \"" + printable(arguments[0]) +
                            "\"; see: sudarectl exception list",
                        "例外「" + printable(arguments[0]) +
                            "」はありません。sudarectl exception list で確認してください");
    return carry_out({{{Kind::kUser, found->user}, store::exception_field(found->id), {}}});
}

}  // namespace sudare::broker
