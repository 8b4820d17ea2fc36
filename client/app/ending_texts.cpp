// SPDX-License-Identifier: Apache-2.0
#include <QCoreApplication>

#include "client/app/texts.h"

// The two long tables of texts.h: why a session ended, and what is wrong on the way to it.
namespace sudare::client {
namespace {

template <typename Code>
struct Row {
    Code code;
    Tone tone;
    const char* title;
    const char* why;
    const char* next;
};

constexpr const char* kErased = QT_TRANSLATE_NOOP(
    "EndReason", "Open pages, log-ins to sites and the history have been erased.");
constexpr const char* kLogInAgain =
    QT_TRANSLATE_NOOP("EndReason", "You can log in again at any time.");
constexpr const char* kLogInAgainElseHelp =
    QT_TRANSLATE_NOOP("EndReason",
                      "Log in again. If it happens again, tell the help desk the support code "
                      "below.");
constexpr const char* kAskContact = QT_TRANSLATE_NOOP(
    "EndReason", "If you need this for your work, ask your department's IT contact.");
constexpr const char* kTellHelpDesk = QT_TRANSLATE_NOOP(
    "EndReason", "Tell the help desk the support code below and what you were doing.");
constexpr const char* kCheckFailed = QT_TRANSLATE_NOOP(
    "EndReason", "A safety check of the connection failed, so it was closed at once.");

constexpr Row<EndReason> kReasons[] = {
    {EndReason::kUserEnded, Tone::kCalm, QT_TRANSLATE_NOOP("EndReason", "The session has ended"),
     kErased, kLogInAgain},
    {EndReason::kBrowserClosed, Tone::kCalm,
     QT_TRANSLATE_NOOP("EndReason", "The browser has been closed"), kErased, kLogInAgain},
    {EndReason::kAdminEnded, Tone::kNotice,
     QT_TRANSLATE_NOOP("EndReason", "An administrator has ended the session"),
     QT_TRANSLATE_NOOP("EndReason",
                       "The administrators can end sessions, for example before maintenance."),
     QT_TRANSLATE_NOOP("EndReason",
                       "Log in again later. If it happens again, ask your department's IT "
                       "contact.")},
    {EndReason::kServerStopping, Tone::kNotice,
     QT_TRANSLATE_NOOP("EndReason", "The server is being stopped"),
     QT_TRANSLATE_NOOP("EndReason", "It is being restarted or maintained."),
     QT_TRANSLATE_NOOP("EndReason", "Wait a few minutes, then log in again.")},
    {EndReason::kConnectionClosed, Tone::kTrouble,
     QT_TRANSLATE_NOOP("EndReason", "The connection was closed"),
     QT_TRANSLATE_NOOP("EndReason",
                       "The way between this terminal and the server was interrupted."),
     kLogInAgainElseHelp},
    {EndReason::kReplaced, Tone::kNotice,
     QT_TRANSLATE_NOOP("EndReason", "The session goes on at another terminal"),
     QT_TRANSLATE_NOOP("EndReason", "You logged in somewhere else and took the session with you."),
     QT_TRANSLATE_NOOP("EndReason", "If that was not you, tell the help desk at once.")},
    {EndReason::kIdle, Tone::kNotice,
     QT_TRANSLATE_NOOP("EndReason", "The session ended because nothing was entered"),
     QT_TRANSLATE_NOOP("EndReason",
                       "After a time without input a session ends by itself, so that nobody "
                       "else can use it."),
     kLogInAgain},
    {EndReason::kTotalTime, Tone::kNotice,
     QT_TRANSLATE_NOOP("EndReason", "The time for this session is up"),
     QT_TRANSLATE_NOOP("EndReason", "Your policy limits how long one session may last."),
     kLogInAgain},
    {EndReason::kNotPermitted, Tone::kNotice,
     QT_TRANSLATE_NOOP("EndReason", "You cannot use the Internet here and now"),
     QT_TRANSLATE_NOOP("EndReason",
                       "Your policy does not permit this account, this terminal or this time of "
                       "day."),
     kAskContact},
    {EndReason::kTooManySessions, Tone::kNotice,
     QT_TRANSLATE_NOOP("EndReason", "You have too many sessions open"),
     QT_TRANSLATE_NOOP("EndReason", "Your policy limits how many sessions one person has at once."),
     QT_TRANSLATE_NOOP("EndReason", "End the session on the other terminal, then log in again.")},
    {EndReason::kPolicyChanged, Tone::kNotice,
     QT_TRANSLATE_NOOP("EndReason", "Your policy has been changed"),
     QT_TRANSLATE_NOOP("EndReason", "The new policy does not let this session go on."),
     QT_TRANSLATE_NOOP("EndReason",
                       "Log in again. If it is refused, ask your department's IT contact.")},
    {EndReason::kCertificateRevoked, Tone::kTrouble,
     QT_TRANSLATE_NOOP("EndReason", "This terminal is no longer permitted"),
     QT_TRANSLATE_NOOP("EndReason",
                       "Its certificate has been revoked. This cannot be repaired at the "
                       "terminal."),
     QT_TRANSLATE_NOOP("EndReason", "Tell the help desk the number of this terminal.")},
    {EndReason::kLoginFailed, Tone::kNotice,
     QT_TRANSLATE_NOOP("EndReason", "Too many tries to log in"),
     QT_TRANSLATE_NOOP("EndReason", "After several wrong tries the connection is closed."),
     QT_TRANSLATE_NOOP("EndReason", "Check your user name and password, then try again.")},
    {EndReason::kLoginTimeout, Tone::kNotice,
     QT_TRANSLATE_NOOP("EndReason", "The log-in took too long"),
     QT_TRANSLATE_NOOP("EndReason", "A connection without a log-in is closed after two minutes."),
     QT_TRANSLATE_NOOP("EndReason", "Log in again.")},
    {EndReason::kNotResumed, Tone::kNotice,
     QT_TRANSLATE_NOOP("EndReason", "The session could not wait any longer"),
     QT_TRANSLATE_NOOP("EndReason",
                       "The connection was interrupted for longer than a session is kept. Its open "
                       "pages have been erased."),
     QT_TRANSLATE_NOOP("EndReason", "Log in again to start a new session.")},
    {EndReason::kSessionGone, Tone::kNotice,
     QT_TRANSLATE_NOOP("EndReason", "The session is over"),
     QT_TRANSLATE_NOOP("EndReason",
                       "It ended while the connection was interrupted, or goes on at another "
                       "terminal."),
     QT_TRANSLATE_NOOP("EndReason", "Log in again. What still runs you will find again.")},
    {EndReason::kMalformed, Tone::kTrouble,
     QT_TRANSLATE_NOOP("EndReason", "The connection was closed for safety"), kCheckFailed,
     kTellHelpDesk},
    {EndReason::kUnknownType, Tone::kTrouble,
     QT_TRANSLATE_NOOP("EndReason", "The connection was closed for safety"), kCheckFailed,
     kTellHelpDesk},
    {EndReason::kIllegalState, Tone::kTrouble,
     QT_TRANSLATE_NOOP("EndReason", "The connection was closed for safety"), kCheckFailed,
     kTellHelpDesk},
    {EndReason::kTooFast, Tone::kTrouble,
     QT_TRANSLATE_NOOP("EndReason", "The connection was closed for safety"),
     QT_TRANSLATE_NOOP("EndReason", "More came over the connection than it may carry."),
     kTellHelpDesk},
    {EndReason::kStalled, Tone::kTrouble,
     QT_TRANSLATE_NOOP("EndReason", "The connection no longer answered"),
     QT_TRANSLATE_NOOP("EndReason", "Nothing was heard from the other side for a while."),
     kLogInAgainElseHelp},
    {EndReason::kPictureRejected, Tone::kTrouble,
     QT_TRANSLATE_NOOP("EndReason", "The session was ended for safety"),
     QT_TRANSLATE_NOOP("EndReason",
                       "A picture from the Internet side failed its check and was not shown."),
     kTellHelpDesk},
    {EndReason::kBrowserCrashed, Tone::kTrouble,
     QT_TRANSLATE_NOOP("EndReason", "The browser has stopped"),
     QT_TRANSLATE_NOOP("EndReason", "It failed on the server. This terminal is not affected."),
     QT_TRANSLATE_NOOP("EndReason",
                       "Log in again. If the same page stops it again, tell the help desk the "
                       "address of the page.")},
    {EndReason::kSessionCrashed, Tone::kTrouble,
     QT_TRANSLATE_NOOP("EndReason", "The session has failed"),
     QT_TRANSLATE_NOOP("EndReason", "A part of the server failed. This terminal is not affected."),
     kLogInAgainElseHelp},
    {EndReason::kEgressLost, Tone::kTrouble,
     QT_TRANSLATE_NOOP("EndReason", "The way to the Internet was lost"),
     QT_TRANSLATE_NOOP("EndReason",
                       "The server's exit to the Internet failed, so the session was ended."),
     kLogInAgainElseHelp},
    {EndReason::kHostLost, Tone::kTrouble,
     QT_TRANSLATE_NOOP("EndReason", "The browser's server cannot be reached"),
     QT_TRANSLATE_NOOP("EndReason", "The machine on which browsers run does not answer."),
     QT_TRANSLATE_NOOP("EndReason",
                       "Wait a few minutes, then log in again. If it goes on, tell the help "
                       "desk.")},
    {EndReason::kBrokerLost, Tone::kTrouble,
     QT_TRANSLATE_NOOP("EndReason", "Log-ins cannot be checked right now"),
     QT_TRANSLATE_NOOP("EndReason",
                       "The service for users and policies does not answer. Without it no "
                       "session may run."),
     QT_TRANSLATE_NOOP("EndReason",
                       "Wait a few minutes, then log in again. If it goes on, tell the help "
                       "desk.")},
    {EndReason::kLinkCrashed, Tone::kTrouble,
     QT_TRANSLATE_NOOP("EndReason", "The connection has failed"),
     QT_TRANSLATE_NOOP("EndReason", "A part of the server failed. This terminal is not affected."),
     kLogInAgainElseHelp},
    {EndReason::kDecoderFailed, Tone::kTrouble,
     QT_TRANSLATE_NOOP("EndReason", "The picture can no longer be shown"),
     QT_TRANSLATE_NOOP("EndReason", "The part of this program that draws the picture has stopped."),
     kLogInAgainElseHelp},
    {EndReason::kAuditUnavailable, Tone::kTrouble,
     QT_TRANSLATE_NOOP("EndReason", "The session cannot be recorded"),
     QT_TRANSLATE_NOOP("EndReason",
                       "No session may run without its record, and the record cannot be written."),
     QT_TRANSLATE_NOOP("EndReason",
                       "Wait until the help desk has repaired it, then log in again.")},
    {EndReason::kNoResources, Tone::kNotice, QT_TRANSLATE_NOOP("EndReason", "The server is full"),
     QT_TRANSLATE_NOOP("EndReason", "There is no room for another browser right now."),
     QT_TRANSLATE_NOOP("EndReason", "Wait a few minutes, then log in again.")},
    {EndReason::kBrowserOld, Tone::kNotice,
     QT_TRANSLATE_NOOP("EndReason", "The browser is waiting for an update"),
     QT_TRANSLATE_NOOP("EndReason",
                       "The browser on the server has had no security update for too long. Until "
                       "it has been updated, no new session may start."),
     QT_TRANSLATE_NOOP("EndReason",
                       "Tell the help desk. Once the browser is updated, log in again.")},
    {EndReason::kEmergency, Tone::kDanger,
     QT_TRANSLATE_NOOP("EndReason", "Stopped by the security staff"),
     QT_TRANSLATE_NOOP("EndReason",
                       "They are looking into an incident and have stopped log-ins. You may have "
                       "nothing to do with it."),
     QT_TRANSLATE_NOOP("EndReason",
                       "Leave this terminal switched on and as it is. Call the help desk, and log "
                       "in again only when they say so.")},
    {EndReason::kInternal, Tone::kTrouble, QT_TRANSLATE_NOOP("EndReason", "The session has failed"),
     QT_TRANSLATE_NOOP("EndReason", "The server met an error that it could not handle."),
     kLogInAgainElseHelp},
};

constexpr const char* kTerminalNumber = QT_TRANSLATE_NOOP(
    "Fault", "This cannot be repaired at the terminal. Tell the help desk its number.");
constexpr const char* kCheckLine =
    QT_TRANSLATE_NOOP("Fault",
                      "Check the network cable or wireless connection, wait a moment and try "
                      "again. If it goes on, tell the help desk.");

constexpr Row<Fault> kFaults[] = {
    {Fault::kNone, Tone::kCalm, QT_TRANSLATE_NOOP("Fault", "The connection has ended"),
     QT_TRANSLATE_NOOP("Fault", "The server closed it in order."),
     QT_TRANSLATE_NOOP("Fault", "You can log in again at any time.")},
    {Fault::kNameNotFound, Tone::kTrouble, QT_TRANSLATE_NOOP("Fault", "The server was not found"),
     QT_TRANSLATE_NOOP("Fault", "No machine in the network has this name."),
     QT_TRANSLATE_NOOP("Fault",
                       "Check how the server is spelled. If it is right, tell the help desk.")},
    {Fault::kUnreachable, Tone::kTrouble,
     QT_TRANSLATE_NOOP("Fault", "The server cannot be reached"),
     QT_TRANSLATE_NOOP("Fault", "Nothing answers at this address."), kCheckLine},
    {Fault::kTimeout, Tone::kTrouble, QT_TRANSLATE_NOOP("Fault", "The server does not answer"),
     QT_TRANSLATE_NOOP("Fault",
                       "The connection was begun, but the server did not answer in time. It may "
                       "be busy."),
     QT_TRANSLATE_NOOP("Fault", "Wait a moment and try again. If it goes on, tell the help desk.")},
    {Fault::kServerNotTrusted, Tone::kDanger,
     QT_TRANSLATE_NOOP("Fault", "Do not go on: this is not a trusted server"),
     QT_TRANSLATE_NOOP("Fault",
                       "The server could not prove that it is yours. It may be an imposter. "
                       "Your password was not sent."),
     QT_TRANSLATE_NOOP("Fault", "Do not try again. Tell the help desk at once.")},
    {Fault::kServerRevoked, Tone::kDanger,
     QT_TRANSLATE_NOOP("Fault", "Do not go on: the server's certificate is revoked"),
     QT_TRANSLATE_NOOP("Fault", "This server was declared invalid. Your password was not sent."),
     QT_TRANSLATE_NOOP("Fault", "Do not try again. Tell the help desk at once.")},
    {Fault::kListOutdated, Tone::kTrouble,
     QT_TRANSLATE_NOOP("Fault", "The list of revoked certificates is out of date"),
     QT_TRANSLATE_NOOP("Fault",
                       "Without a current list this terminal cannot tell whether the server is "
                       "still valid."),
     QT_TRANSLATE_NOOP("Fault", "The terminal is not being updated. Tell the help desk.")},
    {Fault::kTerminalRefused, Tone::kTrouble,
     QT_TRANSLATE_NOOP("Fault", "The server does not accept this terminal"),
     QT_TRANSLATE_NOOP("Fault",
                       "Its certificate is missing, has expired or is not known to the server."),
     kTerminalNumber},
    {Fault::kTerminalRevoked, Tone::kTrouble,
     QT_TRANSLATE_NOOP("Fault", "This terminal is no longer permitted"),
     QT_TRANSLATE_NOOP("Fault", "Its certificate has been revoked."), kTerminalNumber},
    {Fault::kNotSecureEnough, Tone::kTrouble,
     QT_TRANSLATE_NOOP("Fault", "The server's encryption is too old"),
     QT_TRANSLATE_NOOP("Fault",
                       "Only TLS 1.3 is used, and the server at this address does not offer it."),
     QT_TRANSLATE_NOOP("Fault",
                       "Check how the server is spelled. If it is right, tell the help desk.")},
    {Fault::kWrongService, Tone::kTrouble,
     QT_TRANSLATE_NOOP("Fault", "This is not a Sudare server"),
     QT_TRANSLATE_NOOP("Fault", "Another service answers at this address, or another version."),
     QT_TRANSLATE_NOOP("Fault",
                       "Check how the server is spelled. If it is right, tell the help desk.")},
    {Fault::kSettings, Tone::kTrouble,
     QT_TRANSLATE_NOOP("Fault", "This terminal is not set up yet"),
     QT_TRANSLATE_NOOP("Fault",
                       "Its certificate, its key or the list of trusted authorities is missing "
                       "or cannot be read."),
     kTerminalNumber},
    {Fault::kLost, Tone::kTrouble, QT_TRANSLATE_NOOP("Fault", "The connection was lost"),
     QT_TRANSLATE_NOOP("Fault", "The way between this terminal and the server was interrupted."),
     kCheckLine},
    {Fault::kStalled, Tone::kTrouble,
     QT_TRANSLATE_NOOP("Fault", "The connection no longer answers"),
     QT_TRANSLATE_NOOP("Fault", "Nothing was heard from the server for a while."), kCheckLine},
    {Fault::kServerBroke, Tone::kTrouble,
     QT_TRANSLATE_NOOP("Fault", "The connection was closed for safety"),
     QT_TRANSLATE_NOOP("Fault",
                       "The server sent something that this program does not accept. Nothing of "
                       "it was used."),
     QT_TRANSLATE_NOOP("Fault",
                       "Tell the help desk the support code below and what you were doing.")},
    {Fault::kDecoder, Tone::kTrouble,
     QT_TRANSLATE_NOOP("Fault", "The picture can no longer be shown"),
     QT_TRANSLATE_NOOP("Fault", "The part of this program that draws the picture has stopped."),
     QT_TRANSLATE_NOOP("Fault",
                       "Log in again. If it happens again, tell the help desk the support code "
                       "below.")},
};

template <typename Code, std::size_t kCount>
Explanation look_up(const Row<Code> (&rows)[kCount], const char* context, Code code) {
    const auto tr = [context](const char* text) {
        return QCoreApplication::translate(context, text);
    };
    for (const Row<Code>& row : rows)
        if (row.code == code)
            return {row.tone, tr(row.title), tr(row.why), tr(row.next)};
    return {};
}

}  // namespace

Explanation explain(EndReason reason) {
    return look_up(kReasons, "EndReason", reason);
}

Explanation explain(Fault fault) {
    return look_up(kFaults, "Fault", fault);
}

}  // namespace sudare::client
