// SPDX-License-Identifier: Apache-2.0
#include "client/core/reconnect.h"

#include <algorithm>

namespace sudare::client {

std::chrono::milliseconds retry_gap(std::chrono::milliseconds since_loss) {
    if (since_loss < kQuickRetries)
        return kFirstRetryGap;
    // A fifth of the time that has passed beyond the first minute: 0.5 s grows to 10 s.
    return std::clamp((since_loss - kQuickRetries) / 5, kFirstRetryGap, kLastRetryGap);
}

bool is_interruption(const Ending& ending) {
    switch (ending.fault) {
        case Fault::kNone:
            return ending.detail != 0;  // the server goes, and says how long the session stays
        case Fault::kLost:
        case Fault::kStalled:
        case Fault::kUnreachable:
            return true;
        default:
            return false;
    }
}

bool may_retry(const Ending& ending) {
    switch (ending.fault) {
        case Fault::kNone:
            return ending.detail != 0 || ending.reason == EndReason::kServerStopping;
        case Fault::kNameNotFound:
        case Fault::kUnreachable:
        case Fault::kTimeout:
        case Fault::kNotSecureEnough:  // what a line that breaks in the handshake looks like
        case Fault::kLost:
        case Fault::kStalled:
            return true;
        default:
            return false;
    }
}

}  // namespace sudare::client
