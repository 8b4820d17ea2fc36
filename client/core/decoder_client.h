// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QElapsedTimer>
#include <QObject>
#include <QPointer>
#include <QRect>
#include <QTimer>
#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

#include "client/core/canvas.h"
#include "client/decoder/pipe.h"
#include "client/platform/worker_process.h"
#include "protocol/core/reason.h"
#include "protocol/core/result.h"

namespace sudare::client {

// One update as the decoder reports it; numbers only.
struct Applied {
    std::uint32_t sequence = 0;
    std::uint32_t decode_us = 0;   // inside the decoder
    bool present = false;
    std::size_t bytes = 0;         // of the Update's payload
    std::uint32_t scrolls = 0, lossless = 0, videos = 0, fills = 0;  // operations by kind
};

// The picture changed: what to repaint, in device pixels of the canvas.
struct Presented {
    std::uint32_t sequence = 0;
    QSize size;
    bool resized = false;
    std::vector<QRect> dirty;
};

// Feeds updates to sudare-decoder one at a time and, at each "present" mark, copies what it has
// painted since the last one. One at a time, because the shared memory must hold still while the
// pixels are copied; so the canvas never holds half a change, whatever asks for a repaint.
class DecoderClient : public QObject {
    Q_OBJECT
   public:
    explicit DecoderClient(QObject* parent = nullptr);
    ~DecoderClient() override;

    // Starts the decoder's process, ending the one before. Errors: it cannot be started.
    Result<void> start(std::unique_ptr<platform::WorkerProcess> worker,
                       const QString& program = platform::decoder_program());
    // Ends the process and forgets what waits; the picture stays as it is. No signal follows.
    void stop();

    // False: not started, or more updates wait than the wire's window allows.
    bool submit(std::vector<std::uint8_t> payload);

    // For one update. The slowest that the gates permit (two canvases of 4K in zstd blocks) takes
    // 0.3 s on an old PC; a machine that has been asleep gets its time anew.
    static constexpr std::chrono::milliseconds kAnswerDeadline{10'000};
    void set_answer_deadline(std::chrono::milliseconds deadline) { deadline_.setInterval(deadline); }

    [[nodiscard]] std::size_t queued() const { return queue_.size(); }
    [[nodiscard]] const Canvas& canvas() const { return canvas_; }
    [[nodiscard]] bool running() const { return worker_ != nullptr; }
    [[nodiscard]] qint64 process_id() const { return worker_ ? worker_->process_id() : 0; }

   Q_SIGNALS:
    void applied(const sudare::client::Applied& applied);
    void presented(const sudare::client::Presented& presented);
    // kPictureRejected: the update failed a check. kDecoderFailed: the process ended, lied, or has not
    // answered within kAnswerDeadline.
    void failed(sudare::EndReason reason, const QString& diagnostic);

   private:
    void feed();
    void on_bytes(const QByteArray& bytes);
    void take_reply(const decoder::Reply& reply);
    void remember(const decoder::Reply& reply);
    std::optional<Presented> show(std::uint32_t sequence);
    void fail_with(EndReason reason, const QString& diagnostic);

    std::unique_ptr<platform::WorkerProcess> worker_;
    std::deque<std::vector<std::uint8_t>> queue_;  // first: the one the decoder works on
    bool busy_ = false;
    QTimer deadline_;  // runs while busy
    std::vector<std::uint8_t> reply_;              // bytes of an incomplete reply
    std::optional<Size> painted_;                  // size of what the decoder has painted
    std::vector<Rect> unshown_;                    // painted since the last present
    Canvas canvas_;
};

}  // namespace sudare::client
