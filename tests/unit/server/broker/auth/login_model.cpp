// SPDX-License-Identifier: Apache-2.0
// The steps of links and administrator, in the order in which LinkPeer and CtlPeer ask the rules,
// and what must hold after each.
#include "tests/unit/server/broker/auth/login_model.h"

#include <liboath/oath.h>

#include <algorithm>

#include "server/broker/auth/password.h"

namespace sudare::auth::model {
namespace {

constexpr std::int64_t kWindow = 15 * 60;
constexpr char kWrongWord[] = "not the password";

TotpSecret secret_of(std::size_t link) {
    TotpSecret secret{};
    secret.fill(static_cast<std::uint8_t>(link + 1));
    return secret;
}

std::string code_at(const TotpSecret& secret, std::int64_t time) {
    char text[7] = {};
    oath_totp_generate(reinterpret_cast<const char*>(secret.data()), secret.size(), time,
                       kTotpStepSeconds, 0, 6, text);
    return text;
}

bool in_force(const World& world, const std::string& key, std::optional<std::size_t> but_of = {}) {
    const auto lock = world.locks.find(key);
    return lock != world.locks.end() && lock->second.until > world.now &&
           !(but_of && lock->second.by == but_of);
}

}  // namespace

std::string Checker::typed_code(const World& world, const Script& script) {
    const TotpSecret secret = secret_of(kOwnSecret);
    switch (script.code) {
        case Code::kNone:
            return {};
        case Code::kFirst:
            return code_at(secret, kBegin);
        case Code::kSecond:
            return code_at(secret, kBegin + kTotpStepSeconds);
        case Code::kWrong:
            break;
    }
    for (int number = 100000;; ++number)
        if (!totp_step(secret, std::to_string(number), world.now))
            return std::to_string(number);
}

void Checker::step(World& world, std::size_t actor) {
    if (actor == scenario_.links.size()) {
        const Act act = scenario_.acts[world.act++];
        trace_.push_back("administrator " + std::to_string(static_cast<int>(act)));
        administer(world, act);
    } else {
        const Script& script = scenario_.links[actor];
        const Op op = script.ops[world.links[actor].at++];
        trace_.push_back(std::to_string(actor) + " " + script.name + " " +
                         std::to_string(static_cast<int>(op)));
        link_step(world, actor, op);
    }
    ++counts_.steps;
    check(world);
}

void Checker::link_step(World& world, std::size_t number, Op op) {
    const Script& script = scenario_.links[number];
    const bool over =
        world.links[number].ending || store_->find_terminal(script.terminal)->at(0).revoked;
    if (over && fault_ != Fault::kEndingLinkOpens) {
        world.links[number].at = script.ops.size();
        return;
    }
    switch (op) {
        case Op::kBegin:
            return begin(world, number);
        case Op::kOpen:
            return open(world, number);
        case Op::kConfirm:
            return confirm(world, number);
        default:
            return finish(world, number, op);
    }
}

void Checker::begin(World& world, std::size_t number) {
    Link& link = world.links[number];
    const Script& script = scenario_.links[number];
    const Snapshot before = fault_ == Fault::kCountedAfterwards ? read() : Snapshot{};
    Looked looked{find(script.user), script.terminal,
                  begin_try(world, script.user, script.terminal), false};
    if (looked.counted.wait != 0) {
        link.at = script.ops.size();
        return;
    }
    if (fault_ == Fault::kCountedAfterwards)
        put_back(before);
    else
        note_locks(world, looked.counted, number);
    const std::string& stored = looked.user ? looked.user->password : hashes_.back();
    looked.right = verify_password(stored, script.right ? "password 0" : kWrongWord) && looked.user;
    if (!script.right && !owner(script.user)) {
        count_wrong(world, looked.counted.rows[0].key, kTriesPerTerminal);
        count_wrong(world, looked.counted.rows[1].key, kTriesPerUser);
        count_wrong(world, looked.counted.rows[2].key, kTriesOfTerminal);
    }
    link.looked = std::move(looked);
    link.since = world.passwords[script.user];
}

void Checker::finish(World& world, std::size_t number, Op op) {
    Link& link = world.links[number];
    const Script& script = scenario_.links[number];
    Looked& looked = *link.looked;
    Outcome outcome{fault_ != Fault::kOldPasswordStands ? judge_password(*store_, looked)
                    : looked.right                      ? Verdict::kRight
                                                        : Verdict::kWrongPassword};
    if (outcome.verdict == Verdict::kRight) {
        const AccountRules rules{world.factor, 0};
        const std::string code = typed_code(world, script);
        const auto done = op == Op::kLogin
                              ? finish_login(*store_, *lockout_, looked, code, rules, world.now)
                              : finish_enrolment(*store_, *lockout_, looked, code, world.now);
        must(done.has_value(), "the database answers");
        outcome = *done;
        after_code(world, number, outcome);
    } else if (fault_ == Fault::kCountedAfterwards) {
        begin_try(world, script.user, script.terminal);
    }
    for (auto& [key, lock] : world.locks)
        if (lock.by == number)  // its try is over: the lock stays
            lock.by.reset();
    if (outcome.verdict != Verdict::kRight) {
        link.at = script.ops.size();
        return;
    }
    must(!world.disabled.contains(script.user), "nobody disabled logs in");
    must(link.since == world.passwords[script.user], "no password of before logs in");
    must(!world.revoked.contains(script.terminal), "no log-in at a revoked terminal");
    tell_or_change(world, number, op, outcome);
}

// What a code did, and what a success took back: only what this try began.
void Checker::after_code(World& world, std::size_t number, const Outcome& outcome) {
    const Looked& looked = *world.links[number].looked;
    const std::string& place = looked.counted.rows[2].key;
    const bool wrong =
        outcome.verdict == Verdict::kWrongCode || outcome.verdict == Verdict::kUsedCode;
    if (wrong || outcome.coded)
        must(!in_force(world, place, number), "no code is looked at while its terminal is locked");
    if (outcome.coded) {
        const auto secret = totp_secret(looked.user->totp);
        const auto step = totp_step(*secret, typed_code(world, scenario_.links[number]), world.now);
        must(step && world.codes.emplace(looked.user->totp, *step).second,
             "a code is accepted once");
        if (fault_ == Fault::kCodeForgotten)
            *sql_ << "UPDATE users SET totp_step = 0";
    }
    const bool codes_owner = std::ranges::any_of(scenario_.links, [&](const Script& script) {
        return script.code == Code::kFirst || script.code == Code::kSecond;
    });
    if (wrong) {
        const auto stored = store_->failures(place);
        if (stored->locked_until > world.now && !in_force(world, place))
            world.locks[place] = {stored->locked_until, {}};
        if (!codes_owner) {
            count_wrong(world, "code", kTriesPerTerminal);
            count_wrong(world, place, kTriesOfTerminal);
        }
    }
    if (wrong || outcome.verdict == Verdict::kNoCode || outcome.verdict == Verdict::kLocked)
        return;
    for (const Try::Row& row : looked.counted.rows) {
        world.lasted.erase(row.key);
        if (const auto lock = world.locks.find(row.key);
            lock != world.locks.end() && lock->second.by == number)
            world.locks.erase(lock);
    }
    if (fault_ != Fault::kSuccessEndsLocks && fault_ != Fault::kSuccessForgetsOthers)
        return;
    const auto spoil = [&](std::vector<store::Failures>& rows) {
        if (fault_ == Fault::kSuccessEndsLocks)
            rows[0].locked_until = 0;
        else
            rows[0].count = 0;
        return true;
    };
    must(store_->change_failures({place}, spoil).has_value(), "the database answers");
}

void Checker::tell_or_change(World& world, std::size_t number, Op op, const Outcome& outcome) {
    Link& link = world.links[number];
    const store::User& user = *link.looked->user;
    link.since = world.changes[user.name];
    if (op == Op::kLogin)
        link.proof = Proof{user, outcome.coded};
    else if (op == Op::kTell)
        link.told = user;
    else if (store_->set_password(user.id, hashes_[1 + number], false))
        account_changed(world, user.name, true, true);
}

void Checker::open(World& world, std::size_t number) {
    const Link& link = world.links[number];
    const std::string& user = link.proof->user.name;
    if (fault_ != Fault::kEndingLinkOpens &&
        !void_cause(*link.proof, find(user), {world.factor, 0}, world.now).empty())
        return;
    ++world.sessions;
    ++counts_.sessions;
    must(!world.disabled.contains(user), "nobody disabled gets a session");
    must(!world.revoked.contains(scenario_.links[number].terminal),
         "no session at a revoked terminal");
    must(link.since == world.changes[user],
         "no session by a log-in to an account that was changed");
    must(!world.factor || link.proof->code, "no session without a code where policy asks for one");
}

void Checker::confirm(World& world, std::size_t number) {
    Link& link = world.links[number];
    const store::User& told = *link.told;
    const auto now = find(told.name);
    const bool mine =
        fault_ == Fault::kSameLooksUnchanged
            ? now && !now->disabled && now->password == told.password && now->totp == told.totp
            : may_set_factor(told, now);
    if (!mine)
        return;
    must(link.since == world.changes[told.name], "no factor by a secret told before a change");
    must(!world.disabled.contains(told.name), "no factor for somebody disabled");
    const TotpSecret secret = secret_of(number);
    const auto step = totp_step(secret, code_at(secret, world.now), world.now);
    must(step && store_->set_totp(told.id, totp_text(secret), *step), "the database answers");
    must(world.codes.emplace(totp_text(secret), *step).second, "a code is accepted once");
    account_changed(world, told.name, false, false);
}

void Checker::administer(World& world, Act act) {
    const auto user = find("own");
    switch (act) {
        case Act::kDisable:
        case Act::kEnable:
            must(store_->set_disabled(user->id, act == Act::kDisable).has_value(),
                 "the database answers");
            act == Act::kDisable ? void(world.disabled.insert("own"))
                                 : void(world.disabled.erase("own"));
            return account_changed(world, "own", false, act == Act::kDisable);
        case Act::kRevoke:
            must(store_->revoke_terminal("t1").has_value(), "the database answers");
            world.revoked.insert("t1");
            for (std::size_t i = 0; i < world.links.size(); ++i)
                world.links[i].ending |= scenario_.links[i].terminal == "t1";
            return;
        case Act::kPassword:
            must(store_->set_password(user->id, hashes_.back(), false).has_value(),
                 "the database answers");
            return account_changed(world, "own", true, true);
        case Act::kResetFactor:
            must(store_->set_totp(user->id, {}, 0).has_value(), "the database answers");
            return account_changed(world, "own", false, false);
        case Act::kDemandFactor:
            world.factor = true;
            return;
        case Act::kWaitLock:
            world.now += kWindow;
            return;
        case Act::kWaitStep:
            world.now += kTotpStepSeconds;
            return;
    }
}

// As Core::end_sessions_of: links that have logged in.
void Checker::account_changed(World& world, const std::string& user, bool password, bool ends) {
    *sql_ << "UPDATE users SET password_at = 0";  // the store's own clock is no part of the model
    world.passwords[user] += password ? 1 : 0;
    ++world.changes[user];
    for (Link& link : world.links)
        link.ending |= ends && link.proof && link.proof->user.name == user;
}

Try Checker::begin_try(World& world, const std::string& user, const std::string& terminal) {
    auto begun = lockout_->begin_try(user, terminal, world.now);
    must(begun.has_value(), "the database answers");
    if (begun->wait == 0)
        for (const Try::Row& row : begun->rows)
            must(!in_force(world, row.key),
                 "no try begins while its pair, name or terminal is locked");
    world.pairs[begun->rows[2].key].insert(begun->rows[0].key);
    return *begun;
}

void Checker::note_locks(World& world, const Try& begun, std::optional<std::size_t> by) {
    for (const Try::Row& row : begun.rows) {
        if (row.lock == 0)
            continue;
        world.locks[row.key] = {row.lock, by};
        const auto seconds = static_cast<std::uint32_t>(row.lock - world.now);
        must(seconds >= kWindow && seconds >= world.lasted[row.key], "locks do not get shorter");
        world.lasted[row.key] = seconds;
    }
}

void Checker::count_wrong(World& world, const std::string& key, unsigned most) {
    auto& times = world.wrong[key];
    std::erase_if(times, [&](std::int64_t time) { return time <= world.now - kWindow; });
    times.push_back(world.now);
    must(times.size() <= most, "no more wrong guesses within 15 minutes than the bound");
}

void Checker::check(const World& world) {
    for (const auto& [key, lock] : world.locks)
        if (lock.until > world.now)
            must(store_->failures(key)->locked_until == lock.until,
                 "a lock lasts until it ends or its own try succeeds");
    for (const auto& [place, pairs] : world.pairs) {
        std::uint32_t sum = 0;
        for (const std::string& pair : pairs)
            sum += store_->failures(pair)->count;
        must(store_->failures(place)->count >= sum, "a terminal counts what its names have failed");
    }
}

void Checker::must(bool holds, const std::string& rule) {
    if (holds || broken_.contains(rule))
        return;
    std::string order;
    for (const std::string& one : trace_)
        order += (order.empty() ? "" : ", ") + one;
    broken_[rule] = order;
}

}  // namespace sudare::auth::model
