// SPDX-License-Identifier: Apache-2.0
#include "server/broker/audit/events.h"

#include <array>

namespace sudare::audit {
namespace {

using T = EventType;
constexpr std::array kEvents{
    EventRow{T::kBrokerStarted, "broker_started", "ブローカー開始", "the broker serves"},
    EventRow{T::kBrokerStopped, "broker_stopped", "ブローカー停止", "orderly stop"},
    EventRow{T::kLogRecovered, "log_recovered", "記録の復旧",
             "a torn tail was set aside after a crash"},
    EventRow{T::kClockBack, "clock_back", "時計の逆行", "the system clock went backwards"},
    EventRow{T::kChangeFailed, "change_failed", "変更の失敗",
             "the change recorded just before was not stored"},
    EventRow{T::kLogLost, "log_lost", "記録の欠落",
             "the log did not reach its anchor: number records, the last with hash before; accepted"},
    EventRow{T::kConnected, "connected", "接続", "a terminal with a valid certificate connected"},
    EventRow{T::kConnectionRefused, "connection_refused", "接続拒否",
             "terminal unknown, revoked or not its registered certificate"},
    EventRow{T::kHandshakeFailed, "handshake_failed", "TLS 失敗",
             "TLS did not come about; cause is the fault"},
    EventRow{T::kDisconnected, "disconnected", "切断", "a connection without a session ended"},
    EventRow{T::kLinkViolation, "link_violation", "リンク異常",
             "a link sent what its border forbids; it was cut off"},
    EventRow{T::kLoginAccepted, "login_accepted", "ログイン", "user and password were right"},
    EventRow{T::kLoginRefused, "login_refused", "ログイン拒否",
             "cause says why; user only when that account exists"},
    EventRow{T::kSessionGranted, "session_granted", "セッション許可",
             "a session may start, under this policy version"},
    EventRow{T::kSessionRefused, "session_refused", "セッション拒否", "reason says which rule"},
    EventRow{T::kSessionStarted, "session_started", "セッション開始",
             "the session host has started its processes"},
    EventRow{T::kSessionEnded, "session_ended", "セッション終了", "with reason and totals"},
    EventRow{T::kSessionTerminated, "session_terminated", "終了指示", "the broker ordered the end"},
    EventRow{T::kPolicyApplied, "policy_applied", "ポリシー反映",
             "a running session got the changed policy"},
    EventRow{T::kSessionDetached, "session_detached", "セッション切断",
             "the viewer is gone; the session waits for access.resume_minutes"},
    EventRow{T::kSessionLeft, "session_left", "セッション保留",
             "the link is gone and the session stays: reason and that connection's totals"},
    EventRow{T::kSessionResumed, "session_resumed", "セッション再開",
             "somebody came back to it; cause: ticket or login"},
    EventRow{T::kCounters, "counters", "入力量", "what went up since the last report: counts only"},
    EventRow{T::kDestination, "destination", "接続先",
             "a destination as the egress proxy reported it"},
    EventRow{T::kRefusal, "refusal", "操作拒否",
             "something that policy or protocol refuses was tried"},
    EventRow{T::kExceptionAsked, "exception_asked", "例外申請",
             "the user asked for an exception to a rule"},
    EventRow{T::kHostEvent, "host_event", "ホスト報告", "reported by the session host"},
    EventRow{T::kUserAdded, "user_added", "利用者追加", "administration"},
    EventRow{T::kUserPassword, "user_password", "パスワード変更", "administration"},
    EventRow{T::kUserDisabled, "user_disabled", "利用者停止", "administration"},
    EventRow{T::kUserEnabled, "user_enabled", "利用者再開", "administration"},
    EventRow{T::kTerminalAdded, "terminal_added", "端末登録", "administration"},
    EventRow{T::kTerminalRevoked, "terminal_revoked", "端末失効", "administration"},
    EventRow{T::kPasswordChanged, "password_changed", "パスワード変更 (本人)",
             "by its owner; their sessions end"},
    EventRow{T::kSecondFactorSet, "second_factor_set", "確認番号の登録", "by its owner"},
    EventRow{T::kSecondFactorReset, "second_factor_reset", "確認番号の解除", "administration"},
    EventRow{T::kPolicySet, "policy_set", "ポリシー変更", "a field got a value; before and after"},
    EventRow{T::kPolicyUnset, "policy_unset", "ポリシー解除",
             "a field lost its value; before and after"},
    EventRow{T::kSessionEndAsked, "session_end_asked", "終了要求",
             "an administrator asked for the end"},
    EventRow{T::kLogRead, "log_read", "記録の閲覧", "somebody read this log; filter says what"},
    EventRow{T::kAdminRefused, "admin_refused", "管理拒否",
             "a request by someone without the right"},
    EventRow{T::kStateRead, "state_read", "状態の閲覧",
             "somebody read what concerns people; filter is the request"},
    EventRow{T::kGroupAdded, "group_added", "グループ追加", "administration"},
    EventRow{T::kGroupRemoved, "group_removed", "グループ削除", "its layer counts for nobody any more"},
    EventRow{T::kGroupMoved, "group_moved", "グループの順序変更", "later places are stronger"},
    EventRow{T::kMembership, "membership", "所属変更", "a user's groups; before and after"},
    EventRow{T::kExceptionAdded, "exception_added", "例外追加",
             "one field of a user has another value for a time; cause is the reason given"},
    EventRow{T::kExceptionEnded, "exception_ended", "例外の取消", "before its time"},
    EventRow{T::kPolicyRolledBack, "policy_rolled_back", "ポリシーを戻す",
             "back to the version in number; the changes stand before it, a record each"},
    EventRow{T::kRoleGiven, "role_given", "役割の付与", "administration; uid is whose"},
    EventRow{T::kRoleTaken, "role_taken", "役割の取消", "administration; uid is whose"},
    EventRow{T::kChangeAsked, "change_asked", "変更の申請",
             "a change that waits for a second person; number names it, after lists it"},
    EventRow{T::kChangeApproved, "change_approved", "変更の承認",
             "by the second person; its parts stand before it, a record each"},
    EventRow{T::kChangeRefused, "change_refused", "変更の却下", "by the second person; cause says why"},
    EventRow{T::kImported, "imported", "一括登録",
             "many accounts and rules at once; their records stand before it, number counts the rows"},
    EventRow{T::kUserCode, "user_code", "登録コードの発行",
             "a one-time code until ends, with which the user chooses a password"},
    EventRow{T::kCertificateDenied, "certificate_denied", "証明書の拒否登録",
             "administration: one certificate, by serial; its connections end"},
    EventRow{T::kRenewalAsked, "renewal_asked", "証明書の更新要求",
             "a terminal asks for its next certificate; serial is the present one"},
    EventRow{T::kRenewalRefused, "renewal_refused", "更新要求の拒否",
             "a terminal's request was not taken; cause says why"},
    EventRow{T::kRenewalSigned, "renewal_signed", "更新証明書の受領",
             "administration: the signed certificate waits for its terminal until it is used"},
    EventRow{T::kRenewed, "renewed", "証明書の更新",
             "the new certificate was used for the first time and counts instead of the old one"},
    EventRow{T::kExpiresSoon, "expires_soon", "証明書の期限",
             "once a day: a terminal's certificate ends then"},
};

using F = Field;
using K = FieldKind;
constexpr std::array kFields{
    FieldRow{F::kAddress, "address", K::kBytes, "of the terminal, 16 bytes, IPv6 or IPv4-mapped"},
    FieldRow{F::kPort, "port", K::kNumber, "of the terminal"},
    FieldRow{F::kTerminal, "terminal", K::kText, "name in the certificate"},
    FieldRow{F::kSerial, "serial", K::kText, "of the certificate, hex"},
    FieldRow{F::kCertificate, "certificate", K::kBytes, "SHA-256 of the certificate"},
    FieldRow{F::kUser, "user", K::kText, "account name"},
    FieldRow{F::kSession, "session", K::kNumber, "session number, never reused"},
    FieldRow{F::kReason, "reason", K::kNumber, "EndReason (protocol/core/reason.h)"},
    FieldRow{F::kPolicyVersion, "policy_version", K::kNumber, "version of the stored policy"},
    FieldRow{F::kConnection, "connection", K::kNumber,
             "number of the connection since the broker started"},
    FieldRow{F::kReportedByHost, "reported_by_host", K::kFlag,
             "the session host says so; it may lie"},
    FieldRow{F::kCause, "cause", K::kText, "identifier of the cause"},
    FieldRow{F::kAdminUid, "admin_uid", K::kNumber,
             "user id of the administrator's process, from the kernel"},
    FieldRow{F::kWidth, "width", K::kNumber, "pixels"},
    FieldRow{F::kHeight, "height", K::kNumber, "pixels"},
    FieldRow{F::kReplacedSession, "replaced_session", K::kNumber,
             "session that this one takes over; no longer written"},
    FieldRow{F::kFormerTerminal, "former_terminal", K::kText, "terminal that had the session before"},
    FieldRow{F::kBytesUp, "bytes_up", K::kNumber, "bytes"},
    FieldRow{F::kBytesDown, "bytes_down", K::kNumber, "bytes"},
    FieldRow{F::kUpdates, "updates", K::kNumber, "picture updates"},
    FieldRow{F::kKeys, "keys", K::kNumber, "count"},
    FieldRow{F::kMoves, "moves", K::kNumber, "count; window sizes too"},
    FieldRow{F::kButtons, "buttons", K::kNumber, "count"},
    FieldRow{F::kWheel, "wheel", K::kNumber, "count"},
    FieldRow{F::kCodePoints, "code_points", K::kNumber, "count of committed characters"},
    FieldRow{F::kDropped, "dropped", K::kNumber, "count refused by rate or policy"},
    FieldRow{F::kHost, "host", K::kText, "destination name"},
    FieldRow{F::kHostPort, "host_port", K::kNumber, "destination port"},
    FieldRow{F::kHostAddress, "host_address", K::kBytes, "destination address, 16 bytes"},
    FieldRow{F::kVerdict, "verdict", K::kText, "what the egress proxy decided"},
    FieldRow{F::kRule, "rule", K::kNumber, "number of the deciding host rule, 0: none"},
    FieldRow{F::kRequests, "requests", K::kNumber, "connections in this report"},
    FieldRow{F::kKind, "kind", K::kText, "what kind of refusal or host event"},
    FieldRow{F::kNumber, "number", K::kNumber, "detail of the kind"},
    FieldRow{F::kLayer, "layer", K::kText, "policy layer: default, group or user"},
    FieldRow{F::kPolicyField, "field", K::kText, "policy field"},
    FieldRow{F::kBefore, "before", K::kText, "value before; absent: not set"},
    FieldRow{F::kAfter, "after", K::kText, "value after; absent: not set"},
    FieldRow{F::kLoosens, "loosens", K::kFlag, "somebody may do more than before"},
    FieldRow{F::kGroup, "group", K::kText, "name of a group"},
    FieldRow{F::kBegins, "begins", K::kNumber, "seconds since 1970"},
    FieldRow{F::kEnds, "ends", K::kNumber, "seconds since 1970"},
    FieldRow{F::kRole, "role", K::kText, "administrator, approver, reviewer or operator"},
    FieldRow{F::kUid, "uid", K::kNumber, "user id whose role it is"},
    FieldRow{F::kFile, "file", K::kText, "file name"},
    FieldRow{F::kOffset, "offset", K::kNumber, "bytes"},
    FieldRow{F::kSize, "size", K::kNumber, "bytes"},
    FieldRow{F::kTimeBefore, "time_before", K::kNumber,
             "nanoseconds since 1970 of the record before"},
    FieldRow{F::kFilter, "filter", K::kText, "what was asked for"},
    FieldRow{F::kProgramVersion, "program_version", K::kText, "of the broker"},
    FieldRow{F::kSeconds, "seconds", K::kNumber, "seconds"},
};

}  // namespace

std::span<const EventRow> event_rows() {
    return kEvents;
}
std::span<const FieldRow> field_rows() {
    return kFields;
}

const EventRow* row_of(EventType type) {
    for (const EventRow& row : kEvents)
        if (row.type == type)
            return &row;
    return nullptr;
}

const FieldRow* row_of(Field field) {
    for (const FieldRow& row : kFields)
        if (row.field == field)
            return &row;
    return nullptr;
}

}  // namespace sudare::audit
