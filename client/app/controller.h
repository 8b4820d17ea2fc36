// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QObject>
#include <QTimer>
#include <functional>

#include "client/app/enrolment.h"
#include "client/app/main_window.h"
#include "client/app/options.h"
#include "client/core/certificate_renewal.h"
#include "client/core/session_client.h"

namespace sudare::client {

// Between the connection and the window: what happens there is shown here, and back. All of it
// on the thread of the window; nothing in it blocks.
class Controller : public QObject {
    Q_OBJECT
public:
    // Lines for programs that drive the viewer, in order (without the line break):
    //   READY                        the window is there
    //   STATE login|connecting|logging_in|starting|running|reconnecting
    //   STATE refused N              wire::LoginVerdict
    //   STATE enrolling              the page of password or second factor
    //   PICTURE W H                  the first picture, and each new size
    //   STATE ended CODE             support_code()
    //   CERTIFICATE asked|waiting|renewed|failed|ends N    days; at the start, if there is something
    using Report = std::function<void(const QByteArray& line)>;

    Controller(const Options& options, const Preferences& preferences,
               SessionClient::WorkerFactory make_worker, Report report);

    // Shows the window. With a password (UTF-8) it logs in by itself.
    void start(const QByteArray& password);

    [[nodiscard]] MainWindow& window() { return window_; }
    [[nodiscard]] SessionClient& client() { return client_; }

Q_SIGNALS:
    void finished();  // the window is closed and the connection gone

private:
    void connect_client();
    void connect_window();
    void log_in(const Credentials& credentials);
    void send_login();
    void cancel_login();
    void on_stage(Stage stage);
    void on_login_answered(const wire::LoginResult& result);
    void on_state(const wire::SessionState& state);
    void on_presented(const Presented& presented);
    void on_ended(const Ending& ending);
    void on_command(ViewerCommand command);
    void open_session();
    void enrol(bool change_password, const Explanation& why);
    void ask_end(bool then_close);
    void end_session();
    void save();
    // In the background, and what it or the certificate's end has to say.
    void renew_certificate();
    void warn_of_end();

    Options options_;
    Preferences preferences_;
    Locale language_;
    Report report_;
    SessionClient client_;
    MainWindow window_;
    Enrolment enrolment_;
    CertificateRenewal renewal_;
    Credentials entered_;  // the password only until it is sent
    QString connected_server_;
    QTimer meter_clock_;   // the numbers of the connection
    QTimer end_deadline_;  // an end that the server does not answer
    QSize picture_size_;
    quint64 session_ = 0;
    bool close_after_end_ = false;
    bool warned_of_end_ = false;  // of the certificate
};

}  // namespace sudare::client
