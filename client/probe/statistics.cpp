// SPDX-License-Identifier: Apache-2.0
#include "client/probe/statistics.h"

#include <algorithm>

#include "protocol/wire/update.h"

namespace sudare::probe {
namespace {

// JSON numbers are doubles; these counts stay far below 2^53.
qint64 number(std::uint64_t value) { return static_cast<qint64>(value); }

std::uint64_t pixels_of(const wire::Op& op) {
    if (const auto* scroll = std::get_if<wire::ScrollOp>(&op))
        return scroll->to.pixels();
    if (const auto* lossless = std::get_if<wire::LosslessOp>(&op))
        return lossless->pixels;
    if (const auto* video = std::get_if<wire::VideoOp>(&op))
        return video->rect.pixels();
    return std::get<wire::FillOp>(op).rect.pixels();
}

std::uint64_t coded_bytes_of(const wire::Op& op) {
    if (const auto* lossless = std::get_if<wire::LosslessOp>(&op))
        return lossless->frame.size();
    if (const auto* video = std::get_if<wire::VideoOp>(&op))
        return video->frame.size();
    return 0;
}

}  // namespace

void Statistics::take(const wire::DownMessage& message) {
    if (const auto* update = std::get_if<wire::Update>(&message))
        take_update(update->payload);
}

// The viewer proper never takes an update apart outside its decoder; a probe has nothing to lose
// and wants to know what was in it. An unreadable one is the decoder's to judge.
void Statistics::take_update(const std::vector<std::uint8_t>& payload) {
    ++updates_;
    update_bytes_ += payload.size();
    const auto update = wire::parse_update(payload);
    if (!update)
        return;
    last_sequence_ = update->header.sequence;
    snapshots_ += update->header.snapshot ? 1 : 0;
    // The variant's order is that of KindIndex.
    static_assert(std::is_same_v<std::variant_alternative_t<kVideo, wire::Op>, wire::VideoOp>);
    for (const wire::Op& op : update->ops) {
        Kind& kind = kinds_.at(op.index());
        ++kind.operations;
        kind.bytes += coded_bytes_of(op);
        kind.pixels += pixels_of(op);
        if (const auto* video = std::get_if<wire::VideoOp>(&op))
            key_frames_ += video->key_frame ? 1 : 0;
    }
}

void Statistics::take(const client::Applied& applied) {
    decode_us_ += applied.decode_us;
    decode_us_max_ = std::max<std::uint64_t>(decode_us_max_, applied.decode_us);
}

void Statistics::take(const client::Presented&) { ++presents_; }

void Statistics::set_traffic(quint64 received, quint64 sent) {
    received_ = received;
    sent_ = sent;
}

void Statistics::reset() {
    const quint64 received = received_, sent = sent_;
    *this = Statistics();
    received_ = received_before_ = received;
    sent_ = sent_before_ = sent;
    cpu_before_ = std::clock();
}

void Statistics::restart() {
    *this = Statistics();
    cpu_before_ = std::clock();
}

QJsonObject Statistics::json() const {
    constexpr const char* kNames[kKinds] = {"scrolls", "lossless", "videos", "fills"};
    QJsonObject out{
        {"updates", number(updates_)},
        {"snapshots", number(snapshots_)},
        {"presents", number(presents_)},
        {"bytes_received", number(received_ - received_before_)},
        {"bytes_sent", number(sent_ - sent_before_)},
        {"update_bytes", number(update_bytes_)},
        {"lossless_bytes", number(kinds_[kLossless].bytes)},
        {"video_bytes", number(kinds_[kVideo].bytes)},
        {"key_frames", number(key_frames_)},
        {"decode_us", number(decode_us_)},
        {"decode_us_max", number(decode_us_max_)},
        {"cpu_ms", static_cast<qint64>((std::clock() - cpu_before_) * 1000 / CLOCKS_PER_SEC)},
    };
    for (std::size_t i = 0; i < kKinds; ++i) {
        out[kNames[i]] = number(kinds_[i].operations);
        out[QString::fromLatin1(kNames[i]) + QStringLiteral("_pixels")] = number(kinds_[i].pixels);
    }
    if (last_sequence_)
        out["last_sequence"] = number(*last_sequence_);
    return out;
}

}  // namespace sudare::probe
