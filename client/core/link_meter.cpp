// SPDX-License-Identifier: Apache-2.0
#include "client/core/link_meter.h"

#include <algorithm>

namespace sudare::client {

Quality quality_of(const LinkNumbers& numbers) {
    const int round_trip = numbers.round_trip_ms.value_or(0);
    if (numbers.silent_ms > kSilentMs || round_trip > kSlowRoundTripMs)
        return Quality::kPoor;
    return round_trip > kGoodRoundTripMs ? Quality::kSlow : Quality::kGood;
}

void LinkMeter::begin() {
    since_sample_.start();
    since_bytes_.start();
    bytes_ = 0;
    updates_ = 0;
    decode_us_ = 0;
}

void LinkMeter::count(const Applied& applied) {
    ++updates_;
    decode_us_ += applied.decode_us;
}

LinkNumbers LinkMeter::sample(quint64 bytes_received, std::optional<int> round_trip_ms) {
    if (!since_sample_.isValid())
        begin();
    const double seconds = static_cast<double>(std::max<qint64>(since_sample_.restart(), 1)) / 1000;
    // Another connection begins at zero.
    const quint64 bytes = bytes_received >= bytes_ ? bytes_received - bytes_ : bytes_received;
    if (bytes != 0)
        since_bytes_.start();
    LinkNumbers numbers;
    numbers.round_trip_ms = round_trip_ms;
    numbers.kilobytes_per_second = static_cast<double>(bytes) / 1000 / seconds;
    numbers.updates_per_second = updates_ / seconds;
    numbers.decode_ms = updates_ == 0 ? 0 : static_cast<double>(decode_us_) / updates_ / 1000;
    numbers.silent_ms = static_cast<int>(since_bytes_.elapsed());
    bytes_ = bytes_received;
    updates_ = 0;
    decode_us_ = 0;
    return numbers;
}

}  // namespace sudare::client
