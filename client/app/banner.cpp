// SPDX-License-Identifier: Apache-2.0
#include "client/app/banner.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QMenu>
#include <QStyle>
#include <algorithm>

#include "client/app/card.h"
#include "client/app/texts.h"
#include "client/app/theme.h"
#include "client/core/zoom.h"

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
    ask_ = bar_button("ask", tr("Ask for it…"), this);
    ask_->setToolTip(tr("Asks the administrators to permit this site for you."));
    ask_->hide();
    typing_ = make_label("typing", this, false);
    typing_->setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    typing_->setText(tr("Japanese: in the session"));
    typing_->setToolTip(
        tr("Your terminal sends keys only. An input method inside the session makes Japanese of them: "
           "Hankaku/Zenkaku or Ctrl+Space switches it on and off."));
    time_ = make_label("time", this, false);
    time_->setToolTip(tr("Time left in this session."));
    dot_ = make_label("linkDot", this, false);
    dot_->setFixedSize(kUnit, kUnit);
    link_ = bar_button("link", {}, this);
    link_->setToolTip(tr("Connection: the numbers"));
    start_page_ = bar_button("startPage", tr("Start page"), this);
    start_page_->setToolTip(tr("Shows the start page in this tab (Alt+Home)"));
    zoom_out_ = bar_button("zoomOut", tr("−"), this);
    zoom_out_->setAccessibleName(tr("Smaller"));
    zoom_out_->setToolTip(tr("Smaller (Ctrl+Alt+−)"));
    zoom_level_ = bar_button("zoomLevel", {}, this);
    zoom_level_->setToolTip(tr("Back to 100 % (Ctrl+Alt+0)"));
    zoom_in_ = bar_button("zoomIn", tr("+"), this);
    zoom_in_->setAccessibleName(tr("Larger"));
    zoom_in_->setToolTip(tr("Larger (Ctrl+Alt++)"));
    recorded_ = bar_button("recorded", tr("● Recording"), this);
    recorded_->setAccessibleName(tr("The screen of this session is being recorded"));
    recorded_->setToolTip(recording_texts().join(u'\n'));
    recorded_->hide();
    restrictions_ = bar_button("restricted", {}, this);
    full_screen_ = bar_button("fullScreen", {}, this);
    more_ = bar_button("more", tr("…"), this);
    more_->setAccessibleName(tr("More"));
    end_ = bar_button("end", tr("End"), this);
    end_->setToolTip(tr("Ends the session and closes all pages (Ctrl+Alt+End)"));
    lay_out(icon);

    connect(&aside_timer_, &QTimer::timeout, this, [this] { show_aside({}); });
    connect(ask_, &QPushButton::clicked, this, &Banner::permission_wanted);
    connect(link_, &QPushButton::clicked, this, &Banner::show_quality);
    connect(start_page_, &QPushButton::clicked, this, &Banner::start_page_wanted);
    connect(zoom_out_, &QPushButton::clicked, this,
            [this] { Q_EMIT zoom_wanted(zoom_step(zoom_, -1)); });
    connect(zoom_level_, &QPushButton::clicked, this, [this] { Q_EMIT zoom_wanted(100); });
    connect(zoom_in_, &QPushButton::clicked, this,
            [this] { Q_EMIT zoom_wanted(zoom_step(zoom_, +1)); });
    connect(recorded_, &QPushButton::clicked, this, &Banner::show_recording);
    connect(restrictions_, &QPushButton::clicked, this, &Banner::show_restrictions);
    connect(full_screen_, &QPushButton::clicked, this, &Banner::full_screen_wanted);
    connect(more_, &QPushButton::clicked, this, &Banner::show_more);
    connect(end_, &QPushButton::clicked, this, &Banner::end_wanted);
    clock_.setInterval(std::chrono::seconds(1));
    connect(&clock_, &QTimer::timeout, this, &Banner::tell_time);
    set_link(LinkState::kStarting);
    set_zoom(100);
    set_full_screen(false);
    set_session({});
}

void Banner::lay_out(QLabel* icon) {
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(kUnit, 0, kUnit, 0);
    layout->setSpacing(kUnit);
    layout->addWidget(icon);
    layout->addWidget(brand_);
    layout->addWidget(zone_);
    layout->addSpacing(kUnit);
    layout->addWidget(user_);
    layout->addWidget(session_);
    layout->addWidget(aside_, 1);
    layout->addWidget(ask_);
    layout->addWidget(typing_);
    layout->addWidget(time_);
    auto* link = new QHBoxLayout;
    link->setSpacing(0);
    link->addWidget(dot_);
    link->addWidget(link_);
    layout->addLayout(link);
    layout->addWidget(start_page_);
    auto* zoom = new QHBoxLayout;
    zoom->setSpacing(0);
    zoom->addWidget(zoom_out_);
    zoom->addWidget(zoom_level_);
    zoom->addWidget(zoom_in_);
    layout->addLayout(zoom);
    layout->addWidget(recorded_);
    layout->addWidget(restrictions_);
    layout->addWidget(full_screen_);
    layout->addWidget(more_);
    layout->addWidget(end_);
}

void Banner::set_user(const QString& user) {
    user_->setText(user);
    user_->setAccessibleName(tr("User: %1").arg(user));
}

void Banner::set_composed_there(bool composed_there) {
    composed_there_ = composed_there;
    fit();
}

void Banner::set_session(const wire::SessionState& state) {
    session_->setText(state.session == 0 ? QString() : tr("No. %1").arg(state.session));
    const bool before = recorded();
    restriction_bits_ = state.restrictions;
    keyboard_ = (state.restrictions & wire::kRestrictKeyboard) == 0;
    const QStringList texts = restrictions();
    restrictions_->setText(tr("Restrictions"));
    restrictions_->setToolTip(texts.join(u'\n'));
    restrictions_->setAccessibleDescription(texts.join(u' '));
    over_at_ = state.remaining_s == 0 ? QDateTime()
                                      : QDateTime::currentDateTime().addSecs(state.remaining_s);
    over_at_.isValid() ? clock_.start() : clock_.stop();
    tell_time();
    tell_recording(before);
    fit();
}

// People are told as it begins and as it ends, and can see it at any moment between.
void Banner::tell_recording(bool before) {
    recorded_->setVisible(recorded());
    if (recorded() != before)
        show_aside(recorded() ? tr("The screen of this session is being recorded.")
                              : tr("The screen of this session is no longer recorded."));
}

// Hours and minutes; the last minutes are coloured and say so.
void Banner::tell_time() {
    const qint64 left =
        over_at_.isValid() ? std::max<qint64>(0, QDateTime::currentDateTime().secsTo(over_at_)) : 0;
    const qint64 minutes = (left + 59) / 60;
    const QString text =
        !over_at_.isValid() ? QString()
                            : tr("%1:%2 left").arg(minutes / 60).arg(minutes % 60, 2, 10, QLatin1Char('0'));
    const bool hurry = over_at_.isValid() && left <= kHurrySeconds;
    if (text == time_->text() && time_->property("hurry").toBool() == hurry)
        return;
    time_->setText(text);
    time_->setProperty("hurry", hurry);
    time_->style()->unpolish(time_);
    time_->style()->polish(time_);
    fit();
}

QStringList Banner::restrictions() const {
    return restriction_texts(restriction_bits_) + fixed_restriction_texts();
}

void Banner::set_link(LinkState state) {
    link_state_ = state;
    numbers_ = {};
    tell_link();
}

void Banner::set_numbers(const LinkNumbers& numbers) {
    numbers_ = numbers;
    tell_link();
    if (quality_)
        quality_->show_numbers(numbers);
}

// Never by colour alone: the word says the same.
void Banner::tell_link() {
    const Quality quality = quality_of(numbers_);
    QString text;
    switch (link_state_) {
        case LinkState::kStarting:
            text = tr("Starting");
            break;
        case LinkState::kConnected:
            text = quality == Quality::kGood ? tr("Connected")
                                             : tr("Connected: %1").arg(quality_text(quality));
            break;
        case LinkState::kInterrupted:
            text = tr("Interrupted");
            break;
        case LinkState::kEnding:
            text = tr("Ending");
            break;
    }
    const bool connected = link_state_ == LinkState::kConnected;
    const bool good = connected && quality == Quality::kGood;
    const bool lost = link_state_ == LinkState::kInterrupted || (connected && !good);
    if (text == link_->text() && dot_->property("on").toBool() == good)
        return;
    link_->setText(text);
    link_->setAccessibleName(tr("Connection: %1").arg(text));
    dot_->setProperty("on", good);
    dot_->setProperty("lost", lost);
    dot_->style()->unpolish(dot_);
    dot_->style()->polish(dot_);
    fit();
}

void Banner::set_zoom(int percent) {
    zoom_ = percent;
    zoom_level_->setText(tr("%1 %").arg(percent));
    zoom_level_->setAccessibleName(tr("Zoom: %1 percent").arg(percent));
    zoom_out_->setEnabled(percent > kZoomMin);
    zoom_in_->setEnabled(percent < kZoomMax);
    fit();
}

void Banner::set_full_screen(bool full) {
    full_screen_->setText(full ? tr("Leave full screen") : tr("Full screen"));
    full_screen_->setToolTip(tr("Full screen on or off (Ctrl+Alt+Enter)"));
    fit();
}

void Banner::show_aside(const QString& text, bool may_ask) {
    ask_->setVisible(may_ask);
    aside_text_ = text;
    aside_->setToolTip(text.isEmpty() ? QString() : text + u'\n' + ask_contact_text());
    aside_->setAccessibleName(text);
    aside_timer_.start(may_ask ? kOfferShown : kAsideShown);
    fit();
}

void Banner::take_focus() {
    for (QPushButton* button : {ask_, link_, start_page_, zoom_out_, recorded_, restrictions_})
        if (button->isVisible() && button->isEnabled())
            return button->setFocus(Qt::ShortcutFocusReason);
}

void Banner::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Escape)
        Q_EMIT left();
    else
        QFrame::keyPressEvent(event);
}

void Banner::show_restrictions() {
    auto* list = new BarPopup(tr("What is restricted in this session"), this);
    for (const QString& text : restrictions())
        list->add_row(tr("• %1").arg(text));
    list->add_row(ask_contact_text(), "hint");
    list->setAccessibleDescription(restrictions().join(u' '));
    list->show_under(restrictions_->isVisible() ? *restrictions_ : *more_);
}

void Banner::show_recording() {
    auto* list = new BarPopup(tr("The screen of this session is being recorded"), this);
    for (const QString& text : recording_texts())
        list->add_row(tr("• %1").arg(text));
    list->add_row(recording_contact_text(), "hint");
    list->setAccessibleDescription(recording_texts().join(u' '));
    list->show_under(*recorded_);
}

void Banner::show_quality() {
    quality_ = new QualityPopup(this);
    quality_->show_numbers(numbers_);
    quality_->show_under(link_->isVisible() ? *link_ : *more_);
}

// What has no room in a narrow window.
void Banner::show_more() {
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    if (keyboard_)
        menu->addAction(start_page_->text(), this, &Banner::start_page_wanted);
    menu->addAction(tr("Larger"), this, [this] { Q_EMIT zoom_wanted(zoom_step(zoom_, +1)); });
    menu->addAction(tr("Smaller"), this, [this] { Q_EMIT zoom_wanted(zoom_step(zoom_, -1)); });
    menu->addAction(tr("Zoom 100 %"), this, [this] { Q_EMIT zoom_wanted(100); });
    menu->addAction(tr("Connection"), this, &Banner::show_quality);
    menu->addAction(full_screen_->text(), this, &Banner::full_screen_wanted);
    menu->popup(more_->mapToGlobal(QPoint(0, more_->height())));
}

void Banner::resizeEvent(QResizeEvent* event) {
    QFrame::resizeEvent(event);
    fit();
}

// In a narrow window the least needed goes first, into the menu where it can be pressed; zone,
// recording, restrictions and "end" always stay.
void Banner::fit() {
    QWidget* const optional[] = {session_,    brand_, start_page_, zoom_level_,  zoom_out_,
                                 zoom_in_, link_,  user_,       full_screen_, time_, typing_};
    const auto enough = [this] {
        layout()->invalidate();
        return layout()->minimumSize().width() <= width();
    };
    if (layout() == nullptr)
        return;
    for (QWidget* widget : optional)
        widget->setVisible((widget != start_page_ || keyboard_) &&
                           (widget != typing_ || composed_there_));
    more_->setVisible(false);
    // A remark is there for some seconds: what is always there makes room for it.
    aside_->setMinimumWidth(
        std::min(aside_->fontMetrics().horizontalAdvance(aside_text_) + kUnit, kAsideWidth));
    for (QWidget* widget : optional) {
        if (enough())
            break;
        widget->setVisible(false);
        more_->setVisible(more_->isVisibleTo(this) || qobject_cast<QPushButton*>(widget) != nullptr);
    }
    // Its whole text is in the tool tip; the zone's name is nowhere else.
    if (!enough())
        aside_->setMinimumWidth(0);
    layout()->activate();
    aside_->setText(aside_->fontMetrics().elidedText(aside_text_, Qt::ElideRight, aside_->width()));
}

}  // namespace sudare::client
