// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QObject>
#include <QString>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "protocol/core/result.h"

namespace sudare::platform {

// sudare-decoder as a child process that holds nothing: two pipes and one piece of shared memory
// are all it gets. Implementations: linux/worker_linux.cpp (spawn with close_range, pipes, sealed
// memfd); Windows would use an AppContainer without capabilities in a job object of one process,
// two inherited pipe handles and a section object (docs/windows.md).
// Threads: the one that made it, with an event loop.
class WorkerProcess : public QObject {
    Q_OBJECT
   public:
    // What may wait in our memory for the worker to read: two Updates of the largest size.
    static constexpr std::size_t kQueuedMax = std::size_t{4} << 20;

    // Starts `program` (an absolute path) with shared memory of this size, mapped writable for
    // the worker and read-only for us. Once.
    virtual Result<void> start(const QString& program, std::size_t shared_bytes) = 0;

    // Queues bytes for the worker. False: not running, or more than kQueuedMax waiting.
    virtual bool write(std::span<const std::uint8_t> bytes) = 0;

    // HOSTILE: the worker can change it at any moment. Copy, never parse. Size as started.
    [[nodiscard]] virtual std::span<const std::uint8_t> shared() const = 0;

    [[nodiscard]] virtual qint64 process_id() const = 0;  // 0: not running

   Q_SIGNALS:
    void received(const QByteArray& bytes);
    // The worker is gone; `how` is for logs ("exit 1", "signal 31 (Bad system call)").
    void ended(const QString& how);
};

std::unique_ptr<WorkerProcess> make_worker_process();

// The decoder that belongs to this program: beside it in one directory.
QString decoder_program();

}  // namespace sudare::platform
