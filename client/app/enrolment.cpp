// SPDX-License-Identifier: Apache-2.0
#include "client/app/enrolment.h"

#include "client/app/login_page.h"

namespace sudare::client {
namespace {

std::string taken(QString& secret) {
    QByteArray bytes = secret.toUtf8();
    std::string out(bytes.constData(), static_cast<std::size_t>(bytes.size()));
    bytes.fill('\0');
    wipe(secret);
    return out;
}

}  // namespace

Enrolment::Enrolment(EnrolPage& page) : page_(page) {
    connect(&page, &EnrolPage::change_wanted, this,
            [this](QString password, QString code, QString wanted) {
                send(enrol::ChangePassword{user_.toStdString(), taken(password), taken(code),
                                           taken(wanted)});
            });
    connect(&page, &EnrolPage::factor_wanted, this, [this](QString password, QString code) {
        send(enrol::BeginFactor{user_.toStdString(), taken(password), taken(code)});
    });
    connect(&page, &EnrolPage::confirm_wanted, this,
            [this](QString code) { send(enrol::ConfirmFactor{taken(code)}); });
    connect(&page, &EnrolPage::cancelled, this, [this] { leave({}); });
}

void Enrolment::change_password(const Server& server, const Identity& identity,
                                const QString& user, const Explanation& why) {
    changing_ = true;
    page_.begin_password(user, why);
    start(server, identity, user);
}

void Enrolment::set_up_factor(const Server& server, const Identity& identity, const QString& user,
                              const Explanation& why) {
    changing_ = false;
    page_.begin_factor(user, why);
    start(server, identity, user);
}

void Enrolment::start(const Server& server, const Identity& identity, const QString& user) {
    user_ = user;
    welcomed_ = confirming_ = false;
    first_.reset();
    client_ = std::make_unique<EnrolClient>();
    connect(client_.get(), &EnrolClient::welcomed, this, [this](const enrol::Welcome& welcome) {
        welcomed_ = true;
        page_.set_password_min(welcome.password_min);
        if (first_)
            send(std::move(*std::exchange(first_, std::nullopt)));
    });
    connect(client_.get(), &EnrolClient::answered, this, &Enrolment::on_answer);
    connect(client_.get(), &EnrolClient::secret_told, this,
            [this](const enrol::FactorSecret& secret) {
                confirming_ = true;
                page_.show_secret(secret);
            });
    connect(client_.get(), &EnrolClient::ended, this,
            [this](const Ending& ending) { leave(explain(ending)); });
    client_->start(server, identity);
}

void Enrolment::send(enrol::UpMessage message) {
    if (!welcomed_)
        first_ = std::move(message);
    else if (client_)
        client_->request(message);
}

void Enrolment::on_answer(const enrol::Result& result) {
    if (result.verdict == enrol::Verdict::kDone)
        return leave(changing_ ? password_changed() : factor_set_up());
    if (result.verdict == enrol::Verdict::kCodeNeeded)
        page_.ask_code();
    page_.show_problem(explain(result, confirming_));
}

// The client may be calling: it goes when it has returned.
void Enrolment::leave(const Explanation& explanation) {
    if (!client_)
        return;
    client_->disconnect(this);
    client_->close();
    client_.release()->deleteLater();
    if (first_)
        enrol::wipe(*first_);
    first_.reset();
    page_.clear();
    Q_EMIT over(explanation);
}

}  // namespace sudare::client
