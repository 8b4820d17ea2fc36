// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QElapsedTimer>
#include <optional>

#include "client/core/decoder_client.h"

// How good the connection is, in numbers for the person who asks and one word for all others.
namespace sudare::client {

enum class Quality { kGood, kSlow, kPoor };

struct LinkNumbers {
    std::optional<int> round_trip_ms;  // TCP's own smoothed estimate; where the system tells it
    double kilobytes_per_second = 0;   // received
    double updates_per_second = 0;
    double decode_ms = 0;              // mean of one update, inside the decoder
    int silent_ms = 0;                 // since anything was received
};

// Typing feels immediate below 100 ms from key to picture (Nielsen 1993), of which browser and
// encoder take some 10; beyond 250 ms people wait for what they typed.
inline constexpr int kGoodRoundTripMs = 80, kSlowRoundTripMs = 250;
// The server pings every 5 s; two of them missing is no longer chance.
inline constexpr int kSilentMs = 6'000;

Quality quality_of(const LinkNumbers& numbers);

// Counts updates as they come; sample() once a second or so. One thread.
class LinkMeter {
   public:
    void begin();
    void count(const Applied& applied);
    // bytes_received: of the connection so far. What happened since the last sample.
    LinkNumbers sample(quint64 bytes_received, std::optional<int> round_trip_ms);

   private:
    QElapsedTimer since_sample_;
    QElapsedTimer since_bytes_;
    quint64 bytes_ = 0;
    quint32 updates_ = 0;
    quint64 decode_us_ = 0;
};

}  // namespace sudare::client
