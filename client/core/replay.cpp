// SPDX-License-Identifier: Apache-2.0
#include "client/core/replay.h"

#include <algorithm>

namespace sudare::client {
namespace {

constexpr std::chrono::milliseconds kTick{20};
// What the decoder may have before it: enough that it never waits for us.
constexpr std::size_t kAhead = limits::kWindowUpdatesMax / 2;

}  // namespace

Replay::Replay(WorkerFactory make_worker, QObject* parent)
    : QObject(parent), make_worker_(std::move(make_worker)) {
    clock_.setInterval(kTick);
    clock_.setTimerType(Qt::PreciseTimer);
    connect(&clock_, &QTimer::timeout, this, &Replay::tick);
    connect(&decoder_, &DecoderClient::presented, this, &Replay::presented);
    connect(&decoder_, &DecoderClient::applied, this, [this](const Applied& applied) {
        sequence_ = applied.sequence;
        in_decoder_ -= in_decoder_ > 0 ? 1 : 0;
        feed();
    });
    connect(&decoder_, &DecoderClient::failed, this,
            [this](EndReason, const QString& diagnostic) { fail_with(diagnostic); });
}

Replay::~Replay() {
    decoder_.stop();
}

Result<void> Replay::open(const QString& path, const recording::SecretKey& secret) {
    file_.setFileName(path);
    if (!file_.open(QIODevice::ReadOnly))
        return fail(Errc::kNotFound, path.toStdString() + ": " + file_.errorString().toStdString());
    const qint64 size = file_.size();
    const uchar* memory = size > 0 ? file_.map(0, size) : nullptr;
    if (memory == nullptr)
        return fail(Errc::kNotFound, path.toStdString() + " is empty or cannot be read");
    SUDARE_TRY(opener_, recording::Opener::create({memory, static_cast<std::size_t>(size)}));
    SUDARE_CHECK(opener_->unlock(secret));
    if (opener_->segments().empty())
        return fail(Errc::kBadInput, "the recording holds no picture");
    seek(0);
    if (failed_)
        return fail(Errc::kBadInput, diagnostic_.toStdString());
    return {};
}

std::vector<quint32> Replay::whole_pictures() const {
    std::vector<quint32> out;
    for (const auto& segment : opener_->segments())
        if ((segment.head.flags & recording::kFlagSnapshot) != 0)
            out.push_back(segment.head.begin_ms);
    return out;
}

void Replay::play() {
    if (playing_ || failed_)
        return;
    if (position_ >= duration_ms())
        seek(0);
    playing_ = true;
    steps_.reset();
    since_.start();
    clock_.start();
    Q_EMIT playing_changed(true);
}

void Replay::pause() {
    if (!playing_)
        return;
    playing_ = false;
    clock_.stop();
    Q_EMIT playing_changed(false);
    settled_ = false;
    settle();
}

void Replay::set_speed(double times) {
    speed_ = std::clamp(times, kSpeedMin, kSpeedMax);
}

void Replay::step(bool forward) {
    if (failed_)
        return;
    pause();
    if (!forward)
        return step_back();
    steps_ = 1;
    settled_ = false;
    feed();
}

// To the update before the last one: from the whole picture before it, as many as it takes.
void Replay::step_back() {
    std::size_t from = run_, count = updates_;
    while (count < 2 && from > 0) {
        const std::size_t run = from;
        while (from > 0 && (opener_->segments()[--from].head.flags & recording::kFlagSnapshot) == 0) {
        }
        const auto before = updates_in(from, run);
        if (!before)
            return;
        count += *before;
    }
    if (count < 2)
        return;
    restart(from);
    steps_ = count - 1;
    settled_ = false;
    feed();
}

// Of segments from <= i < to.
std::optional<std::size_t> Replay::updates_in(std::size_t from, std::size_t to) {
    std::size_t count = 0;
    for (std::size_t i = from; i < to; ++i) {
        const auto opened = opener_->open(i);
        if (!opened) {
            fail_with(QString::fromStdString(opened.error().message));
            return std::nullopt;
        }
        for (const recording::Entry& entry : opened->entries)
            count += entry.frame.type == static_cast<std::uint8_t>(wire::MessageType::kUpdate) ? 1 : 0;
    }
    return count;
}

std::size_t Replay::segment_for(quint32 position_ms) const {
    std::size_t found = 0;
    const auto segments = opener_->segments();
    for (std::size_t i = 0; i < segments.size() && segments[i].head.begin_ms <= position_ms; ++i)
        if ((segments[i].head.flags & recording::kFlagSnapshot) != 0)
            found = i;
    return found;
}

void Replay::seek(quint32 position_ms) {
    if (failed_)
        return;
    const quint32 first = opener_->segments().front().head.begin_ms;
    const quint32 target = std::clamp(position_ms, std::min(first, duration_ms()), duration_ms());
    const std::size_t from = segment_for(target);
    // Forward without a whole picture in between: what stands there is nearer than any other start.
    if (!decoder_.running() || target < position_ || from > segment_)
        restart(from);
    position_ = target;
    steps_.reset();
    fraction_ = 0;
    settled_ = false;
    Q_EMIT position_changed(position_);
    feed();
}

// A decoder of its own for each beginning: what came before counts for nothing.
void Replay::restart(std::size_t segment) {
    if (auto started = decoder_.start(make_worker_()); !started)
        return fail_with(QString::fromStdString(started.error().message));
    in_decoder_ = 0;
    segment_ = run_ = segment;
    updates_ = 0;
    entry_ = 0;
    opened_.reset();
}

void Replay::tick() {
    const double moved = static_cast<double>(since_.nsecsElapsed()) * speed_ / 1e6 + fraction_;
    since_.start();
    const auto whole = static_cast<quint32>(moved);
    fraction_ = moved - whole;
    position_ = std::min(duration_ms(), position_ + whole);
    settled_ = false;
    Q_EMIT position_changed(position_);
    feed();
    if (position_ >= duration_ms())
        pause();
}

bool Replay::load(std::size_t segment) {
    auto opened = opener_->open(segment);
    if (!opened) {
        fail_with(QString::fromStdString(opened.error().message));
        return false;
    }
    opened_ = std::move(*opened);
    if ((opener_->segments()[segment].head.flags & recording::kFlagSnapshot) != 0) {
        run_ = segment;
        updates_ = 0;
    }
    return true;
}

void Replay::feed() {
    const auto segments = opener_->segments();
    while (!failed_ && in_decoder_ < kAhead) {
        if (opened_ && entry_ >= opened_->entries.size()) {
            ++segment_;
            entry_ = 0;
            opened_.reset();
        }
        if (segment_ >= segments.size() ||
            (!steps_ && segments[segment_].head.begin_ms > position_))
            return settle();
        if (!opened_ && !load(segment_))
            return;
        if (opened_->entries.empty())
            continue;
        const recording::Entry& entry = opened_->entries[entry_];
        const bool update =
            entry.frame.type == static_cast<std::uint8_t>(wire::MessageType::kUpdate);
        // What came with an update (pointer, cursor) is shown with it.
        if (steps_ ? *steps_ == 0 && (update || entry.at_ms > position_) : entry.at_ms > position_)
            return settle();
        ++entry_;
        if (steps_ && update) {
            --*steps_;
            position_ = entry.at_ms;
        }
        updates_ += update ? 1 : 0;
        if (!take(entry))
            return;
    }
}

void Replay::settle() {
    if (settled_ || in_decoder_ > 0 || failed_)
        return;
    settled_ = true;
    if (steps_)
        Q_EMIT position_changed(position_);
    // The decoder's client tells of the picture behind this call.
    QTimer::singleShot(0, this, [this] {
        if (settled_ && !playing_)
            Q_EMIT arrived(position_, sequence_);
    });
}

bool Replay::take(const recording::Entry& entry) {
    if (entry.frame.type == static_cast<std::uint8_t>(wire::MessageType::kUpdate)) {
        ++in_decoder_;
        const auto payload = entry.frame.payload;
        if (decoder_.submit({payload.begin(), payload.end()}))
            return true;
        fail_with(QStringLiteral("the decoder takes no more"));
        return false;
    }
    const wire::MessageSpec* spec = wire::find_message(entry.frame.type);
    const std::size_t size = entry.frame.payload.size();
    if (spec == nullptr || size < spec->length.min || size > spec->length.max) {
        fail_with(QStringLiteral("the recording holds what no viewer is sent"));
        return false;
    }
    if (spec->direction == wire::Direction::kUp) {
        const auto message = wire::parse_up(entry.frame);
        if (message && std::holds_alternative<wire::PointerMove>(*message))
            Q_EMIT pointer_moved(std::get<wire::PointerMove>(*message));
        if (message && std::holds_alternative<wire::PointerButton>(*message))
            Q_EMIT button_changed(std::get<wire::PointerButton>(*message));
        return true;
    }
    const auto message = wire::parse_down(entry.frame);
    if (message && std::holds_alternative<wire::CursorShape>(*message))
        Q_EMIT cursor_changed(std::get<wire::CursorShape>(*message).cursor);
    if (message && std::holds_alternative<wire::Notice>(*message))
        Q_EMIT notice(std::get<wire::Notice>(*message));
    return true;
}

void Replay::fail_with(const QString& diagnostic) {
    if (failed_)
        return;
    failed_ = true;
    diagnostic_ = diagnostic;
    clock_.stop();
    playing_ = false;
    decoder_.stop();
    Q_EMIT playing_changed(false);
    Q_EMIT failed(diagnostic);
}

}  // namespace sudare::client
