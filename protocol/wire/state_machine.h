// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "protocol/core/reason.h"
#include "protocol/wire/messages.h"

// What is legal when, the same for both sides: the link feeds it with what it receives and what
// it sends, the viewer too. A message that is not legal now yields kIllegalState and the machine
// stays where it was.
namespace sudare::wire {

class StateMachine {
   public:
    [[nodiscard]] State state() const { return state_; }

    // Judges a message by its type, before its content is parsed.
    [[nodiscard]] std::optional<EndReason> judge(MessageType type) const;

    // Follows a message that was judged legal; call for both directions, in the order sent.
    void follow(const UpMessage& message);
    void follow(const DownMessage& message);

   private:
    bool greeted_ = false;  // Hello seen: only then may Welcome come
    State state_ = State::kNew;
};

}  // namespace sudare::wire
