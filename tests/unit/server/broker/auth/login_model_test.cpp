// SPDX-License-Identifier: Apache-2.0
// What two or three links and an administrator can do to log-in, lockout and second factor, in
// every order (login_model.h). Bounds: each link one script of at most three steps, at most two
// acts of an administrator or of the clock, and the failures before that bring a lock near. The
// control of each rule is a fault (Fault) that the same scenarios must show.
#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>

#include "tests/unit/server/broker/auth/login_model.h"

namespace sudare::auth::model {
namespace {

const std::vector<Op> kLogin{Op::kBegin, Op::kLogin, Op::kOpen};
const std::vector<Op> kGuess{Op::kBegin, Op::kLogin};

const Script kRight{"right", "own", "t1", true, Code::kFirst, kLogin};
const Script kElsewhere{"right at another terminal", "own", "t2", true, Code::kFirst, kLogin};
const Script kNext{"right with the next code", "own", "t1", true, Code::kSecond, kLogin};
const Script kNoCode{"right without a code", "own", "t1", true, Code::kNone, kLogin};
const Script kBadCode{"right with a wrong code", "own", "t1", true, Code::kWrong, kLogin};
const Script kMistyped{"wrong", "own", "t1", false, Code::kFirst, kGuess};
const Script kChange{"change of password",     "own", "t1", true, Code::kFirst,
                     {Op::kBegin, Op::kChange}};
const Script kFactor{"new factor", "own",        "t1",
                     true,         Code::kFirst, {Op::kBegin, Op::kTell, Op::kConfirm}};
const Script kVictim{"guess", "victim", "t1", false, Code::kNone, kGuess};
const Script kNobody{"guess at nobody", "nobody", "t1", false, Code::kNone, kGuess};

const std::vector<std::vector<Act>> kActs{{},
                                          {Act::kDisable},
                                          {Act::kDisable, Act::kEnable},
                                          {Act::kRevoke},
                                          {Act::kPassword},
                                          {Act::kResetFactor},
                                          {Act::kDemandFactor},
                                          {Act::kWaitLock},
                                          {Act::kWaitStep}};

struct Before {
    bool factor, enrolled;
    unsigned others, own, victim;
};
// A pair, and the terminal, shortly before a lock.
const std::vector<Before> kBefore{{true, true, 0, 0, 0},
                                  {true, true, 19, 0, 0},
                                  {true, true, 15, 3, 0},
                                  {false, false, 0, 3, 4},
                                  {false, true, 18, 0, 0}};

std::vector<std::vector<Script>> choices(const std::vector<Script>& all, std::size_t count) {
    std::vector<std::vector<Script>> out;
    const auto add = [&](auto&& self, std::vector<Script> some, std::size_t from) -> void {
        if (some.size() == count)
            return out.push_back(some);
        for (std::size_t i = from; i < all.size(); ++i) {
            some.push_back(all[i]);
            self(self, some, i);
            some.pop_back();
        }
    };
    add(add, {}, 0);
    return out;
}

// All of them, or until this rule is seen broken: a control has shown what it is for then.
void run_all(Checker& checker, const std::vector<std::vector<Script>>& links,
             const std::vector<std::vector<Act>>& acts, const std::vector<Before>& before,
             const std::string& until = {}) {
    for (const auto& some : links)
        for (const auto& act : acts)
            for (const Before& b : before)
                if (!checker.broken().contains(until))
                    checker.run({some, act, b.factor, b.enrolled, b.others, b.own, b.victim});
}

// SUDARE_MODEL=full: every script with every act from every beginning, which takes minutes.
bool full() {
    const char* wanted = std::getenv("SUDARE_MODEL");
    return wanted != nullptr && std::string(wanted) == "full";
}

void two_links(Checker& checker) {
    const auto links = choices(
        {kRight, kElsewhere, kNext, kNoCode, kBadCode, kMistyped, kChange, kFactor, kVictim}, 2);
    if (full())
        return run_all(checker, links, kActs, kBefore);
    run_all(checker, links, kActs, {kBefore[0]});
    run_all(checker, links, {{}}, kBefore);
}

void three_links(Checker& checker) {
    const std::vector<Script> scripts{kRight, kNext, kBadCode, kMistyped, kVictim, kNobody};
    if (full())
        return run_all(
            checker, choices(scripts, 3), {{}, {Act::kWaitLock}},
            {{true, true, 18, 0, 0}, {false, false, 17, 0, 0}, {false, false, 12, 3, 3}});
    run_all(checker, choices(scripts, 3), {{}}, {{true, true, 18, 0, 0}, {false, false, 12, 3, 3}});
}

void report(const Checker& checker) {
    const Counts& c = checker.counts();
    std::cout << (full() ? "full: " : "short (SUDARE_MODEL=full is the whole): ") << c.scenarios
              << " scenarios, " << c.orders << " orders of steps, " << c.states << " states, "
              << c.steps << " steps, " << c.sessions << " sessions\n";
    for (const auto& [rule, order] : checker.broken())
        ADD_FAILURE() << "does not hold: " << rule << "\n  after: " << order;
}

TEST(LoginModel, TwoLinksAndAnAdministratorInAllOrders) {
    Checker checker;
    two_links(checker);
    report(checker);
    EXPECT_GT(checker.counts().orders, 10'000U);
    EXPECT_GT(checker.counts().sessions, 1'000U);
}

TEST(LoginModel, ThreeLinksShortlyBeforeALockInAllOrders) {
    Checker checker;
    three_links(checker);
    report(checker);
    EXPECT_GT(checker.counts().orders, 10'000U);
    EXPECT_GT(checker.counts().sessions, 1'000U);
}

// The order that once erased a lock: two log-ins of one person under way, one ends, two guesses,
// the other ends.
TEST(LoginModel, TwoRightAndTwoGuessesInAllOrders) {
    for (const Fault fault : {Fault::kNone, Fault::kSuccessEndsLocks}) {
        Checker checker(fault);
        run_all(checker, {{kNoCode, kNoCode, kVictim, kNobody}}, {{}}, {{false, false, 17, 0, 0}});
        EXPECT_EQ(checker.broken().empty(), fault == Fault::kNone);
        EXPECT_GT(checker.counts().orders, 10'000U);
        if (fault == Fault::kNone)
            report(checker);
    }
}

// Of what must hold nothing is held by refusing everybody.
TEST(LoginModel, WhoIsAloneAndRightGetsASession) {
    for (const Before& b : kBefore) {
        Checker checker;
        checker.run({{kRight}, {}, b.factor, b.enrolled, b.others, b.own, b.victim});
        EXPECT_EQ(checker.counts().sessions, 1U) << b.others;
        EXPECT_EQ(checker.counts().orders, 1U);
        EXPECT_TRUE(checker.broken().empty());
    }
}

struct Control {
    Fault fault;
    const char* rule;
};

class LoginModelControl : public testing::TestWithParam<Control> {};

TEST_P(LoginModelControl, AFaultIsFound) {
    Checker checker(GetParam().fault);
    run_all(checker, choices({kRight, kVictim, kNobody}, 3), {{}},
            {{false, true, 18, 0, 0}, {false, false, 19, 0, 0}}, GetParam().rule);
    run_all(checker, choices({kRight, kChange, kFactor, kVictim}, 2),
            {{Act::kDisable, Act::kEnable}, {Act::kPassword}},
            {{false, false, 0, 0, 4}, {true, true, 0, 0, 0}}, GetParam().rule);
    EXPECT_TRUE(checker.broken().contains(GetParam().rule)) << GetParam().rule;
    for (const auto& [rule, order] : checker.broken())
        std::cout << rule << ": " << order << "\n";
}

INSTANTIATE_TEST_SUITE_P(
    All, LoginModelControl,
    testing::Values(
        Control{Fault::kSuccessEndsLocks, "a lock lasts until it ends or its own try succeeds"},
        Control{Fault::kSuccessForgetsOthers, "a terminal counts what its names have failed"},
        Control{Fault::kSuccessForgetsOthers,
                "no more wrong guesses within 15 minutes than the bound"},
        Control{Fault::kCountedAfterwards,
                "no more wrong guesses within 15 minutes than the bound"},
        Control{Fault::kEndingLinkOpens, "no session by a log-in to an account that was changed"},
        Control{Fault::kOldPasswordStands, "no password of before logs in"},
        Control{Fault::kSameLooksUnchanged, "no factor by a secret told before a change"},
        Control{Fault::kCodeForgotten, "a code is accepted once"}));

}  // namespace
}  // namespace sudare::auth::model
