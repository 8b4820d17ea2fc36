// SPDX-License-Identifier: Apache-2.0
#include "client/app/replay_window.h"

#include <QBoxLayout>
#include <QComboBox>
#include <QDateTime>
#include <QKeyEvent>
#include <QPainter>

#include "client/app/theme.h"

namespace sudare::client {
namespace {

constexpr int kPointer = 22;  // logical pixels across
constexpr int kStepSeconds = 10;

QString clock_text(quint32 ms) {
    const quint32 seconds = ms / 1000;
    return QStringLiteral("%1:%2:%3")
        .arg(seconds / 3600)
        .arg(seconds / 60 % 60, 2, 10, QLatin1Char('0'))
        .arg(seconds % 60, 2, 10, QLatin1Char('0'));
}

QString moment_text(quint64 unix_ms) {
    return QDateTime::fromMSecsSinceEpoch(static_cast<qint64>(unix_ms))
        .toString(QStringLiteral("yyyy-MM-dd HH:mm:ss"));
}

}  // namespace

PointerMark::PointerMark(QWidget* parent) : QWidget(parent) {
    setAttribute(Qt::WA_TransparentForMouseEvents);
    setFixedSize(kPointer, kPointer);
    hide();
}

void PointerMark::move_to(QPointF centre) {
    move((centre - QPointF(kPointer, kPointer) / 2).toPoint());
    show();
}

void PointerMark::set_pressed(bool pressed) {
    pressed_ = pressed;
    update();
}

void PointerMark::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF ring = QRectF(rect()).adjusted(3, 3, -3, -3);
    painter.setBrush(pressed_ ? QBrush(theme().zone) : Qt::NoBrush);
    painter.setPen(QPen(Qt::white, 4));
    painter.drawEllipse(ring);
    painter.setPen(QPen(theme().zone, 2));
    painter.drawEllipse(ring);
}

ReplayWindow::ReplayWindow(Replay& replay)
    : replay_(replay), nobody_([](const wire::UpMessage&) { return true; }) {
    setWindowTitle(tr("Recording - Sudare"));
    setWindowIcon(sudare_icon());
    bar_ = new QLabel(heading(), this);
    bar_->setObjectName(QStringLiteral("replayBar"));
    bar_->setWordWrap(true);
    message_ = new QLabel(this);
    message_->setObjectName(QStringLiteral("replayMessage"));
    message_->setWordWrap(true);
    message_->hide();
    view_ = new RemoteView([this]() -> const QImage& { return replay_.picture(); }, nobody_);
    view_->setEnabled(false);
    view_->setAccessibleName(tr("Recorded picture"));
    pointer_ = new PointerMark(view_);
    area_ = new QScrollArea(this);
    area_->setWidget(view_);
    area_->setAlignment(Qt::AlignCenter);
    area_->setFrameShape(QFrame::NoFrame);
    area_->setFocusPolicy(Qt::NoFocus);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(bar_);
    layout->addWidget(message_);
    layout->addWidget(area_, 1);
    make_controls(*layout);

    connect(&replay_, &Replay::position_changed, this, &ReplayWindow::show_position);
    connect(&replay_, &Replay::playing_changed, this,
            [this](bool playing) { play_->setText(playing ? tr("Pause") : tr("Play")); });
    connect(&replay_, &Replay::presented, this, [this](const Presented& presented) {
        if (presented.resized || view_->size() * view_->devicePixelRatioF() != presented.size)
            fit_picture(presented.size);
        view_->show_changes(presented);
    });
    connect(&replay_, &Replay::pointer_moved, this, [this](const wire::PointerMove& at) {
        pointer_->move_to(QPointF(at.x, at.y) / view_->devicePixelRatioF());
    });
    connect(&replay_, &Replay::button_changed, this,
            [this](const wire::PointerButton& button) { pointer_->set_pressed(button.down); });
    connect(&replay_, &Replay::failed, this, [this](const QString&) {
        message_->setText(tr(
            "The recording cannot be played further: it was changed or is damaged at this place."));
        message_->show();
        play_->setEnabled(false);
    });
    show_position(replay_.position_ms());
    setFocusPolicy(Qt::StrongFocus);
    setFocus();
}

void ReplayWindow::make_controls(QBoxLayout& layout) {
    play_ = new QPushButton(tr("Play"), this);
    play_->setObjectName(QStringLiteral("replayPlay"));
    line_ = new QSlider(Qt::Horizontal, this);
    line_->setRange(0, static_cast<int>(replay_.duration_ms()));
    line_->setAccessibleName(tr("Time line"));
    line_->setTracking(false);
    time_ = new QLabel(this);
    speed_ = new QComboBox(this);
    speed_->setAccessibleName(tr("Speed"));
    for (const int times : {1, 2, 4, 8})
        speed_->addItem(tr("%1x").arg(times), times);
    // The keys belong to the window, which has them for the whole recording.
    for (QWidget* control : {static_cast<QWidget*>(play_), static_cast<QWidget*>(line_)})
        control->setFocusPolicy(Qt::TabFocus);
    auto* row = new QHBoxLayout;
    row->setContentsMargins(kUnit, kUnit, kUnit, kUnit);
    row->setSpacing(kUnit);
    row->addWidget(play_);
    row->addWidget(line_, 1);
    row->addWidget(time_);
    row->addWidget(speed_);
    layout.addLayout(row);
    connect(play_, &QPushButton::clicked, this,
            [this] { replay_.playing() ? replay_.pause() : replay_.play(); });
    connect(line_, &QSlider::valueChanged, this, [this](int value) {
        if (static_cast<quint32>(value) != replay_.position_ms())
            replay_.seek(static_cast<quint32>(value));
    });
    connect(speed_, &QComboBox::currentIndexChanged, this,
            [this](int) { replay_.set_speed(speed_->currentData().toInt()); });
}

QString ReplayWindow::heading() const {
    const recording::Header& header = replay_.header();
    QString text = tr("Recording of session %1: %2 to %3")
                       .arg(header.session)
                       .arg(moment_text(header.start_ms),
                            moment_text(header.start_ms + replay_.duration_ms()));
    if (replay_.end() == recording::Opener::End::kUnfinished)
        text += QLatin1Char(' ') + tr("It was not ended in order; what is here is whole.");
    if (replay_.end() == recording::Opener::End::kTorn)
        text +=
            QLatin1Char(' ') + tr("The file is torn or was changed behind its last whole part.");
    return text;
}

void ReplayWindow::show_position(quint32 position_ms) {
    const QSignalBlocker quiet(line_);
    if (!line_->isSliderDown())
        line_->setValue(static_cast<int>(position_ms));
    time_->setText(tr("%1 of %2").arg(clock_text(position_ms), clock_text(replay_.duration_ms())));
}

// Pixel for pixel, as it was; the area scrolls when the window is smaller.
void ReplayWindow::fit_picture(const QSize& size) {
    const qreal ratio = view_->devicePixelRatioF();
    view_->setFixedSize((QSizeF(size) / ratio).toSize());
}

void ReplayWindow::step(int seconds) {
    const qint64 to = qint64{replay_.position_ms()} + qint64{seconds} * 1000;
    replay_.seek(static_cast<quint32>(std::clamp<qint64>(to, 0, replay_.duration_ms())));
}

void ReplayWindow::keyPressEvent(QKeyEvent* event) {
    switch (event->key()) {
        case Qt::Key_Space:
            return play_->click();
        case Qt::Key_Left:
            return step(-kStepSeconds);
        case Qt::Key_Right:
            return step(kStepSeconds);
        case Qt::Key_Home:
            return replay_.seek(0);
        case Qt::Key_End:
            return replay_.seek(replay_.duration_ms());
        default:
            return QWidget::keyPressEvent(event);
    }
}

}  // namespace sudare::client
