// SPDX-License-Identifier: Apache-2.0
#include "client/app/texts.h"

#include <QCoreApplication>
#include <QStringList>
#include <algorithm>

namespace sudare::client {
namespace {

using App = QCoreApplication;

// rule: which line of the policy, 0 for none. verdict: the numbers of ipc::Verdict, which this
// side does not include.
QString site_refused(std::uint32_t rule, std::uint32_t verdict) {
    switch (verdict) {
        case 3:
            return App::translate("NoticeCode",
                                  "Addresses inside the office network do not open from here.");
        case 4:
            return App::translate("NoticeCode", "This site uses a port that is not permitted.");
        case 5:
            return App::translate("NoticeCode",
                                  "Sites without encryption (http) are not permitted for you.");
        case 6:
        case 7:
            return App::translate("NoticeCode", "There is no site with this name.");
        case 8:
            return App::translate("NoticeCode", "The site does not answer.");
        case 9:
            return App::translate("NoticeCode",
                                  "Too many connections at once. Wait a moment, then reload.");
        default:
            break;
    }
    const QString text =
        App::translate("NoticeCode", "A connection to a site that is not permitted was blocked.");
    return rule == 0 ? text : text + App::translate("NoticeCode", " (rule %1)").arg(rule);
}

// kind: as at wire::NoticeCode::kInputRefused.
QString input_refused(std::uint32_t kind) {
    switch (kind) {
        case 1:
            return App::translate("NoticeCode",
                                  "This key combination is blocked and was not sent.");
        case 2:
            return App::translate("NoticeCode",
                                  "Text from the input method is blocked and was not sent.");
        case 3:
            return App::translate("NoticeCode", "The mouse is blocked: you can only look.");
        case 4:
            return App::translate("NoticeCode", "The keyboard is blocked. The key was not sent.");
        case 5:
            return App::translate("NoticeCode",
                                  "Pasted text is not sent to the Internet. Please type it.");
        default:
            return App::translate("NoticeCode", "This input is blocked and was not sent.");
    }
}

}  // namespace

Explanation explain(const Ending& ending) {
    if (ending.fault == Fault::kNone)
        return explain(ending.reason.value_or(EndReason::kInternal));
    return explain(ending.fault);
}

QString support_code(const Ending& ending) {
    QStringList parts;
    if (ending.fault != Fault::kNone || !ending.reason)
        parts += QString::fromLatin1(name_of(ending.fault).data());
    if (ending.reason)
        parts += QString::fromLatin1(name_of(*ending.reason).data());
    return parts.join(u'/');
}

Explanation explain(const wire::LoginResult& result, bool second_factor) {
    Explanation said;
    switch (result.verdict) {
        case wire::LoginVerdict::kOk:
            return {};
        case wire::LoginVerdict::kRefused:
            said.title =
                second_factor
                    ? App::translate("LoginVerdict",
                                     "The user name, the password or the one-time code is wrong.")
                    : App::translate("LoginVerdict", "The user name or the password is wrong.");
            said.next = App::translate("LoginVerdict",
                                       "Check capital letters and the input method, then try "
                                       "again. If it keeps failing, ask the help desk.");
            break;
        case wire::LoginVerdict::kBusy:
            said.title =
                App::translate("LoginVerdict", "The server cannot take log-ins right now.");
            said.next =
                App::translate("LoginVerdict",
                               "Wait a moment, then try again. If it goes on, tell the help desk.");
            break;
        case wire::LoginVerdict::kSecondFactorNeeded:
            said.title = App::translate("LoginVerdict", "A one-time code is needed.");
            said.next = App::translate(
                "LoginVerdict",
                "Enter the six digits that your authenticator shows now, and log in again.");
            break;
        case wire::LoginVerdict::kPasswordChangeNeeded:
            said.title = App::translate("LoginVerdict", "Your password has to be changed first.");
            said.next = App::translate("LoginVerdict", "Choose a new one that only you know.");
            break;
        case wire::LoginVerdict::kEnrolmentNeeded:
            said.title = App::translate("LoginVerdict", "One-time codes have to be set up first.");
            said.next = App::translate(
                "LoginVerdict",
                "You need the authenticator of your phone. Enter your password once more to begin.");
            break;
    }
    if (result.retry_after_s > 0)
        said.why = App::translate("LoginVerdict", "The next try is possible in %n second(s).",
                                  nullptr, result.retry_after_s);
    return said;
}

bool may_be_permitted(const wire::Notice& notice) {
    constexpr std::uint32_t kDeniedByRule = 1, kDeniedByDefault = 2;  // ipc::Verdict
    return notice.code == wire::NoticeCode::kSiteRefused &&
           (notice.b == kDeniedByRule || notice.b == kDeniedByDefault);
}

QString text_of(const wire::Notice& notice) {
    const int a = static_cast<int>(std::min<std::uint32_t>(notice.a, 1'000'000));
    switch (notice.code) {
        case wire::NoticeCode::kSiteRefused:
            return site_refused(notice.a, notice.b);
        case wire::NoticeCode::kInputRefused:
            return input_refused(notice.a);
        case wire::NoticeCode::kIdleSoon:
            return App::translate(
                "NoticeCode",
                "Without input the session ends in %n second(s). Move the mouse to go on.", nullptr,
                a);
        case wire::NoticeCode::kTimeSoon:
            if (const int minutes = a / 60; minutes >= 2)
                return App::translate("NoticeCode",
                                      "Your time is up in %n minute(s). Finish what you are doing.",
                                      nullptr, minutes);
            return App::translate("NoticeCode",
                                  "Your time is up in %n second(s). Finish what you are doing.",
                                  nullptr, a);
        case wire::NoticeCode::kPolicyChanged:
            return App::translate(
                "NoticeCode",
                "Your policy has been changed. What is restricted now stands in the bar above.");
        case wire::NoticeCode::kTooManyCharacters:
            return notice.a > 0
                       ? App::translate("NoticeCode",
                                        "Too much input at once: %n character(s) a minute are "
                                        "permitted. Some were not sent.",
                                        nullptr, a)
                       : App::translate("NoticeCode",
                                        "Too much input at once. Some of it was not sent.");
        case wire::NoticeCode::kExceptionAsked:
            return App::translate(
                "NoticeCode",
                "Your request has been passed on. If it is granted, the site opens without a new log-in.");
    }
    return {};
}

namespace {

struct RestrictionRow {
    wire::Restriction bit;
    const char* text;
};
constexpr RestrictionRow kRestrictions[] = {
    {wire::kRestrictKeyboard,
     QT_TRANSLATE_NOOP("Restriction", "Typing is blocked: you can only look and click.")},
    {wire::kRestrictPointer, QT_TRANSLATE_NOOP("Restriction", "The mouse is blocked.")},
    {wire::kRestrictText,
     QT_TRANSLATE_NOOP("Restriction",
                       "Text from the terminal's input method is blocked. Japanese is typed with the "
                       "input method inside the session: Hankaku/Zenkaku or Ctrl+Space.")},
    {wire::kRestrictClipboardInBrowser,
     QT_TRANSLATE_NOOP("Restriction", "Copy and paste is blocked inside the browser, too.")},
    {wire::kRestrictSites, QT_TRANSLATE_NOOP("Restriction", "Only the sites on your list open.")},
    {wire::kRestrictPlainHttp,
     QT_TRANSLATE_NOOP("Restriction", "Sites without encryption (http) do not open.")},
    {wire::kRestrictPace,
     QT_TRANSLATE_NOOP("Restriction",
                       "Mouse and keyboard reach the session in small steps: fast movements look a "
                       "little less smooth.")},
};

constexpr const char* kFixed[] = {
    QT_TRANSLATE_NOOP("Restriction", "Files cannot be saved to this terminal or sent from it."),
    QT_TRANSLATE_NOOP("Restriction",
                      "Nothing can be copied between this terminal and the Internet."),
    QT_TRANSLATE_NOOP("Restriction", "Pages cannot be printed."),
};

}  // namespace

QStringList recording_texts() {
    return {
        App::translate("Recording",
                       "What the session shows on the screen is recorded, and where the pointer is."),
        App::translate("Recording",
                       "Keys that you press are not recorded. What the screen shows of them is in the "
                       "recording: a password only where the page shows it in the clear."),
        App::translate("Recording",
                       "Nothing else on this terminal is recorded: no other window, no camera, no "
                       "sound."),
        App::translate("Recording",
                       "It serves to find out what happened after a security incident. Only appointed "
                       "reviewers can open it; each time, who and why is put on record."),
    };
}

QString recording_contact_text() {
    return App::translate("Recording",
                          "To ask for disclosure of what is kept about you, or for how long it is "
                          "kept, turn to your organisation's contact for personal information.");
}

QStringList restriction_texts(quint16 restrictions) {
    QStringList texts;
    for (const RestrictionRow& row : kRestrictions)
        if ((restrictions & row.bit) != 0)
            texts += App::translate("Restriction", row.text);
    return texts;
}

QString ask_contact_text() {
    return App::translate("Restriction",
                          "These rules keep the Internet and the office network apart. If you need "
                          "something for your work, ask your department's IT contact.");
}

QStringList fixed_restriction_texts() {
    QStringList texts;
    for (const char* text : kFixed)
        texts += App::translate("Restriction", text);
    return texts;
}

}  // namespace sudare::client
