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

constexpr double kSpeeds[] = {0.5, 1, 2, 4, 8};

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
    events_ = new EventList(this);
    events_->hide();
    auto* middle = new QHBoxLayout;
    middle->setSpacing(0);
    middle->addWidget(area_, 1);
    middle->addWidget(events_);
    layout->addLayout(middle, 1);
    strip_ = new EventStrip(this);
    strip_->hide();
    make_controls(*layout);
    connect(events_, &EventList::wanted, &replay_, &Replay::seek);
    connect(strip_, &EventStrip::wanted, &replay_, &Replay::seek);

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
        show_trouble(tr(
            "The recording cannot be played further: it was changed or is damaged at this place."));
        play_->setEnabled(false);
    });
    show_position(replay_.position_ms());
    setFocusPolicy(Qt::StrongFocus);
    setFocus();
}

QPushButton* ReplayWindow::control(const char* name, const QString& text, const QString& tip) {
    auto* button = new QPushButton(text, this);
    button->setObjectName(QLatin1String(name));
    button->setToolTip(tip);
    button->setAccessibleName(tip);
    // The keys belong to the window, which has them for the whole recording.
    button->setFocusPolicy(Qt::TabFocus);
    return button;
}

void ReplayWindow::make_controls(QBoxLayout& layout) {
    line_ = new QSlider(Qt::Horizontal, this);
    line_->setRange(0, static_cast<int>(replay_.duration_ms()));
    line_->setAccessibleName(tr("Time line"));
    line_->setTracking(false);
    line_->setFocusPolicy(Qt::TabFocus);
    auto* lines = new QVBoxLayout;
    lines->setContentsMargins(kUnit, kUnit, kUnit, 0);
    lines->setSpacing(0);
    lines->addWidget(line_);
    lines->addWidget(strip_);
    layout.addLayout(lines);
    layout.addLayout(make_buttons());
    connect(line_, &QSlider::valueChanged, this, [this](int value) {
        if (static_cast<quint32>(value) != replay_.position_ms())
            replay_.seek(static_cast<quint32>(value));
    });
}

QLayout* ReplayWindow::make_buttons() {
    play_ = control("replayPlay", tr("Play"), tr("Play or pause (Space)"));
    auto* back = control("replayBack", tr("−1"), tr("One picture back (,)"));
    auto* forward = control("replayForward", tr("+1"), tr("One picture forward (.)"));
    time_ = new QLabel(this);
    refused_ = control("replayRefused", tr("Next refused try"),
                       tr("Next refused try (R; Shift+R: the one before)"));
    destination_ = control("replayDestination", tr("Next destination"),
                           tr("Next destination (D; Shift+D: the one before)"));
    speed_ = new QComboBox(this);
    speed_->setAccessibleName(tr("Speed"));
    speed_->setToolTip(tr("Speed (- and +)"));
    speed_->setFocusPolicy(Qt::TabFocus);
    for (const double times : kSpeeds)
        speed_->addItem(tr("%1x").arg(times), times);
    speed_->setCurrentIndex(1);
    auto* row = new QHBoxLayout;
    row->setContentsMargins(kUnit, kUnit, kUnit, kUnit);
    row->setSpacing(kUnit);
    for (QWidget* widget : {static_cast<QWidget*>(play_), static_cast<QWidget*>(back),
                            static_cast<QWidget*>(forward), static_cast<QWidget*>(time_)})
        row->addWidget(widget);
    row->addStretch(1);
    row->addWidget(refused_);
    row->addWidget(destination_);
    row->addWidget(speed_);
    refused_->hide();
    destination_->hide();
    connect(play_, &QPushButton::clicked, this,
            [this] { replay_.playing() ? replay_.pause() : replay_.play(); });
    connect(back, &QPushButton::clicked, this, [this] { replay_.step(false); });
    connect(forward, &QPushButton::clicked, this, [this] { replay_.step(true); });
    connect(refused_, &QPushButton::clicked, this,
            [this] { jump(ReplayEvent::Kind::kRefused, true); });
    connect(destination_, &QPushButton::clicked, this,
            [this] { jump(ReplayEvent::Kind::kDestination, true); });
    connect(speed_, &QComboBox::currentIndexChanged, this,
            [this](int) { replay_.set_speed(speed_->currentData().toDouble()); });
    return row;
}

void ReplayWindow::set_events(ReplayEvents events) {
    known_ = std::move(events);
    events_->set_events(known_);
    events_->show();
    strip_->set_events(known_.events, replay_.duration_ms());
    refused_->show();
    destination_->show();
    show_position(replay_.position_ms());
}

void ReplayWindow::show_trouble(const QString& text) {
    message_->setText(text);
    message_->show();
}

void ReplayWindow::jump(ReplayEvent::Kind kind, bool forward) {
    const ReplayEvent* to = forward ? next_event(known_.events, kind, replay_.position_ms())
                                    : previous_event(known_.events, kind, replay_.position_ms());
    if (to != nullptr)
        replay_.seek(to->at_ms);
    enable_jumps();
}

void ReplayWindow::enable_jumps() {
    const auto any = [this](ReplayEvent::Kind kind) {
        return next_event(known_.events, kind, replay_.position_ms()) != nullptr;
    };
    refused_->setEnabled(any(ReplayEvent::Kind::kRefused));
    destination_->setEnabled(any(ReplayEvent::Kind::kDestination));
}

void ReplayWindow::change_speed(int by) {
    speed_->setCurrentIndex(std::clamp(speed_->currentIndex() + by, 0, speed_->count() - 1));
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
    strip_->set_position(position_ms);
    events_->set_position(position_ms);
    enable_jumps();
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
    const bool forward = (event->modifiers() & Qt::ShiftModifier) == 0;
    switch (event->key()) {
        case Qt::Key_Comma:
            return replay_.step(false);
        case Qt::Key_Period:
            return replay_.step(true);
        case Qt::Key_Plus:
        case Qt::Key_Semicolon:  // below the plus on Japanese keyboards
            return change_speed(+1);
        case Qt::Key_Minus:
            return change_speed(-1);
        case Qt::Key_R:
            return jump(ReplayEvent::Kind::kRefused, forward);
        case Qt::Key_D:
            return jump(ReplayEvent::Kind::kDestination, forward);
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
