// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "client/app/card.h"
#include "client/core/ending.h"

namespace sudare::client {

// After a session: what happened, why, and the next step.
class MessagePage : public CardPage {
    Q_OBJECT
public:
    explicit MessagePage(QWidget* parent = nullptr);

    // session: 0 when there was none.
    void show_ending(const Ending& ending, quint64 session);

    [[nodiscard]] QString text() const;

Q_SIGNALS:
    void again();
    void leave();

private:
    ToneMark* mark_;
    QLabel* title_;
    QLabel* why_;
    QLabel* next_;
    QLabel* code_;
    QPushButton* again_;
    QPushButton* leave_;
};

}  // namespace sudare::client
