// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QSocketNotifier>
#include <memory>
#include <vector>

#include "client/platform/worker_process.h"
#include "server/base/spawn.h"
#include "server/base/unique_fd.h"

namespace sudare::platform {

class LinuxWorker final : public WorkerProcess {
    Q_OBJECT
   public:
    LinuxWorker() = default;
    ~LinuxWorker() override;

    Result<void> start(const QString& program, std::size_t shared_bytes) override;
    bool write(std::span<const std::uint8_t> bytes) override;
    [[nodiscard]] std::span<const std::uint8_t> shared() const override;
    [[nodiscard]] qint64 process_id() const override { return child_.pid > 0 ? child_.pid : 0; }

   private:
    Result<void> make_memory(std::size_t bytes);
    Result<void> launch(const QString& program);
    void on_readable();
    void on_writable();
    void on_exit();

    UniqueFd memory_;
    const std::uint8_t* map_ = nullptr;
    std::size_t map_bytes_ = 0;
    UniqueFd to_worker_;
    UniqueFd from_worker_;
    Child child_;
    std::unique_ptr<QSocketNotifier> readable_;
    std::unique_ptr<QSocketNotifier> writable_;
    std::unique_ptr<QSocketNotifier> exit_;
    std::vector<std::uint8_t> queue_;
    std::size_t queue_begin_ = 0;
};

}  // namespace sudare::platform
