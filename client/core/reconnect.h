// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QDateTime>
#include <chrono>

#include "client/core/ending.h"

// Coming back after a lost connection: when to try, and what to tell the person meanwhile.
namespace sudare::client {

struct Interruption {
    QDateTime since;       // the connection was found lost
    QDateTime kept_until;  // the server ends the session then, at the latest
    unsigned tries = 0;    // begun so far
    bool trying = false;   // one is under way
    std::chrono::milliseconds next_try{0};  // from now; 0 while trying
    Ending cause;          // what ended the connection, or the last try
};

// A try every half second for a minute, so that a short cut is hardly felt; then ever longer gaps, so
// that an office whose line is down for an hour does not knock in step. Since: of the loss.
inline constexpr std::chrono::milliseconds kFirstRetryGap{500};
inline constexpr std::chrono::milliseconds kLastRetryGap{10'000};
inline constexpr std::chrono::seconds kQuickRetries{60};
std::chrono::milliseconds retry_gap(std::chrono::milliseconds since_loss);

// Nothing was heard for this long although the server pings every five seconds: the line is dead.
// TCP alone would take minutes to say so.
inline constexpr std::chrono::milliseconds kSilenceLimit{7'500};

// A try that gets no answer is given up soon, because TCP would repeat its first packet after 1, 3 and
// 7 s only, and the line may be back any moment; but not before four times what the first connection
// took, which counts on lines far away.
inline constexpr std::chrono::milliseconds kConnectPatience{500};
inline constexpr std::chrono::milliseconds kWelcomePatience{2'000};

// A session that runs may outlive this ending.
bool is_interruption(const Ending& ending);
// A try that ended like this says nothing about the session: try again.
bool may_retry(const Ending& ending);

}  // namespace sudare::client
