// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QFrame>
#include <QLabel>
#include <QVBoxLayout>

#include "client/core/link_meter.h"

// The small windows that open under a button of the bar. Any click beside them, or Escape, closes
// them.
namespace sudare::client {

class BarPopup : public QFrame {
public:
    BarPopup(const QString& title, QWidget* parent);
    void add_row(const QString& text, const char* name = "restriction");
    // Below `button`, with their right edges in one line where there is room.
    void show_under(const QWidget& button);

protected:
    [[nodiscard]] QVBoxLayout* rows() { return rows_; }
    static constexpr int kWidth = 48 * 8;  // logical pixels of a row

private:
    QVBoxLayout* rows_;
};

// Connection quality: the word and the numbers behind it, as long as it is open.
class QualityPopup : public BarPopup {
public:
    explicit QualityPopup(QWidget* parent);
    void show_numbers(const LinkNumbers& numbers);
    [[nodiscard]] QString text() const;

private:
    QLabel* row();
    QLabel *word_, *round_trip_, *received_, *updates_, *decoding_;
};

// "Good", "Slow", "Poor".
QString quality_text(Quality quality);

}  // namespace sudare::client
