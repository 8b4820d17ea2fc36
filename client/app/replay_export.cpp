// SPDX-License-Identifier: Apache-2.0
#include "client/app/replay_export.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QFile>
#include <QFontMetrics>
#include <QGuiApplication>
#include <QPainter>
#include <QRegularExpression>
#include <algorithm>
#include <utility>

namespace sudare::client {
namespace {

constexpr quint32 kStepMs = 50;      // how fine a clip looks
constexpr quint32 kStillMs = 1'000;  // a clock goes on below a picture that stands still
constexpr qsizetype kNameMax = 64;
constexpr quint8 kMarkUser = 1, kMarkTime = 4;  // as ipc::WatermarkField

QString say(const char* text) {
    return QCoreApplication::translate("ReplayExport", text);
}

QSize even(QSize size) {
    return {(size.width() + 1) & ~1, (size.height() + 1) & ~1};
}

bool is_name(const QString& text) {
    return !text.trimmed().isEmpty() && text.size() <= kNameMax &&
           std::ranges::all_of(text, [](QChar c) { return c.isPrint(); });
}

void draw_pointer(QPainter& painter, QPointF at) {
    painter.setBrush(Qt::NoBrush);
    for (const auto& [colour, width] :
         {std::pair{QColor(Qt::white), 4}, {QColor(0xE0, 0x8A, 0x1E), 2}}) {
        painter.setPen(QPen(colour, width));
        painter.drawEllipse(at, 8, 8);
    }
}

}  // namespace

std::optional<quint32> parse_position(const QString& text) {
    static const QRegularExpression form(
        QStringLiteral("^(?:(?:(\\d{1,3}):)?(\\d{1,3}):)?(\\d{1,6})(?:\\.(\\d{1,3}))?$"));
    const auto match = form.match(text);
    if (!match.hasMatch())
        return std::nullopt;
    const quint64 seconds = match.captured(1).toULongLong() * 3600 +
                            match.captured(2).toULongLong() * 60 + match.captured(3).toULongLong();
    const quint64 ms = match.captured(4).leftJustified(3, QLatin1Char('0')).toULongLong();
    return static_cast<quint32>(std::min<quint64>(seconds * 1000 + ms, UINT32_MAX));
}

Result<ExportWish> parse_export(const QString& clip, const QString& frame, const QString& out,
                                const QString& reviewer) {
    if (!clip.isEmpty() && !frame.isEmpty())
        return fail(Errc::kBadInput, "--clip and --frame exclude each other");
    if (out.isEmpty())
        return fail(Errc::kBadInput, "--clip and --frame need --out, the new file");
    if (!is_name(reviewer))
        return fail(Errc::kBadInput,
                    "--clip and --frame need --reviewer, your name: up to 64 printable characters, "
                    "written over every picture");
    ExportWish wish;
    wish.out = out;
    wish.reviewer = reviewer.trimmed();
    if (!frame.isEmpty()) {
        const auto at = parse_position(frame);
        if (!at)
            return fail(Errc::kBadInput, "--frame \"" + frame.toStdString() +
                                             "\" must be a time such as 83.5 or 1:23");
        wish.from_ms = *at;
        return wish;
    }
    const QStringList parts = clip.split(u'-');
    const auto from = parse_position(parts.value(0)), to = parse_position(parts.value(1));
    if (parts.size() != 2 || !from || !to || *to <= *from || *to - *from > ReplayExport::kClipMsMax)
        return fail(Errc::kBadInput, "--clip \"" + clip.toStdString() +
                                         "\" must be FROM-TO, such as 1:20-1:45; an hour at most");
    wish.from_ms = *from;
    wish.to_ms = to;
    return wish;
}

ReplayExport::ReplayExport(Replay& replay, ExportWish wish, QString key)
    : replay_(replay),
      wish_(std::move(wish)),
      key_(std::move(key)),
      made_(QDateTime::currentDateTime().toString(QStringLiteral("yyyy-MM-dd HH:mm:ss t"))) {
    mark_.set({kMarkUser | kMarkTime, wish_.reviewer, {}, 0, made_});
    connect(&replay_, &Replay::arrived, this, &ReplayExport::arrived);
    connect(&replay_, &Replay::pointer_moved, this, [this](const wire::PointerMove& at) {
        pointer_ = QPointF(at.x, at.y);
        moved_ = true;
    });
    connect(&replay_, &Replay::failed, this, &ReplayExport::give_up);
}

void ReplayExport::start() {
    if (wish_.from_ms > replay_.duration_ms() ||
        (wish_.to_ms && *wish_.to_ms > replay_.duration_ms())) {
        return give_up(
            QStringLiteral("the recording has %1 seconds").arg(replay_.duration_ms() / 1000.0));
    }
    replay_.seek(wish_.from_ms);
    // A recording begins at its first picture.
    at_ = wish_.from_ms = replay_.position_ms();
    if (wish_.to_ms && *wish_.to_ms <= at_)
        give_up(QStringLiteral("there is no picture before %1 s").arg(at_ / 1000.0));
}

// Half a clip is none.
void ReplayExport::give_up(const QString& why) {
    over_ = true;
    if (clip_) {
        clip_.reset();
        QFile::remove(wish_.out);
    }
    Q_EMIT failed(why);
}

QString ReplayExport::line(quint32 at_ms) const {
    const recording::Header& header = replay_.header();
    const QString moment =
        QDateTime::fromMSecsSinceEpoch(static_cast<qint64>(header.start_ms + at_ms))
            .toString(QStringLiteral("yyyy-MM-dd HH:mm:ss.zzz t"));
    return say(QT_TRANSLATE_NOOP(
                   "ReplayExport",
                   "Session %1, %2 | exported by %3 at %4, key %5 | a copy, not the record"))
        .arg(QString::number(header.session), moment, wish_.reviewer, made_, key_);
}

QImage ReplayExport::marked(const QImage& picture, quint32 at_ms) {
    if (size_.isEmpty())
        size_ = picture.size();
    QImage out(even({size_.width(), size_.height() + kLineHeight}), QImage::Format_RGB32);
    out.fill(Qt::black);
    QPainter painter(&out);
    painter.setRenderHint(QPainter::Antialiasing);
    if (picture.size() == size_) {
        painter.drawImage(0, 0, picture);
        if (pointer_)
            draw_pointer(painter, *pointer_);
    } else {  // the viewer had another size in the middle of a clip
        painter.drawImage(0, 0,
                          picture.scaled(size_, Qt::KeepAspectRatio, Qt::SmoothTransformation));
    }
    mark_.paint(painter, QRect(QPoint(), size_), 1);
    QFont font = QGuiApplication::font();
    font.setPixelSize(13);
    painter.setFont(font);
    const QRect below(0, size_.height(), out.width(), out.height() - size_.height());
    painter.fillRect(below, QColor(0x1E, 0x2A, 0x32));
    painter.setPen(Qt::white);
    // Never cut: what does not fit is drawn smaller.
    QString text = line(at_ms);
    const int needed = QFontMetrics(font).horizontalAdvance(text) + 16;
    if (needed > out.width()) {
        font.setPixelSize(std::max(6, 13 * out.width() / needed));
        painter.setFont(font);
    }
    painter.drawText(below.adjusted(8, 0, -8, 0), Qt::AlignVCenter | Qt::AlignLeft, text);
    return out;
}

void ReplayExport::arrived(quint32 at_ms, quint32 sequence) {
    if (over_ || at_ms != at_)
        return;
    const auto written = wish_.to_ms ? write_clip(at_ms, sequence) : write_frame();
    if (!written)
        return give_up(QString::fromStdString(written.error().message));
    if (over_) {
        Q_EMIT done();
        return;
    }
    at_ = std::min(at_ + kStepMs, *wish_.to_ms);
    replay_.seek(at_);
}

Result<void> ReplayExport::write_frame() {
    over_ = true;
    QFile file(wish_.out);
    if (!file.open(QIODevice::WriteOnly | QIODevice::NewOnly,
                   QFileDevice::ReadOwner | QFileDevice::WriteOwner))
        return fail(Errc::kState, "--out \"" + wish_.out.toStdString() +
                                      "\" must be a new file: " + file.errorString().toStdString());
    QImage picture = marked(replay_.picture(), at_);
    picture.setText(QStringLiteral("Description"), line(at_));
    if (!picture.save(&file, "PNG"))
        return fail(Errc::kSystem, "--out: " + file.errorString().toStdString());
    return {};
}

Result<void> ReplayExport::write_clip(quint32 at_ms, quint32 sequence) {
    const quint32 since = at_ms - wish_.from_ms;
    if (!clip_) {
        const QSize size = marked(replay_.picture(), at_ms).size();
        auto clip = ClipEncoder::create(wish_.out, size, line(at_ms));
        if (!clip)
            return tl::unexpected(clip.error());
        clip_.emplace(std::move(*clip));
    }
    if (written_sequence_ != sequence || moved_ || at_ms - *written_ms_ >= kStillMs) {
        SUDARE_CHECK(clip_->add(marked(replay_.picture(), at_ms), since));
        written_sequence_ = sequence;
        written_ms_ = at_ms;
        moved_ = false;
    }
    const int percent = static_cast<int>(quint64{since} * 100 / (*wish_.to_ms - wish_.from_ms));
    if (std::exchange(percent_, percent) != percent)
        Q_EMIT progress(percent);
    if (at_ms < *wish_.to_ms)
        return {};
    over_ = true;
    return clip_->finish(since + kStepMs);
}

}  // namespace sudare::client
