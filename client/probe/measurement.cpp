// SPDX-License-Identifier: Apache-2.0
#include "client/probe/measurement.h"

#include <QJsonArray>

#include "client/probe/conditions.h"

namespace sudare::probe {

using std::chrono::microseconds;

std::optional<Answer> Measurement::judge(Watch::Event) {
    return pressed_ ? take_change() : press_when_still();
}

std::optional<Answer> Measurement::press_when_still() {
    const auto now = Watch::Clock::now();
    const auto end = std::max(begun_, watch_.last_present()) + kQuiet;
    if (now < end) {
        waiting_.look_again_after(std::chrono::ceil<microseconds>(end - now));
        return std::nullopt;
    }
    // Only the area: a copy of the whole picture would be detached within the measured time.
    const QImage& picture = watch_.picture();
    before_ = picture.copy(what_.area.value_or(picture.rect()));
    pressed_ = true;
    waiting_.look_again_after(kLongest);
    begun_ = Watch::Clock::now();
    watch_.session().input().key(what_.code, true);
    return std::nullopt;
}

std::optional<Answer> Measurement::take_change() {
    const auto now = Watch::Clock::now();
    const QImage& picture = watch_.picture();
    const QRect area = what_.area.value_or(picture.rect());
    const bool changed = !same_pixels(before_, picture.copy(area), std::nullopt);
    if (!changed && now - begun_ < kLongest)
        return std::nullopt;
    watch_.session().input().key(what_.code, false);
    if (!changed)
        return failure(QStringLiteral("the picture did not change after press %1")
                           .arg(taken_.size() + 1),
                       {{"latencies_us", latencies()}});
    taken_.push_back(std::chrono::duration_cast<microseconds>(now - begun_));
    pressed_ = false;
    begun_ = now;
    if (static_cast<int>(taken_.size()) == what_.times)
        return success({{"latencies_us", latencies()}});
    return press_when_still();
}

QJsonArray Measurement::latencies() const {
    QJsonArray out;
    for (const microseconds latency : taken_)
        out.append(static_cast<qint64>(latency.count()));
    return out;
}

}  // namespace sudare::probe
