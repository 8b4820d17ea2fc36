// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "protocol/wire/state_machine.h"
#include "tests/unit/protocol/wire/samples.h"

namespace sudare::wire {
namespace {

StateMachine machine_in(State wanted) {
    StateMachine machine;
    const std::vector<std::pair<State, std::variant<UpMessage, DownMessage>>> steps{
        {State::kNew, UpMessage(Hello{})},
        {State::kGreeted, DownMessage(Welcome{})},
        {State::kLoggedIn, DownMessage(LoginResult{LoginVerdict::kOk, 0})},
        {State::kOpening, UpMessage(OpenSession{})},
        {State::kRunning, DownMessage(SessionState{Phase::kRunning, 1, {}, 0, 0, 0, 0, 0})},
        {State::kEnded, DownMessage(End{})},
    };
    for (const auto& [state, step] : steps) {
        std::visit([&](const auto& message) { machine.follow(message); }, step);
        if (state == wanted)
            break;
    }
    EXPECT_EQ(machine.state(), wanted);
    return machine;
}

TEST(StateMachineTest, EveryTypeInEveryStateIsJudgedAsTheTableSays) {
    for (const State state : {State::kNew, State::kGreeted, State::kLoggedIn, State::kOpening,
                              State::kRunning, State::kEnded}) {
        const StateMachine machine = machine_in(state);
        for (const MessageSpec& spec : kMessages) {
            if (spec.type == MessageType::kHello && state == State::kNew)
                continue;  // has been said to get here; next test
            const bool legal = (spec.states & in(state)) != 0;
            EXPECT_EQ(!machine.judge(spec.type), legal)
                << spec.name << " in state " << static_cast<int>(state);
        }
        EXPECT_EQ(machine.judge(static_cast<MessageType>(0xee)), EndReason::kUnknownType);
    }
}

TEST(StateMachineTest, HelloComesOnceAndWelcomeOnlyAfterIt) {
    StateMachine machine;
    EXPECT_EQ(machine.judge(MessageType::kWelcome), EndReason::kIllegalState);
    EXPECT_FALSE(machine.judge(MessageType::kHello));
    machine.follow(UpMessage(Hello{}));
    EXPECT_EQ(machine.judge(MessageType::kHello), EndReason::kIllegalState);
    EXPECT_FALSE(machine.judge(MessageType::kWelcome));
}

TEST(StateMachineTest, AResumeStandsForLoginAndOpening) {
    StateMachine machine = machine_in(State::kGreeted);
    EXPECT_FALSE(machine.judge(MessageType::kResume));
    machine.follow(UpMessage(Resume{}));
    EXPECT_EQ(machine.state(), State::kOpening);
    EXPECT_EQ(machine.judge(MessageType::kLogin), EndReason::kIllegalState);
    EXPECT_EQ(machine.judge(MessageType::kResume), EndReason::kIllegalState);
}

TEST(StateMachineTest, ARefusedLoginStaysBeforeTheDoor) {
    StateMachine machine = machine_in(State::kGreeted);
    machine.follow(DownMessage(LoginResult{LoginVerdict::kRefused, 5}));
    EXPECT_EQ(machine.judge(MessageType::kOpenSession), EndReason::kIllegalState);
    EXPECT_FALSE(machine.judge(MessageType::kLogin));
}

TEST(StateMachineTest, NothingIsLegalAfterTheEnd) {
    const StateMachine machine = machine_in(State::kEnded);
    for (const MessageSpec& spec : kMessages)
        EXPECT_EQ(machine.judge(spec.type), EndReason::kIllegalState) << spec.name;
}

}  // namespace
}  // namespace sudare::wire
