// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QTimer>

#include "client/app/card.h"
#include "client/core/reconnect.h"

namespace sudare::client {

// Lies over the last picture, dimmed, while the connection is lost: since when, until when the session
// is kept, what is being done about it, and the two things that a person can do.
class ReconnectPage : public QWidget {
    Q_OBJECT
public:
    explicit ReconnectPage(QWidget* parent);

    void show_interruption(const Interruption& interruption);
    [[nodiscard]] QString text() const;

Q_SIGNALS:
    void now_wanted();      // try at once
    void give_up_wanted();  // end it here; the server ends the session when its time is up

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    void tell_progress();

    QFrame* card_;
    QLabel* title_;
    QLabel* since_;
    QLabel* kept_;
    QLabel* progress_;
    QLabel* hint_;
    QPushButton* now_;
    QPushButton* give_up_;
    QTimer clock_;  // the seconds to the next try
    Interruption interruption_;
    QDateTime next_try_;
};

}  // namespace sudare::client
