// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>
#include <QStringList>

#include "client/core/ending.h"
#include "protocol/core/reason.h"
#include "protocol/enrol/messages.h"
#include "protocol/wire/messages.h"

// Every sentence that explains a code to a person, one table per enum. The wire carries numbers
// only; what they mean is said here, in the language of the application's translator. Table
// completeness is a unit test.
namespace sudare::client {

enum class Tone {
    kCalm,     // as it should be
    kNotice,   // a rule or a circumstance; the person can go on
    kTrouble,  // something failed; somebody has to act
    kDanger,   // do not go on
};

// What happened, why, and the next step.
struct Explanation {
    Tone tone = Tone::kNotice;
    QString title;
    QString why;
    QString next;
};

Explanation explain(EndReason reason);
Explanation explain(Fault fault);
// The reason when the server said one, else the fault.
Explanation explain(const Ending& ending);

// Answers to a log-in; empty for kOk. The same for every kRefused, whatever was wrong with it.
Explanation explain(const wire::LoginResult& result, bool second_factor);

// Answers of sudare-enrol/1; new_factor: to the first code of a factor that is being set up.
Explanation explain(const enrol::Result& result, bool new_factor);
Explanation password_changed();
Explanation factor_set_up();
// The terminal's own certificate, this many days before its end; renewal: the next one is asked for.
Explanation certificate_ends(int days);

QString text_of(const wire::Notice& notice);
// A refused site that an administrator could permit: refused by rules, not by address or fault.
bool may_be_permitted(const wire::Notice& notice);
// What to do about a restriction.
QString ask_contact_text();
// What people are told where their session's screen is recorded: what is, what is not, who sees it.
QStringList recording_texts();
QString recording_contact_text();

// One short sentence for each bit of wire::SessionState::restrictions, in the order of the bits.
QStringList restriction_texts(quint16 restrictions);
// What no policy can permit, said once so that nobody searches for the setting.
QStringList fixed_restriction_texts();

// What a person quotes to the help desk: "idle", "lost", "decoder/picture_rejected". Stable and
// not translated.
QString support_code(const Ending& ending);

}  // namespace sudare::client
