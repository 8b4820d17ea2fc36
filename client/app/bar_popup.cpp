// SPDX-License-Identifier: Apache-2.0
#include "client/app/bar_popup.h"

#include <QCoreApplication>
#include <QLocale>
#include <QScreen>

#include "client/app/card.h"
#include "client/app/theme.h"

namespace sudare::client {

using App = QCoreApplication;

BarPopup::BarPopup(const QString& title, QWidget* parent) : QFrame(parent, Qt::Popup) {
    setAttribute(Qt::WA_DeleteOnClose);
    setObjectName(QStringLiteral("restrictions"));
    rows_ = new QVBoxLayout(this);
    rows_->setContentsMargins(2 * kUnit, kUnit * 3 / 2, 2 * kUnit, 2 * kUnit);
    rows_->setSpacing(kUnit);
    auto* label = make_label("restrictionsTitle", this, false);
    label->setText(title);
    rows_->addWidget(label);
    setAccessibleName(title);
}

void BarPopup::add_row(const QString& text, const char* name) {
    auto* row = make_label(name, this);
    row->setText(text);
    row->setFixedWidth(kWidth);
    rows_->addWidget(row);
}

void BarPopup::show_under(const QWidget& button) {
    adjustSize();
    const QPoint corner =
        button.mapToGlobal(QPoint(button.width() - width(), button.height() + kUnit / 2));
    const int left = button.screen() != nullptr ? button.screen()->geometry().left() : 0;
    move(std::max(corner.x(), left), corner.y());
    show();
}

QualityPopup::QualityPopup(QWidget* parent) : BarPopup(App::translate("QualityPopup", "Connection"), parent) {
    word_ = row();
    round_trip_ = row();
    received_ = row();
    updates_ = row();
    decoding_ = row();
}

QLabel* QualityPopup::row() {
    auto* label = make_label("restriction", this);
    label->setFixedWidth(kWidth);
    rows()->addWidget(label);
    return label;
}

void QualityPopup::show_numbers(const LinkNumbers& numbers) {
    const QLocale locale;
    const auto number = [&](double value) { return locale.toString(value, 'f', 1); };
    word_->setText(App::translate("QualityPopup", "Quality: %1").arg(quality_text(quality_of(numbers))));
    round_trip_->setText(numbers.round_trip_ms
                             ? App::translate("QualityPopup", "Way to the server and back: %1 ms").arg(*numbers.round_trip_ms)
                             : App::translate("QualityPopup", "Way to the server and back: not known here"));
    received_->setText(App::translate("QualityPopup", "Received: %1 kB per second").arg(number(numbers.kilobytes_per_second)));
    updates_->setText(
        App::translate("QualityPopup", "Changes of the picture: %1 per second").arg(number(numbers.updates_per_second)));
    decoding_->setText(App::translate("QualityPopup", "Decoding: %1 ms each").arg(number(numbers.decode_ms)));
    setAccessibleDescription(text());
}

QString QualityPopup::text() const {
    return QStringList{word_->text(), round_trip_->text(), received_->text(), updates_->text(),
                       decoding_->text()}
        .join(u'\n');
}

QString quality_text(Quality quality) {
    switch (quality) {
        case Quality::kGood:
            return App::translate("QualityPopup", "Good");
        case Quality::kSlow:
            return App::translate("QualityPopup", "Slow");
        case Quality::kPoor:
            break;
    }
    return App::translate("QualityPopup", "Poor");
}

}  // namespace sudare::client
