// SPDX-License-Identifier: Apache-2.0
#include "client/core/decoder_client.h"

#include <array>

#include "client/decoder/pipe.h"
#include "protocol/core/limits.h"
#include "protocol/wire/update.h"

namespace sudare::client {
namespace {

// A reply is small and comes once for each update, so anything longer that is not yet a whole
// one comes from a decoder that is broken.
constexpr std::size_t kReplyBytesMax = decoder::kReplyHeaderBytes + decoder::kDirtyRectsMax * 8;
// A change of more parts than this is copied whole.
constexpr std::size_t kUnshownMax = 1024;

std::array<std::uint8_t, decoder::kRequestHeaderBytes> length_header(std::size_t length) {
    return {static_cast<std::uint8_t>(length >> 24), static_cast<std::uint8_t>(length >> 16),
            static_cast<std::uint8_t>(length >> 8), static_cast<std::uint8_t>(length)};
}

QRect to_qrect(const Rect& rect) { return {rect.x(), rect.y(), rect.width(), rect.height()}; }

void count(const wire::Op& op, Applied& applied) {
    if (std::holds_alternative<wire::ScrollOp>(op))
        ++applied.scrolls;
    else if (std::holds_alternative<wire::LosslessOp>(op))
        ++applied.lossless;
    else if (std::holds_alternative<wire::VideoOp>(op))
        ++applied.videos;
    else
        ++applied.fills;
}

}  // namespace

DecoderClient::DecoderClient(QObject* parent) : QObject(parent) {
    deadline_.setSingleShot(true);
    deadline_.setInterval(kAnswerDeadline);
    connect(&deadline_, &QTimer::timeout, this, [this] {
        fail_with(EndReason::kDecoderFailed, QStringLiteral("the decoder does not answer"));
    });
}

DecoderClient::~DecoderClient() { stop(); }

Result<void> DecoderClient::start(std::unique_ptr<platform::WorkerProcess> worker,
                                  const QString& program) {
    stop();
    SUDARE_CHECK(worker->start(program, decoder::kCanvasBytes));
    worker_ = std::move(worker);
    connect(worker_.get(), &platform::WorkerProcess::received, this, &DecoderClient::on_bytes);
    connect(worker_.get(), &platform::WorkerProcess::ended, this, [this](const QString& how) {
        fail_with(EndReason::kDecoderFailed, QStringLiteral("the decoder ended: ") + how);
    });
    return {};
}

// The worker may be the sender of the signal that brought us here: it goes later.
void DecoderClient::stop() {
    if (worker_) {
        worker_->disconnect(this);
        worker_.release()->deleteLater();
    }
    queue_.clear();
    reply_.clear();
    unshown_.clear();
    painted_.reset();
    busy_ = false;
    deadline_.stop();
}

bool DecoderClient::submit(std::vector<std::uint8_t> payload) {
    if (!worker_ || queue_.size() >= limits::kWindowUpdatesMax)
        return false;
    queue_.push_back(std::move(payload));
    feed();
    return true;
}

void DecoderClient::feed() {
    if (busy_ || queue_.empty())
        return;
    busy_ = true;
    deadline_.start();
    const auto& payload = queue_.front();
    if (!worker_->write(length_header(payload.size())) || !worker_->write(payload))
        fail_with(EndReason::kDecoderFailed, QStringLiteral("the decoder does not read"));
}

void DecoderClient::on_bytes(const QByteArray& bytes) {
    reply_.insert(reply_.end(), bytes.begin(), bytes.end());
    const auto taken = decoder::take_reply(reply_);
    if (!taken)
        return fail_with(EndReason::kDecoderFailed,
                         QString::fromStdString(taken.error().message));
    if (!*taken) {
        if (reply_.size() > kReplyBytesMax)
            fail_with(EndReason::kDecoderFailed, QStringLiteral("a reply without an end"));
        return;
    }
    // One update is with the decoder at a time, so nothing may follow its reply.
    if (!busy_ || (*taken)->bytes != reply_.size())
        return fail_with(EndReason::kDecoderFailed, QStringLiteral("a reply that nobody asked for"));
    reply_.clear();
    take_reply((*taken)->reply);
}

// What the decoder says is believed only as far as it can be: the numbers of the update are read
// here once more from the bytes that were sent to it, the rectangles were checked by the parser.
void DecoderClient::take_reply(const decoder::Reply& reply) {
    if (reply.status == decoder::ReplyStatus::kRejected)
        return fail_with(*reply.end_reason, QStringLiteral("the decoder refused an update"));
    const auto update = wire::parse_update(queue_.front());
    if (!update || update->header.sequence != reply.sequence || update->header.size != *reply.size)
        return fail_with(EndReason::kDecoderFailed, QStringLiteral("a reply to another update"));
    Applied applied{reply.sequence, reply.decode_us, update->header.present,
                    queue_.front().size(), 0, 0, 0, 0};
    for (const wire::Op& op : update->ops)
        count(op, applied);
    remember(reply);
    std::optional<Presented> shown;
    if (applied.present && !(shown = show(reply.sequence)))
        return fail_with(EndReason::kDecoderFailed, QStringLiteral("a picture outside its memory"));
    queue_.pop_front();
    busy_ = false;
    deadline_.stop();
    const QPointer<DecoderClient> self(this);
    feed();  // the decoder works while the picture is drawn
    if (self)
        Q_EMIT this->applied(applied);
    if (self && shown)
        Q_EMIT presented(*shown);
}

void DecoderClient::remember(const decoder::Reply& reply) {
    const bool other_size = painted_ != reply.size;
    painted_ = reply.size;
    unshown_.insert(unshown_.end(), reply.dirty.begin(), reply.dirty.end());
    if (other_size || unshown_.size() > kUnshownMax)
        unshown_.assign(1, Rect::whole(*painted_));
}

// nullopt: the memory is too small for what the decoder says.
std::optional<Presented> DecoderClient::show(std::uint32_t sequence) {
    Presented presented{sequence, {painted_->width(), painted_->height()}, false, {}};
    presented.resized = canvas_.size() != presented.size;
    if (presented.resized)
        canvas_.reset(*painted_);
    if (!canvas_.copy(worker_->shared(), *painted_, unshown_))
        return std::nullopt;
    for (const Rect& rect : unshown_)
        presented.dirty.push_back(to_qrect(rect));
    unshown_.clear();
    return presented;
}

void DecoderClient::fail_with(EndReason reason, const QString& diagnostic) {
    stop();
    Q_EMIT failed(reason, diagnostic);
}

}  // namespace sudare::client
