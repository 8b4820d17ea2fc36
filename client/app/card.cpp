// SPDX-License-Identifier: Apache-2.0
#include "client/app/card.h"

#include <QRegularExpressionValidator>
#include <QAccessible>
#include <QEvent>
#include <QPainter>
#include <QScrollArea>
#include <QStyle>
#include <algorithm>

#include "client/app/theme.h"
#include "client/platform/terminal.h"

namespace sudare::client {

namespace {

// As high as its wrapped texts need at its one width; layouts above it do not ask for that.
class CardFrame : public QFrame {
public:
    CardFrame(int width, QWidget* parent) : QFrame(parent), width_(width) {
        setObjectName(QStringLiteral("card"));
        setFixedWidth(width);
    }
    [[nodiscard]] QSize sizeHint() const override {
        return {width_, layout()->hasHeightForWidth() ? layout()->totalHeightForWidth(width_)
                                                      : layout()->totalSizeHint().height()};
    }
    [[nodiscard]] QSize minimumSizeHint() const override { return sizeHint(); }

private:
    int width_;
};

}  // namespace

CardPage::CardPage(int card_width, QWidget* parent) : QWidget(parent) {
    auto* scroll = new QScrollArea(this);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setFocusPolicy(Qt::NoFocus);
    auto* whole = new QVBoxLayout(this);
    whole->setContentsMargins(0, 0, 0, 0);
    whole->addWidget(scroll);

    auto* inside = new QWidget;
    auto* middle = new QGridLayout(inside);
    middle->setContentsMargins(3 * kUnit, 3 * kUnit, 3 * kUnit, 3 * kUnit);
    auto* frame = new CardFrame(card_width, inside);
    middle->addWidget(frame, 0, 0, Qt::AlignCenter);
    card_ = new QVBoxLayout(frame);
    card_->setContentsMargins(5 * kUnit, 4 * kUnit, 5 * kUnit, 4 * kUnit);
    card_->setSpacing(kUnit);
    scroll->setWidget(inside);
}

// The style sheet's fonts arrive with the first show, after the first sizes have been worked out.
void CardPage::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    for (QWidget* child : findChildren<QWidget*>())
        child->ensurePolished();
    card_->invalidate();
    card_->parentWidget()->updateGeometry();
}

QLabel* make_label(const char* name, QWidget* parent, bool wrapped) {
    auto* label = new QLabel(parent);
    label->setObjectName(QLatin1String(name));
    label->setWordWrap(wrapped);
    label->setTextFormat(Qt::PlainText);
    return label;
}

QLineEdit* make_field(const QString& text, QLabel** label_out, QVBoxLayout& card, QWidget* parent) {
    auto* label = make_label("fieldLabel", parent, false);
    label->setText(text);
    auto* field = new QLineEdit(parent);
    field->setAccessibleName(text);
    field->setDragEnabled(false);
    field->setAcceptDrops(false);
    field->setInputMethodHints(Qt::ImhPreferLatin | Qt::ImhNoAutoUppercase |
                               Qt::ImhNoPredictiveText);
    label->setBuddy(field);
    card.addSpacing(kUnit / 2);
    card.addWidget(label);
    card.addWidget(field);
    if (label_out != nullptr)
        *label_out = label;
    return field;
}

void make_code_field(QLineEdit& field) {
    field.setValidator(new QRegularExpressionValidator(
        QRegularExpression(QStringLiteral("[0-9\uFF10-\uFF19]{0,6}")), &field));
    field.setInputMethodHints(Qt::ImhDigitsOnly);
}

CapsHint::CapsHint(const QString& text, QWidget* parent) : QLabel(text, parent) {
    setObjectName(QStringLiteral("capsHint"));
    setWordWrap(true);
    setTextFormat(Qt::PlainText);
    hide();
}

void CapsHint::watch(QLineEdit* field) {
    fields_.push_back(field);
    field->installEventFilter(this);
}

void CapsHint::follow() {
    const bool typing = std::ranges::any_of(fields_, [](const QLineEdit* field) { return field->hasFocus(); });
    setVisible(typing && platform::caps_lock_on().value_or(false));
}

// The state is the one before the key itself when a press arrives, so releases count as well.
bool CapsHint::eventFilter(QObject* watched, QEvent* event) {
    switch (event->type()) {
        case QEvent::KeyPress:
        case QEvent::KeyRelease:
        case QEvent::FocusIn:
        case QEvent::FocusOut:
            follow();
            break;
        default:
            break;
    }
    return QLabel::eventFilter(watched, event);
}

QPushButton* make_button(const QString& text, bool main, QWidget* parent) {
    auto* button = new QPushButton(text, parent);
    button->setProperty("main", main);
    button->setAutoDefault(true);  // Enter presses the button that has the focus
    return button;
}

ToneMark::ToneMark(int diameter, QWidget* parent) : QWidget(parent) {
    setFixedSize(diameter, diameter);
}

void ToneMark::set_tone(Tone tone) {
    tone_ = tone;
    update();
}

void ToneMark::paintEvent(QPaintEvent*) {
    const Theme& t = theme();
    const QColor colour = tone_ == Tone::kCalm     ? t.calm
                          : tone_ == Tone::kNotice ? t.notice
                                                   : t.trouble;
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.scale(width() / 40.0, height() / 40.0);
    QColor soft = colour;
    soft.setAlpha(36);
    painter.setPen(Qt::NoPen);
    painter.setBrush(soft);
    painter.drawEllipse(QRectF(0, 0, 40, 40));
    QPen pen(colour, 3.2, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin);
    painter.setPen(pen);
    painter.setBrush(Qt::NoBrush);
    if (tone_ == Tone::kCalm) {
        painter.drawPolyline(QPolygonF({{12.5, 20.5}, {17.8, 25.8}, {27.8, 14.8}}));
        return;
    }
    const bool upright = tone_ != Tone::kNotice;  // "!" rather than "i"
    painter.drawLine(upright ? QLineF(20, 11.5, 20, 21.5) : QLineF(20, 18.5, 20, 28.5));
    pen.setWidthF(4);
    painter.setPen(pen);
    painter.drawPoint(QPointF(20, upright ? 28 : 12));
}

Alert::Alert(QWidget* parent) : QFrame(parent) {
    setObjectName(QStringLiteral("alert"));
    title_ = make_label("alertTitle", this);
    body_ = make_label("alertBody", this);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(kUnit * 3 / 2, kUnit, kUnit * 3 / 2, kUnit);
    layout->setSpacing(kUnit / 2);
    layout->addWidget(title_);
    layout->addWidget(body_);
    hide();
}

void Alert::show_text(const Explanation& explanation) {
    const char* const names[] = {"calm", "notice", "trouble", "danger"};
    setProperty("tone", QLatin1String(names[static_cast<int>(explanation.tone)]));
    style()->unpolish(this);
    style()->polish(this);
    title_->setText(explanation.title);
    QStringList body;
    for (const QString& part : {explanation.why, explanation.next})
        if (!part.isEmpty())
            body += part;
    body_->setText(body.join(u'\n'));
    body_->setVisible(!body.isEmpty());
    setAccessibleName(text());
    show();
    QAccessibleEvent event(this, QAccessible::Alert);
    QAccessible::updateAccessibility(&event);
}

void Alert::clear() {
    hide();
}

QString Alert::text() const {
    return title_->text() + u'\n' + body_->text();
}

}  // namespace sudare::client
