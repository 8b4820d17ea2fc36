// SPDX-License-Identifier: Apache-2.0
#include "client/app/banner.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QStyle>
#include <QVBoxLayout>

#include "client/app/card.h"
#include "client/app/texts.h"
#include "client/app/theme.h"

namespace sudare::client {
namespace {

QPushButton* bar_button(const char* name, const QString& text, QWidget* parent) {
    auto* button = new QPushButton(text, parent);
    button->setObjectName(QLatin1String(name));
    button->setAutoDefault(true);
    // Clicks leave the keyboard where it is: with the page.
    button->setFocusPolicy(Qt::TabFocus);
    return button;
}

}  // namespace

Banner::Banner(QWidget* parent) : QFrame(parent) {
    setObjectName(QStringLiteral("banner"));
    setFixedHeight(kHeight);
    setAccessibleName(tr("Bar of the viewer"));
    auto* icon = new QLabel(this);
    icon->setPixmap(sudare_icon().pixmap(QSize(24, 24), devicePixelRatioF()));
    brand_ = make_label("brand", this, false);
    brand_->setText(tr("簾 Sudare"));
    zone_ = make_label("zone", this, false);
    zone_->setText(tr("Internet"));
    zone_->setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    zone_->setToolTip(tr("Everything inside the coloured border comes from the Internet."));
    user_ = make_label("user", this, false);
    session_ = make_label("session", this, false);
    session_->setToolTip(tr("The number of this session. The help desk may ask for it."));
    aside_ = make_label("aside", this, false);
    aside_->setAlignment(Qt::AlignCenter);
    aside_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    aside_timer_.setSingleShot(true);
    connect(&aside_timer_, &QTimer::timeout, this, [this] { show_aside({}); });
    link_ = make_label("link", this, false);
    dot_ = make_label("linkDot", this, false);
    dot_->setFixedSize(kUnit, kUnit);
    restrictions_ = bar_button("restricted", {}, this);
    full_screen_ = bar_button("fullScreen", {}, this);
    end_ = bar_button("end", tr("End"), this);
    end_->setToolTip(tr("Ends the session and closes all pages (Ctrl+Alt+End)"));

    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(kUnit, 0, kUnit, 0);
    layout->setSpacing(kUnit * 3 / 2);
    layout->addWidget(icon);
    layout->addWidget(brand_);
    layout->addWidget(zone_);
    layout->addSpacing(kUnit);
    layout->addWidget(user_);
    layout->addWidget(session_);
    layout->addWidget(aside_, 1);
    auto* link = new QHBoxLayout;
    link->setSpacing(kUnit * 3 / 4);
    link->addWidget(dot_);
    link->addWidget(link_);
    layout->addLayout(link);
    layout->addWidget(restrictions_);
    layout->addWidget(full_screen_);
    layout->addWidget(end_);
    connect(restrictions_, &QPushButton::clicked, this, &Banner::show_restrictions);
    connect(full_screen_, &QPushButton::clicked, this, &Banner::full_screen_wanted);
    connect(end_, &QPushButton::clicked, this, &Banner::end_wanted);
    set_link(LinkState::kStarting);
    set_full_screen(false);
    set_session({});
}

void Banner::set_user(const QString& user) {
    user_->setText(user);
    user_->setAccessibleName(tr("User: %1").arg(user));
}

void Banner::set_session(const wire::SessionState& state) {
    session_->setText(state.session == 0 ? QString() : tr("No. %1").arg(state.session));
    restriction_bits_ = state.restrictions;
    const QStringList texts = restrictions();
    restrictions_->setText(tr("Restrictions"));
    restrictions_->setToolTip(texts.join(u'\n'));
    restrictions_->setAccessibleDescription(texts.join(u' '));
    fit();
}

QStringList Banner::restrictions() const {
    return restriction_texts(restriction_bits_) + fixed_restriction_texts();
}

void Banner::set_link(LinkState state) {
    switch (state) {
        case LinkState::kStarting:
            link_->setText(tr("Starting"));
            break;
        case LinkState::kConnected:
            link_->setText(tr("Connected"));
            break;
        case LinkState::kInterrupted:
            link_->setText(tr("Interrupted"));
            break;
        case LinkState::kEnding:
            link_->setText(tr("Ending"));
            break;
    }
    dot_->setProperty("on", state == LinkState::kConnected);
    dot_->setProperty("lost", state == LinkState::kInterrupted);
    dot_->style()->unpolish(dot_);
    dot_->style()->polish(dot_);
}

void Banner::set_full_screen(bool full) {
    full_screen_->setText(full ? tr("Leave full screen") : tr("Full screen"));
    full_screen_->setToolTip(tr("Full screen on or off (Ctrl+Alt+Enter)"));
    fit();
}

void Banner::show_aside(const QString& text) {
    aside_text_ = text;
    aside_->setToolTip(text.isEmpty() ? QString() : text + u'\n' + ask_contact_text());
    aside_->setAccessibleName(text);
    aside_timer_.start(kAsideShown);
    fit();
}

void Banner::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Escape)
        Q_EMIT left();
    else
        QFrame::keyPressEvent(event);
}

// The list as a small window under its button; any click or Escape closes it.
void Banner::show_restrictions() {
    auto* list = new QFrame(this, Qt::Popup);
    list->setAttribute(Qt::WA_DeleteOnClose);
    list->setObjectName(QStringLiteral("restrictions"));
    auto* layout = new QVBoxLayout(list);
    layout->setContentsMargins(2 * kUnit, kUnit * 3 / 2, 2 * kUnit, 2 * kUnit);
    layout->setSpacing(kUnit);
    auto* title = make_label("restrictionsTitle", list, false);
    title->setText(tr("What is restricted in this session"));
    layout->addWidget(title);
    for (const QString& text : restrictions()) {
        auto* row = make_label("restriction", list);
        row->setText(tr("• %1").arg(text));
        row->setFixedWidth(48 * kUnit);
        layout->addWidget(row);
    }
    auto* why = make_label("hint", list);
    why->setText(ask_contact_text());
    why->setFixedWidth(48 * kUnit);
    layout->addSpacing(kUnit / 2);
    layout->addWidget(why);
    list->setAccessibleName(title->text());
    list->setAccessibleDescription(restrictions().join(u' '));
    list->adjustSize();
    const QPoint corner = restrictions_->mapToGlobal(
        QPoint(restrictions_->width() - list->width(), restrictions_->height() + kUnit / 2));
    list->move(std::max(corner.x(), mapToGlobal(QPoint(0, 0)).x()), corner.y());
    list->show();
}

void Banner::resizeEvent(QResizeEvent* event) {
    QFrame::resizeEvent(event);
    fit();
}

// In a narrow window the least needed goes first; zone, restrictions and "end" always stay.
void Banner::fit() {
    QLabel* const optional[] = {session_, link_, brand_, user_};
    for (QLabel* label : optional)
        label->setVisible(true);
    for (QLabel* label : optional) {
        if (layout() == nullptr || layout()->minimumSize().width() <= width())
            break;
        label->setVisible(false);
        layout()->invalidate();
    }
    if (layout() != nullptr)
        layout()->activate();
    aside_->setText(aside_->fontMetrics().elidedText(aside_text_, Qt::ElideRight, aside_->width()));
}

}  // namespace sudare::client
