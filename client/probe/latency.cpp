// SPDX-License-Identifier: Apache-2.0
#include "client/probe/latency.h"

#include <algorithm>
#include <utility>

namespace sudare::probe {
namespace {

constexpr std::chrono::milliseconds kLimit{2000};
constexpr int kPauseMsMin = 120, kPauseMsMax = 160;

}  // namespace

Latency::Latency(client::SessionClient& client) : client_(client) {
    pause_.setSingleShot(true);
    pause_.setTimerType(Qt::PreciseTimer);
    limit_.setSingleShot(true);
    connect(&pause_, &QTimer::timeout, this, &Latency::press);
    connect(&limit_, &QTimer::timeout, this, [this] { note(-1); });
    connect(&client, &client::SessionClient::presented, this, &Latency::on_presented);
}

void Latency::begin(std::uint16_t key, int count, QRect rect, std::function<void(QJsonArray)> done) {
    key_ = key;
    left_ = count;
    rect_ = rect;
    times_ = {};
    done_ = std::move(done);
    pause_.start(kPauseMsMin);
}

void Latency::press() {
    waiting_ = true;
    limit_.start(kLimit);
    clock_.start();
    client_.input().key(key_, true);
}

void Latency::on_presented(const client::Presented& presented) {
    const bool inside = std::any_of(presented.dirty.begin(), presented.dirty.end(),
                                    [this](const QRect& dirty) { return dirty.intersects(rect_); });
    if (waiting_ && inside)
        note(clock_.nsecsElapsed() / 1000);
}

void Latency::note(qint64 microseconds) {
    waiting_ = false;
    limit_.stop();
    times_.append(microseconds);
    client_.input().key(key_, false);
    if (--left_ > 0)
        pause_.start(std::uniform_int_distribution<int>(kPauseMsMin, kPauseMsMax)(random_));
    else
        std::exchange(done_, {})(times_);
}

}  // namespace sudare::probe
