// SPDX-License-Identifier: Apache-2.0
#include "protocol/wire/state_machine.h"

namespace sudare::wire {

std::optional<EndReason> StateMachine::judge(MessageType type) const {
    const MessageSpec* spec = find_message(static_cast<std::uint8_t>(type));
    if (spec == nullptr)
        return EndReason::kUnknownType;
    if ((spec->states & in(state_)) == 0)
        return EndReason::kIllegalState;
    // Hello comes once, and Welcome answers it.
    if ((type == MessageType::kHello && greeted_) || (type == MessageType::kWelcome && !greeted_))
        return EndReason::kIllegalState;
    return std::nullopt;
}

void StateMachine::follow(const UpMessage& message) {
    if (std::holds_alternative<Hello>(message))
        greeted_ = true;
    else if (std::holds_alternative<OpenSession>(message) ||
             std::holds_alternative<Resume>(message))
        state_ = State::kOpening;
}

void StateMachine::follow(const DownMessage& message) {
    if (std::holds_alternative<Welcome>(message)) {
        state_ = State::kGreeted;
    } else if (const auto* result = std::get_if<LoginResult>(&message)) {
        if (result->verdict == LoginVerdict::kOk)
            state_ = State::kLoggedIn;
    } else if (const auto* session = std::get_if<SessionState>(&message)) {
        if (session->phase == Phase::kRunning)
            state_ = State::kRunning;
        else if (session->phase == Phase::kClosed)
            state_ = State::kLoggedIn;
    } else if (std::holds_alternative<End>(message)) {
        state_ = State::kEnded;
    }
}

}  // namespace sudare::wire
