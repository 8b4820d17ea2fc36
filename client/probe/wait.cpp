// SPDX-License-Identifier: Apache-2.0
#include "client/probe/wait.h"

#include <utility>

namespace sudare::probe {

Wait::Wait(QObject* parent) : QObject(parent) {
    limit_.setSingleShot(true);
    connect(&limit_, &QTimer::timeout, this, [this] { finish(condition_()); });
}

void Wait::begin(Condition condition, std::chrono::milliseconds limit, Done done) {
    condition_ = std::move(condition);
    done_ = std::move(done);
    limit_.start(limit);
    look();
}

void Wait::look() {
    if (condition_ && condition_())
        finish(true);
}

void Wait::finish(bool held) {
    limit_.stop();
    condition_ = {};
    std::exchange(done_, {})(held);
}

}  // namespace sudare::probe
