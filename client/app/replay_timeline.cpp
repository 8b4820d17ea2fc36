// SPDX-License-Identifier: Apache-2.0
#include "client/app/replay_timeline.h"

#include <QBoxLayout>
#include <QHelpEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QPainterPath>
#include <QStyle>
#include <QToolTip>
#include <algorithm>
#include <cmath>

#include "client/app/theme.h"

namespace sudare::client {
namespace {

using Kind = ReplayEvent::Kind;

constexpr double kReach = 6;  // logical pixels within which a click or a tip means an event

QColor colour_of(Kind kind) {
    switch (kind) {
        case Kind::kRefused:
            return theme().trouble;
        case Kind::kAlarm:
            return theme().notice;
        case Kind::kEnd:
            return theme().text;
        case Kind::kDestination:
            return theme().accent;
        default:
            return theme().faint;
    }
}

// By form, not by colour alone: refused a triangle, alarm a square, end a bar, destination a short
// line, the rest a point.
void draw_mark(QPainter& painter, const ReplayEvent& event, double x, double height) {
    const QColor colour = colour_of(event.kind);
    painter.setPen(Qt::NoPen);
    painter.setBrush(colour);
    const double middle = height / 2;
    switch (event.kind) {
        case Kind::kRefused: {
            QPainterPath triangle(QPointF(x, middle - 9));
            triangle.lineTo(x + 5.5, middle + 1);
            triangle.lineTo(x - 5.5, middle + 1);
            triangle.closeSubpath();
            return painter.drawPath(triangle);
        }
        case Kind::kAlarm:
            return painter.drawRect(QRectF(x - 4, middle - 7, 8, 8));
        case Kind::kEnd:
            return painter.drawRect(QRectF(x - 1.5, middle - 9, 3, 18));
        case Kind::kDestination:
            return painter.drawRect(QRectF(x - 1, middle + 4, 2, 8));
        default:
            return painter.drawEllipse(QPointF(x, middle + 8), 1.5, 1.5);
    }
}

}  // namespace

EventStrip::EventStrip(QWidget* parent) : QWidget(parent) {
    setFixedHeight(kHeight);
    setAccessibleName(tr("Events along the time"));
    setCursor(Qt::PointingHandCursor);
}

void EventStrip::set_events(const std::vector<ReplayEvent>& events, quint32 duration_ms) {
    events_ = events;
    duration_ms_ = duration_ms;
    setVisible(!events.empty());
    update();
}

void EventStrip::set_position(quint32 position_ms) {
    position_ms_ = position_ms;
    update();
}

double EventStrip::place_of(quint32 position_ms) const {
    const double room = std::max(1, width() - 2 * kMargin);
    return kMargin + (duration_ms_ == 0 ? 0 : room * position_ms / duration_ms_);
}

// What matters more is drawn over, and meant before, what matters less.
const ReplayEvent* EventStrip::near(double x) const {
    const ReplayEvent* best = nullptr;
    for (const ReplayEvent& one : events_) {
        if (std::abs(place_of(one.at_ms) - x) > kReach)
            continue;
        if (best == nullptr || one.kind < best->kind ||
            (one.kind == best->kind &&
             std::abs(place_of(one.at_ms) - x) < std::abs(place_of(best->at_ms) - x)))
            best = &one;
    }
    return best;
}

void EventStrip::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const double line = height() / 2.0 + 2;
    painter.setPen(QPen(theme().line, 2));
    painter.drawLine(QPointF(kMargin, line), QPointF(width() - kMargin, line));
    for (const Kind kind :
         {Kind::kOther, Kind::kInput, Kind::kDestination, Kind::kEnd, Kind::kAlarm, Kind::kRefused})
        for (const ReplayEvent& one : events_)
            if (one.kind == kind)
                draw_mark(painter, one, place_of(one.at_ms), height());
    painter.setPen(QPen(theme().text, 1));
    const double here = place_of(position_ms_);
    painter.drawLine(QPointF(here, 0), QPointF(here, height()));
}

void EventStrip::mousePressEvent(QMouseEvent* event) {
    const double x = event->position().x();
    const double room = std::max(1, width() - 2 * kMargin);
    const ReplayEvent* meant = near(x);
    const double share = std::clamp((x - kMargin) / room, 0.0, 1.0);
    Q_EMIT wanted(meant != nullptr ? meant->at_ms : static_cast<quint32>(share * duration_ms_));
}

bool EventStrip::event(QEvent* event) {
    if (event->type() != QEvent::ToolTip)
        return QWidget::event(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    if (const ReplayEvent* meant = near(help->pos().x()))
        QToolTip::showText(help->globalPos(),
                           (clock_text(meant->at_ms) + u' ' + event_text(*meant)).toHtmlEscaped(),
                           this);
    else
        QToolTip::hideText();
    return true;
}

EventList::EventList(QWidget* parent) : QWidget(parent) {
    setFixedWidth(kWidth);
    proof_ = new QLabel(this);
    proof_->setObjectName(QStringLiteral("replayProof"));
    proof_->setWordWrap(true);
    proof_->setTextFormat(Qt::PlainText);
    list_ = new QListWidget(this);
    list_->setObjectName(QStringLiteral("replayEvents"));
    list_->setAccessibleName(tr("Events of the session"));
    list_->setUniformItemSizes(false);
    list_->setWordWrap(true);
    list_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(proof_);
    layout->addWidget(list_, 1);
    const auto go = [this](const QListWidgetItem* item) {
        Q_EMIT wanted(at_.at(static_cast<std::size_t>(list_->row(item))));
    };
    connect(list_, &QListWidget::itemClicked, this, go);
    connect(list_, &QListWidget::itemActivated, this, go);
}

void EventList::set_events(const ReplayEvents& events) {
    list_->clear();
    at_.clear();
    for (const ReplayEvent& one : events.events) {
        auto* item =
            new QListWidgetItem(clock_text(one.at_ms) + QStringLiteral("  ") + event_text(one) +
                                (one.proven ? QString() : tr(" (not proven)")));
        item->setForeground(one.kind == Kind::kRefused || one.kind == Kind::kAlarm
                                ? colour_of(one.kind)
                                : theme().text);
        item->setToolTip(tr("Record %1 of the audit log").arg(one.index));
        list_->addItem(item);
        at_.push_back(one.at_ms);
    }
    const bool proven = !events.events.empty() && events.proven == events.events.size();
    proof_->setProperty("proven", proven);
    proof_->setText(
        proven ? tr("These %1 events are in the audit log of %2 records that key %3 has signed.")
                     .arg(events.proven)
                     .arg(events.log_records)
                     .arg(events.key_id)
        : events.proven > 0
            ? tr("Only %1 of these %2 events are proven by the given key.")
                  .arg(events.proven)
                  .arg(events.events.size())
            : tr("NOT PROVEN: no key was given that has signed these events (--log-key)."));
    proof_->style()->unpolish(proof_);
    proof_->style()->polish(proof_);
}

void EventList::set_position(quint32 position_ms) {
    const auto behind = std::ranges::upper_bound(at_, position_ms);
    const int row = static_cast<int>(behind - at_.begin()) - 1;
    if (row == list_->currentRow() || (list_->hasFocus() && list_->currentRow() >= 0))
        return;
    list_->setCurrentRow(row);
}

}  // namespace sudare::client
