// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QObject>
#include <QString>
#include <iostream>
#include <string>
#include <thread>

namespace sudare::probe {

// Reads command lines on a thread of its own, since no portable call waits for standard input and
// for sockets at once. The thread only ever reads and posts; the process ends without joining it
// (main uses quick_exit), because a read that waits for a person cannot be cancelled portably.
class LineReader : public QObject {
    Q_OBJECT
   public:
    // `in` must live until the process ends.
    void start(std::istream& in) {
        std::thread([this, &in] {
            std::string line;
            while (std::getline(in, line))
                Q_EMIT line_read(QString::fromStdString(line));
            Q_EMIT finished();
        }).detach();
    }

   Q_SIGNALS:
    void line_read(const QString& line);  // queued to the receiver's thread
    void finished();
};

}  // namespace sudare::probe
