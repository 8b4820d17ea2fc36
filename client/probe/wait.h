// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QJsonObject>
#include <QObject>
#include <QTimer>
#include <functional>

namespace sudare::probe {

// Waits for one condition at a time, driven by events: whoever sees something happen calls
// look(). A condition that holds already is answered at once.
class Wait : public QObject {
    Q_OBJECT
   public:
    using Condition = std::function<bool()>;
    // done(true) when the condition holds, done(false) after the time limit.
    using Done = std::function<void(bool)>;

    explicit Wait(QObject* parent = nullptr);
    void begin(Condition condition, std::chrono::milliseconds limit, Done done);
    void look();
    [[nodiscard]] bool active() const { return static_cast<bool>(condition_); }

   private:
    void finish(bool held);

    Condition condition_;
    Done done_;
    QTimer limit_;
};

}  // namespace sudare::probe
