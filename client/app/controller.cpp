// SPDX-License-Identifier: Apache-2.0
#include "client/app/controller.h"

#include <QDateTime>
#include <QGuiApplication>
#include <QLocale>
#include <QScreen>
#include <array>

#include "client/core/zoom.h"
#include "client/platform/terminal.h"

namespace sudare::client {
namespace {

constexpr std::chrono::seconds kEndDeadline{5};
constexpr qint64 kDaySeconds = 24 * 60 * 60;
constexpr qint64 kEndNoticeDays = 14;

// As it was, but never larger than a screen that has become smaller since.
QSize window_size(const QSize& remembered) {
    const QScreen* screen = QGuiApplication::primaryScreen();
    const QSize room = screen != nullptr ? screen->availableSize() : QSize(1280, 860);
    if (remembered.isValid())
        return remembered.boundedTo(room);
    return QSize(1440, 900).boundedTo(QSize(room.width() * 9 / 10, room.height() * 9 / 10));
}

const char* name_of(Stage stage) {
    switch (stage) {
        case Stage::kConnecting:
            return "connecting";
        case Stage::kLogin:
            return "login";
        case Stage::kLoggingIn:
            return "logging_in";
        case Stage::kOpening:
            return "starting";
        case Stage::kRunning:
            return "running";
        case Stage::kReconnecting:
            return "reconnecting";
        case Stage::kIdle:
        case Stage::kReady:
            break;
    }
    return nullptr;
}

}  // namespace

Controller::Controller(const Options& options, const Preferences& preferences,
                       SessionClient::WorkerFactory make_worker, Report report)
    : options_(options),
      preferences_(effective(preferences, options)),
      language_(options.language.value_or(Locale::kEnglish)),
      report_(std::move(report)),
      client_(std::move(make_worker)),
      window_([this]() -> const QImage& { return client_.picture(); }, client_.input()),
      enrolment_(window_.enrolment()) {
    end_deadline_.setSingleShot(true);
    connect(&end_deadline_, &QTimer::timeout, this, [this] {
        client_.abandon();
        on_ended({Fault::kNone, EndReason::kUserEnded, 0, {}});
    });
    connect_client();
    connect_window();
}

void Controller::connect_client() {
    connect(&client_, &SessionClient::stage_changed, this, &Controller::on_stage);
    connect(&client_, &SessionClient::login_answered, this, &Controller::on_login_answered);
    connect(&client_, &SessionClient::session_changed, this, &Controller::on_state);
    connect(&client_, &SessionClient::presented, this, &Controller::on_presented);
    connect(&client_, &SessionClient::ended, this, &Controller::on_ended);
    connect(&client_, &SessionClient::interrupted, this,
            [this](const Interruption& interruption) {
                window_.session().set_interrupted(interruption);
            });
    client_.set_resuming(true, [this] {
        RemoteView& view = window_.session().view();
        view.set_asked_display(view.display());
        return view.display();
    });
    // The log-in would still stand, but a person who left the terminal may be somebody else when
    // they come back: the next session takes a password.
    connect(&client_, &SessionClient::closed, this, [this](EndReason reason) {
        client_.abandon();
        on_ended({Fault::kNone, reason, 0, {}});
    });
    SessionPage& page = window_.session();
    connect(&client_, &SessionClient::cursor_changed, &page.view(), &RemoteView::set_cursor);
    connect(&client_, &SessionClient::text_field_changed, &page.view(),
            &RemoteView::set_text_field);
    connect(&client_, &SessionClient::notice, &page, &SessionPage::show_notice);
    connect(&page, &SessionPage::permission_asked, &client_, &SessionClient::ask_exception);
}

void Controller::connect_window() {
    meter_clock_.setInterval(std::chrono::seconds(1));
    connect(&meter_clock_, &QTimer::timeout, this,
            [this] { window_.session().set_numbers(client_.sample_link()); });
    connect(&window_.login(), &LoginPage::submitted, this, &Controller::log_in);
    connect(&window_.login(), &LoginPage::cancelled, this, &Controller::cancel_login);
    connect(&window_.login(), &LoginPage::change_password_wanted, this, [this] {
        entered_ = {window_.login().server(), window_.login().user(), {}, {}};
        enrol(true, {});
    });
    connect(&enrolment_, &Enrolment::over, this, [this](const Explanation& explanation) {
        window_.show_login();
        if (!explanation.title.isEmpty())
            window_.login().show_remark(explanation);
        report_("STATE login");
    });
    connect(&window_.message(), &MessagePage::again, this, [this] {
        window_.show_login();
        report_("STATE login");
    });
    connect(&window_.message(), &MessagePage::leave, &window_, &QWidget::close);
    connect(&window_.session().banner(), &Banner::end_wanted, this, [this] { ask_end(false); });
    connect(&window_.session().view(), &RemoteView::command, this, &Controller::on_command);
    connect(&window_.session().reconnect(), &ReconnectPage::now_wanted, &client_,
            &SessionClient::resume_now);
    connect(&window_.session().reconnect(), &ReconnectPage::give_up_wanted, &client_,
            &SessionClient::request_end);
    connect(&window_, &MainWindow::close_wanted, this, [this] { ask_end(true); });
    connect(&window_, &MainWindow::closing, this, [this] {
        save();
        client_.abandon();
        Q_EMIT finished();
    });
}

void Controller::start(const QByteArray& password) {
    window_.login().set_server(preferences_.server);
    window_.login().set_user(preferences_.user);
    window_.session().view().set_zoom(preferences_.zoom);
    window_.resize(window_size(preferences_.size));
    window_.show_login();
    if (options_.full_screen)
        window_.showFullScreen();
    else if (preferences_.maximized)
        window_.showMaximized();
    else
        window_.show();
    window_.activateWindow();
    report_("READY");
    report_("STATE login");
    warn_of_end();
    renew_certificate();
    if (!password.isEmpty())
        log_in({preferences_.server, preferences_.user, QString::fromUtf8(password), {}});
}

void Controller::renew_certificate() {
    const auto server = parse_server(preferences_.server);
    if (!server)
        return;
    connect(&renewal_, &CertificateRenewal::finished, this,
            [this](CertificateRenewal::Outcome outcome, const QString& diagnostic) {
                static constexpr std::array kNames{"", "asked", "waiting", "renewed", "failed"};
                if (outcome == CertificateRenewal::Outcome::kNothing)
                    return;
                report_(QByteArray("CERTIFICATE ") + kNames[static_cast<std::size_t>(outcome)]);
                if (outcome == CertificateRenewal::Outcome::kFailed)
                    qWarning("renewal of the certificate: %s", qUtf8Printable(diagnostic));
                if (outcome == CertificateRenewal::Outcome::kRenewed && warned_of_end_ &&
                    window_.shows_login())
                    window_.login().clear_remark();
            });
    renewal_.start(*server, preferences_.paths);
}

// Whoever sees it has time to say so: everybody at this terminal is locked out afterwards.
void Controller::warn_of_end() {
    const qint64 end = certificate_end(preferences_.paths);
    const qint64 left = end - QDateTime::currentSecsSinceEpoch();
    if (end == 0 || left <= 0 || left > kEndNoticeDays * kDaySeconds)
        return;
    const int days = static_cast<int>((left + kDaySeconds - 1) / kDaySeconds);
    warned_of_end_ = true;
    window_.login().show_remark(certificate_ends(days));
    report_("CERTIFICATE ends " + QByteArray::number(days));
}

void Controller::log_in(const Credentials& credentials) {
    entered_ = credentials;
    const auto server = parse_server(credentials.server);
    if (!server) {
        wipe(entered_.password);
        return window_.login().show_problem(explain(Fault::kNameNotFound));
    }
    preferences_.server = credentials.server;
    preferences_.user = credentials.user;
    if (client_.stage() == Stage::kLogin && connected_server_ == credentials.server)
        return send_login();
    connected_server_ = credentials.server;
    window_.login().set_progress(tr("Connecting to the server…"));
    client_.connect_to(*server, preferences_.paths);
}

void Controller::send_login() {
    if (client_.second_factor() && entered_.one_time_code.isEmpty()) {
        wipe(entered_.password);
        return on_login_answered({wire::LoginVerdict::kSecondFactorNeeded, 0});
    }
    window_.login().set_progress(tr("Checking your log-in…"));
    client_.log_in(entered_.user, entered_.password, entered_.one_time_code);
    wipe(entered_.password);
}

void Controller::cancel_login() {
    client_.abandon();
    wipe(entered_.password);
    window_.login().begin();
    report_("STATE login");
}

void Controller::on_stage(Stage stage) {
    if (const char* name = name_of(stage))
        report_(QByteArray("STATE ") + name);
    if (stage == Stage::kLogin && !entered_.password.isEmpty())
        send_login();
    if (stage != Stage::kReconnecting)
        window_.session().set_interrupted(std::nullopt);
    window_.session().set_running(stage == Stage::kRunning);
    stage == Stage::kRunning ? meter_clock_.start() : meter_clock_.stop();
}

void Controller::on_login_answered(const wire::LoginResult& result) {
    if (result.verdict == wire::LoginVerdict::kOk) {
        save();
        picture_size_ = {};
        session_ = 0;
        window_.session().set_terminal(client_.terminal_name());
        window_.show_session(entered_.user);
        // After the page has its size: it is what the session is asked for.
        QTimer::singleShot(0, this, &Controller::open_session);
        return;
    }
    report_("STATE refused " + QByteArray::number(static_cast<int>(result.verdict)));
    const bool change = result.verdict == wire::LoginVerdict::kPasswordChangeNeeded;
    if (change || result.verdict == wire::LoginVerdict::kEnrolmentNeeded)
        return enrol(change, explain(result, false));
    const bool code_missing = result.verdict == wire::LoginVerdict::kSecondFactorNeeded;
    window_.login().show_problem(explain(result, client_.second_factor()), result.retry_after_s,
                                 code_missing);
    window_.login().ask_code(code_missing || client_.second_factor());
}

// A connection of its own: the one that stands here is given up.
void Controller::enrol(bool change_password, const Explanation& why) {
    const auto server = parse_server(entered_.server);
    const auto identity = load_identity(preferences_.paths);
    client_.abandon();
    if (!server || !identity)
        return window_.login().show_problem(
            explain(server ? Fault::kSettings : Fault::kNameNotFound));
    window_.show_enrolment();
    if (change_password)
        enrolment_.change_password(*server, *identity, entered_.user, why);
    else
        enrolment_.set_up_factor(*server, *identity, entered_.user, why);
    report_("STATE enrolling");
}

void Controller::open_session() {
    RemoteView& view = window_.session().view();
    view.set_asked_display(view.display());
    client_.open(view.display(), platform::detect_keyboard_layout(), language_);
}

void Controller::on_state(const wire::SessionState& state) {
    session_ = state.session;
    window_.session().set_state(state);
}

void Controller::on_presented(const Presented& presented) {
    if (presented.size != picture_size_) {
        picture_size_ = presented.size;
        report_("PICTURE " + QByteArray::number(picture_size_.width()) + ' ' +
                QByteArray::number(picture_size_.height()));
    }
    window_.session().show_changes(presented);
}

void Controller::on_ended(const Ending& ending) {
    end_deadline_.stop();
    wipe(entered_.password);
    report_("STATE ended " + support_code(ending).toLatin1());
    if (!ending.diagnostic.isEmpty())
        qWarning("ended: %s", qUtf8Printable(ending.diagnostic));
    if (close_after_end_) {
        window_.permit_close();
        window_.close();
    } else if (window_.shows_login()) {
        window_.login().show_problem(explain(ending));
    } else {
        window_.show_ending(ending, session_);
    }
}

void Controller::on_command(ViewerCommand command) {
    RemoteView& view = window_.session().view();
    switch (command) {
        case ViewerCommand::kFullScreen:
            return window_.toggle_full_screen();
        case ViewerCommand::kEnd:
            return ask_end(false);
        case ViewerCommand::kBar:
            return window_.session().banner().take_focus();
        case ViewerCommand::kZoomIn:
            return view.set_zoom(zoom_step(view.zoom(), +1));
        case ViewerCommand::kZoomOut:
            return view.set_zoom(zoom_step(view.zoom(), -1));
        case ViewerCommand::kZoomReset:
            return view.set_zoom(100);
        case ViewerCommand::kNextWindow:
            return view.show_next_window();
    }
}

void Controller::ask_end(bool then_close) {
    window_.session().ask_end([this, then_close] {
        close_after_end_ = then_close;
        end_session();
    });
}

void Controller::end_session() {
    window_.session().banner().set_link(LinkState::kEnding);
    end_deadline_.start(kEndDeadline);
    client_.request_end();
}

void Controller::save() {
    if (window_.isVisible() && !window_.isFullScreen()) {
        preferences_.maximized = window_.isMaximized();
        if (!options_.size)
            preferences_.size = window_.normal_size();
    }
    preferences_.zoom = window_.session().view().zoom();
    save_preferences(preferences_);
}

}  // namespace sudare::client
