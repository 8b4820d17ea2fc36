// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QApplication>
#include <QEventLoop>
#include <QImage>
#include <vector>

#include "client/app/remote_view.h"
#include "client/core/input_sender.h"

namespace sudare::client {

// Keeps what would go to the server.
class Recorder {
public:
    template <typename T>
    [[nodiscard]] std::vector<T> sent() const {
        std::vector<T> of_kind;
        for (const auto& message : messages)
            if (const auto* one = std::get_if<T>(&message))
                of_kind.push_back(*one);
        return of_kind;
    }

    std::vector<wire::UpMessage> messages;
    InputSender input{[this](const wire::UpMessage& message) {
        messages.push_back(message);
        return true;
    }};
};

// Runs the event loop until the condition holds; the test's own time limit is the only other.
template <typename Condition>
void run_until(Condition&& condition) {
    while (!condition())
        QCoreApplication::processEvents(QEventLoop::AllEvents | QEventLoop::WaitForMoreEvents, 50);
}

// Layouts and repaints ask for each other by events.
inline void settle() {
    for (int round = 0; round < 8; ++round)
        QCoreApplication::processEvents();
}

}  // namespace sudare::client
