// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>

namespace sudare::picture {

using TimePoint = std::chrono::steady_clock::time_point;
using std::chrono::microseconds;
using std::chrono::milliseconds;

// Where the time comes from; tests set their own.
using Clock = std::function<TimePoint()>;

}  // namespace sudare::picture
