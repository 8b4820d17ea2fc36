// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>

// Zoom of the remote picture, in percent. The session renders it, so text stays sharp; the viewer
// scales no pixels.
namespace sudare::client {

inline constexpr std::array kZoomSteps{50, 67, 75, 80, 90, 100, 110, 125, 150, 175, 200, 250, 300};
inline constexpr int kZoomMin = kZoomSteps.front(), kZoomMax = kZoomSteps.back();

// The next step in this direction (+1, -1), from any value; the last one stays.
constexpr int zoom_step(int percent, int direction) {
    if (direction > 0) {
        for (const int step : kZoomSteps)
            if (step > percent)
                return step;
        return kZoomMax;
    }
    for (auto step = kZoomSteps.rbegin(); step != kZoomSteps.rend(); ++step)
        if (*step < percent)
            return *step;
    return kZoomMin;
}

}  // namespace sudare::client
