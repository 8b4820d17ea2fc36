// SPDX-License-Identifier: Apache-2.0
// Draws every state of the viewer into PNG files, in both languages and both looks, without a
// display and without a server. Fails when a text does not fit its place.
#include <QApplication>
#include <QDir>
#include <QMouseEvent>
#include <QPainter>
#include <QTranslator>
#include <cstdio>
#include <cstdlib>

#include "client/app/language.h"
#include "client/app/main_window.h"
#include "client/app/theme.h"

namespace {

using namespace sudare;
using namespace sudare::client;

// A page of the size that the view asks for.
QImage sample_page(QSize size) {
    QImage image(size, QImage::Format_RGB32);
    image.fill(Qt::white);
    QPainter painter(&image);
    painter.fillRect(0, 0, size.width(), 44, QColor(0xDEE3E8));
    painter.fillRect(12, 50, size.width() - 24, 34, QColor(0xF1F3F5));
    painter.setPen(QColor(0x222222));
    QFont font = QApplication::font();
    font.setPixelSize(30);
    painter.setFont(font);
    painter.drawText(60, 160, QStringLiteral("さくら市 職員ポータル"));
    font.setPixelSize(17);
    painter.setFont(font);
    for (int line = 0; line < 14; ++line)
        painter.drawText(
            60, 210 + line * 34,
            QStringLiteral(
                "本文の見本です。令和八年度の予算について、市議会の資料を公開しました。"));
    return image;
}

class Gallery {
public:
    explicit Gallery(const QDir& directory) : directory_(directory) {}

    void draw(Locale language, Look look) {
        install_language(*qApp, language);
        apply_theme(*qApp, look, language == Locale::kJapanese);
        prefix_ = QStringLiteral("%1-%2-").arg(language == Locale::kJapanese ? "ja" : "en",
                                               name_of(look));
        QImage picture;
        InputSender input([](const wire::UpMessage&) { return true; });
        MainWindow window([&]() -> const QImage& { return picture; }, input);
        window.resize(1200, 780);
        window.show();
        draw_login(window);
        draw_enrolment(window);
        draw_session(window, picture);
        draw_endings(window);
        for (QTranslator* translator : qApp->findChildren<QTranslator*>())
            delete translator;
    }

    [[nodiscard]] int faults() const { return faults_; }

private:
    static const char* name_of(Look look) {
        return look == Look::kDark ? "dark" : look == Look::kContrast ? "contrast" : "light";
    }

    void draw_login(MainWindow& window) {
        LoginPage& login = window.login();
        login.set_server(QStringLiteral("sudare.city.example.jp"));
        login.set_user(QStringLiteral("sakura"));
        window.show_login();
        save(window, "login");
        login.set_progress(
            QCoreApplication::translate("sudare::client::Controller", "Connecting to the server…"));
        save(window, "login-connecting");
        login.show_problem(explain({wire::LoginVerdict::kRefused, 0}, false));
        save(window, "login-refused");
        login.show_problem(explain({wire::LoginVerdict::kBusy, 30}, false), 30);
        save(window, "login-busy");
        login.show_problem(explain({wire::LoginVerdict::kSecondFactorNeeded, 0}, true));
        login.ask_code(true);
        save(window, "login-code");
        login.ask_code(false);
        login.show_problem(explain(EndReason::kEmergency));
        save(window, "login-emergency");
        for (const Fault fault : kAllFaults) {
            login.show_problem(explain(fault));
            save(window, QByteArray("login-fault-") + sudare::client::name_of(fault).data());
        }
    }

    void draw_enrolment(MainWindow& window) {
        EnrolPage& page = window.enrolment();
        const QString user = QStringLiteral("sakura");
        window.show_enrolment();
        page.set_password_min(10);
        page.begin_password(user, explain({wire::LoginVerdict::kPasswordChangeNeeded, 0}, false));
        save(window, "enrol-password");
        page.ask_code();
        page.show_problem(explain(enrol::Result{enrol::Verdict::kCodeNeeded, 0}, false));
        save(window, "enrol-password-code");
        page.show_problem(explain(enrol::Result{enrol::Verdict::kPasswordWeak, 0}, false));
        save(window, "enrol-password-weak");
        page.begin_factor(user, explain({wire::LoginVerdict::kEnrolmentNeeded, 0}, false));
        save(window, "enrol-factor");
        enrol::FactorSecret secret;
        secret.secret.fill(0x5a);  // nobody's
        page.show_secret(secret);
        save(window, "enrol-factor-secret");
        page.show_problem(explain(enrol::Result{enrol::Verdict::kRefused, 0}, true));
        save(window, "enrol-factor-wrong");
        page.clear();
        window.show_login();
        window.login().show_remark(password_changed());
        save(window, "login-password-changed");
        window.login().show_remark(factor_set_up());
        save(window, "login-factor-set-up");
        window.login().show_remark(certificate_ends(9));
        save(window, "login-certificate-ends");
    }

    void draw_session(MainWindow& window, QImage& picture) {
        window.show_session(QStringLiteral("sakura"));
        save(window, "session-starting");
        wire::SessionState state;
        state.phase = wire::Phase::kRunning;
        state.session = 20481;
        state.remaining_s = 3 * 3600 + 25 * 60;
        state.resume_minutes = 10;
        state.restrictions = wire::kRestrictSites | wire::kRestrictPlainHttp;
        SessionPage& page = window.session();
        page.set_state(state);
        page.set_running(true);
        const auto display = page.view().display();
        picture = sample_page({display.size.width(), display.size.height()});
        page.show_changes({1, picture.size(), true, {}});
        save(window, "session-running");
        draw_connection(window, state);
        page.show_notice({wire::NoticeCode::kIdleSoon, 60, 0});
        save(window, "session-notice");
        page.notices().dismiss();
        QMouseEvent press(QEvent::MouseButtonPress, QPointF(9, 9), QPointF(9, 9), Qt::LeftButton,
                          Qt::LeftButton, {});
        QApplication::sendEvent(&page.view(), &press);
        page.show_notice({wire::NoticeCode::kSiteRefused, 12, 1});
        save(window, "session-aside");
        page.ask_end([] {});
        save(window, "session-ask-end");
        page.notices().dismiss();
        page.view().set_text_field({true, 460, 180, 2, 24, wire::FieldKind::kText});
        QInputMethodEvent composing(QStringLiteral("こうえんのよやく"), {});
        QApplication::sendEvent(&page.view(), &composing);
        save(window, "session-composing");
        QInputMethodEvent composed;
        QApplication::sendEvent(&page.view(), &composed);
        page.view().set_text_field({true, 460, 180, 2, 24, wire::FieldKind::kText, true});
        save(window, "session-composed-there");
        window.resize(600, 480);
        save(window, "session-narrow");
        window.resize(1200, 780);
        page.banner().findChild<QPushButton*>(QStringLiteral("restricted"))->click();
        if (auto* list = page.banner().findChild<QFrame*>(QStringLiteral("restrictions"))) {
            save(*list, "restrictions");
            list->close();
        } else {
            ++faults_;
        }
        state.restrictions |= wire::kStateRecorded;
        page.set_state(state);
        save(window, "session-recorded");
        page.banner().findChild<QPushButton*>(QStringLiteral("recorded"))->click();
        if (auto* told = page.banner().findChild<QFrame*>(QStringLiteral("restrictions"))) {
            save(*told, "recorded");
            told->close();
        } else {
            ++faults_;
        }
        page.set_running(false);
    }

    // What the bar says about it, and the overlay of an interruption.
    void draw_connection(MainWindow& window, wire::SessionState state) {
        SessionPage& page = window.session();
        page.set_numbers({120, 310.5, 8.2, 1.4, 40});
        page.banner().findChild<QPushButton*>(QStringLiteral("link"))->click();
        if (auto* popup = page.banner().findChild<QFrame*>(QStringLiteral("restrictions"))) {
            save(*popup, "connection");
            popup->close();
        } else {
            ++faults_;
        }
        state.remaining_s = 4 * 60;
        page.set_state(state);
        page.view().set_zoom(150);
        save(window, "session-last-minutes");
        page.view().set_zoom(100);
        page.set_numbers({});
        page.set_terminal(QStringLiteral("shimin-04"));
        state.watermark = 15;
        page.set_state(state);
        save(window, "session-watermark");
        state.watermark = 0;
        state.remaining_s = 3 * 3600 + 25 * 60;
        page.set_state(state);
        Interruption interruption;
        interruption.since = QDateTime::currentDateTime().addSecs(-95);
        interruption.kept_until = interruption.since.addSecs(600);
        interruption.tries = 120;
        interruption.next_try = std::chrono::seconds(7);
        page.set_interrupted(interruption);
        save(window, "session-interrupted");
        interruption.trying = true;
        interruption.next_try = {};
        page.set_interrupted(interruption);
        save(window, "session-interrupted-trying");
        page.set_interrupted(std::nullopt);
        page.set_running(true);
    }

    void draw_endings(MainWindow& window) {
        for (unsigned number = 0; number < 1000; ++number)
            if (const auto reason = end_reason_from(static_cast<std::uint16_t>(number))) {
                window.show_ending({Fault::kNone, *reason, 0, {}}, 20481);
                save(window, QByteArray("ended-") + sudare::name_of(*reason).data());
            }
        for (const Fault fault : kAllFaults) {
            window.show_ending({fault, {}, 0, {}}, 0);
            save(window, QByteArray("fault-") + sudare::client::name_of(fault).data());
        }
    }

    void save(QWidget& widget, const QByteArray& name) {
        // A layout asks the one above it for room by an event, so a change needs a few rounds.
        for (int round = 0; round < 6; ++round)
            QCoreApplication::processEvents();
        const QString file = directory_.filePath(prefix_ + QString::fromLatin1(name) + ".png");
        if (!widget.grab().save(file))
            fail(name, "cannot be saved");
        for (const QLabel* label : widget.findChildren<QLabel*>()) {
            if (!label->isVisible() || label->text().isEmpty())
                continue;
            const int needed = label->wordWrap() ? label->heightForWidth(label->width())
                                                 : label->sizeHint().height();
            if (label->height() < needed ||
                (!label->wordWrap() && label->width() < label->sizeHint().width()))
                fail(name, label->text().toUtf8());
        }
    }

    void fail(const QByteArray& name, const QByteArray& what) {
        std::fprintf(stderr, "%s%s: %s\n", qPrintable(prefix_), name.constData(), what.constData());
        ++faults_;
    }

    QDir directory_;
    QString prefix_;
    int faults_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
    if (qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM"))
        qputenv("QT_QPA_PLATFORM", "offscreen");
    QApplication application(argc, argv);
    const QString where = QApplication::arguments().value(1);
    if (where.isEmpty() || !QDir().mkpath(where)) {
        std::fprintf(stderr, "usage: viewer_gallery DIRECTORY\n");
        return 2;
    }
    Gallery gallery((QDir(where)));
    for (const Locale language : {Locale::kJapanese, Locale::kEnglish})
        for (const Look look : {Look::kLight, Look::kDark, Look::kContrast})
            gallery.draw(language, look);
    std::printf("pictures of every state are in %s\n", qPrintable(where));
    return gallery.faults() == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
