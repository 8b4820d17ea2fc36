// SPDX-License-Identifier: Apache-2.0
// What the answers of sudare-enrol/1 mean.
#include <QCoreApplication>

#include "client/app/texts.h"

namespace sudare::client {

using App = QCoreApplication;

Explanation explain(const enrol::Result& result, bool new_factor) {
    Explanation said;
    switch (result.verdict) {
        case enrol::Verdict::kDone:
            return {};
        case enrol::Verdict::kRefused:
            said.title = new_factor ? App::translate("Enrolment", "That code is not right.")
                                    : App::translate("Enrolment",
                                                     "The password or the one-time code is wrong.");
            said.next = new_factor
                            ? App::translate("Enrolment",
                                             "Enter the code that the authenticator shows now. If it "
                                             "keeps failing, check that the phone's clock is right.")
                            : App::translate("Enrolment",
                                             "Check capital letters and the input method, then try "
                                             "again. If it keeps failing, ask the help desk.");
            break;
        case enrol::Verdict::kBusy:
            said.title = App::translate("Enrolment", "The server cannot do this right now.");
            said.next = App::translate("Enrolment", "Wait a moment, then try again.");
            break;
        case enrol::Verdict::kCodeNeeded:
            said.title = App::translate("Enrolment", "A one-time code is needed.");
            said.next = App::translate("Enrolment",
                                       "Enter the six digits that your authenticator shows now.");
            break;
        case enrol::Verdict::kPasswordWeak:
            said.title = App::translate("Enrolment", "This new password is not good enough.");
            said.next = App::translate("Enrolment",
                                       "Choose a longer one, different from the present one and "
                                       "without your user name in it.");
            break;
        case enrol::Verdict::kPasswordElsewhere:
            said.title = App::translate("Enrolment", "This password is not changed here.");
            said.next = App::translate("Enrolment",
                                       "It is the one of your office's directory. Change it there, as at your "
                                       "own computer, then log in here with the new one.");
            break;
        case enrol::Verdict::kNotYet:  // answers to no person
        case enrol::Verdict::kNothing:
            said.title = App::translate("Enrolment", "The server cannot do this right now.");
            break;
    }
    if (result.retry_s > 0)
        said.why = App::translate("Enrolment", "The next try is possible in %n second(s).", nullptr,
                                  result.retry_s);
    return said;
}

Explanation password_changed() {
    return {Tone::kCalm, App::translate("Enrolment", "Your password has been changed."), {},
            App::translate("Enrolment", "Log in with the new one.")};
}

Explanation factor_set_up() {
    return {Tone::kCalm, App::translate("Enrolment", "One-time codes are set up."), {},
            App::translate("Enrolment",
                           "Log in with your password and the next code: each code is good once.")};
}

Explanation certificate_ends(int days) {
    return {Tone::kNotice,
            App::translate("Enrolment", "This terminal's certificate ends in %n day(s).", nullptr, days),
            App::translate("Enrolment", "Without a new one it will not be able to connect."),
            App::translate("Enrolment", "You can work as usual. Please tell the help desk.")};
}

}  // namespace sudare::client
