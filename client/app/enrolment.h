// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QObject>
#include <memory>

#include "client/app/enrol_page.h"
#include "client/core/enrol_client.h"

namespace sudare::client {

// Between the page and sudare-enrol/1: one connection for one visit of the page.
class Enrolment : public QObject {
    Q_OBJECT
public:
    explicit Enrolment(EnrolPage& page);

    void change_password(const Server& server, const Identity& identity, const QString& user,
                         const Explanation& why);
    void set_up_factor(const Server& server, const Identity& identity, const QString& user,
                       const Explanation& why);

Q_SIGNALS:
    // Done, given up or failed: what to say at the log-in; empty: nothing.
    void over(const sudare::client::Explanation& explanation);

private:
    void start(const Server& server, const Identity& identity, const QString& user);
    void send(enrol::UpMessage message);
    void on_answer(const enrol::Result& result);
    void leave(const Explanation& explanation);

    EnrolPage& page_;
    std::unique_ptr<EnrolClient> client_;
    QString user_;
    bool welcomed_ = false;
    bool changing_ = false;    // the password; else the factor
    bool confirming_ = false;  // the secret has been told
    std::optional<enrol::UpMessage> first_;  // asked before Welcome
};

}  // namespace sudare::client
