// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "protocol/core/result.h"
#include "protocol/ipc/rules.h"

// sudarectl (later sudare-console) <-> sudare-broker on the admin socket. One request at a time:
// a request is a list of texts, its answer any count of Rows and then one Done or Failed. While a
// "log --follow" runs, rows keep coming until the asker closes.
namespace sudare::ipc {

enum class CtlRequest : std::uint8_t {
    kStatus = 0x01,
    kUserAdd = 0x02,       // name, password, "change" (at the next log-in) or ""
    kUserPassword = 0x03,  // name, password, "change" or ""
    kUserDisable = 0x04,   // name
    kUserEnable = 0x05,    // name
    kUserList = 0x06,
    // name, serial hex, SHA-256 hex, end (seconds since 1970); all "": any certificate of the name
    kTerminalAdd = 0x07,
    kTerminalList = 0x08,
    kTerminalRevoke = 0x09,  // name
    // A layer is "" (the default one), "group:" and the name of a group, or the name of a user. A
    // moment is "" (now), a version number, or "@" and seconds since 1970.
    kPolicySet = 0x0A,       // layer, field, value
    kPolicyUnset = 0x0B,     // layer, field
    kPolicyExplain = 0x0C,   // user, moment
    kPolicyShow = 0x0D,      // the default layer with all definitions
    kSessionList = 0x0E,
    kSessionEnd = 0x0F,  // session number
    kLog = 0x10,         // user or "", since (seconds since 1970 or ""), "follow" or ""
    kUserResetFactor = 0x11,  // name
    kGroupAdd = 0x12,         // name, place
    kGroupRemove = 0x13,      // name
    kGroupMove = 0x14,        // name, place
    kGroupList = 0x15,
    kGroupJoin = 0x16,        // user, group
    kGroupLeave = 0x17,       // user, group
    kPolicyHistory = 0x18,    // layer or "*", how many at most
    kPolicyDiff = 0x19,       // user, moment, moment
    kPolicyWhatIf = 0x1A,     // layer, field, "set" or "unset", value
    kPolicyRollback = 0x1B,   // layer or "*", moment, "dry" (only tell) or ""
    kPolicyGet = 0x1C,        // layer: what it says itself
    kExceptionAdd = 0x1D,     // user, field, value, begins, ends (seconds since 1970), reason
    kExceptionList = 0x1E,    // user or ""
    kExceptionEnd = 0x1F,     // number
    kRoleGive = 0x20,         // uid, role
    kRoleTake = 0x21,         // uid, role
    kRoleList = 0x22,
    kChangeList = 0x23,       // those that wait for a second person
    kChangeShow = 0x24,       // number
    kChangeApprove = 0x25,    // number, end of its exception (seconds since 1970) or ""
    kChangeRefuse = 0x26,     // number, reason
    // "dry" or "", "disable-others" or "", "add-groups" or "", days that codes are good for, count of
    // columns, their names, then the cells row by row.
    kImport = 0x27,
    kExport = 0x28,
    kReviewerAdd = 0x35,      // name, public key (64 hex digits)
    kReviewerRemove = 0x36,   // name
    kReviewerList = 0x37,
    // session number or "", user or "", first day or "", last day or "" (YYYY-MM-DD, UTC)
    kRecordingList = 0x38,
    // id, reason: one Row, the file in Chunks, Done; or a Row with "consent" alone: that must be given
    // by a second reviewer first
    kRecordingExport = 0x39,
    kUserCode = 0x29,         // name, days: a one-time code instead of the password
    kHostListSet = 0x30,      // name, patterns with line feeds, "dry" (only tell) or ""
    kHostListShow = 0x31,     // name, moment
    kHostListList = 0x32,
    kHostListRemove = 0x33,   // name
    kPolicyHost = 0x34,       // user, host, port: which rule decides
    kTerminalDeny = 0x3A,     // serial hex
    kTerminalRenewals = 0x3B,  // "requests" (with what the CA reads) or ""
    // name, serial hex, SHA-256 hex, end (seconds since 1970), DER form in base64
    kTerminalInstall = 0x3C,
    kTerminalExpiring = 0x3D,  // days
    kConsentList = 0x50,       // that wait for a second reviewer, or that one has given
    kConsentGive = 0x51,       // number
    kConsentRefuse = 0x52,     // number, reason
    // name, reason, user or "", session number or "", begin and end of a time (seconds since 1970) or
    // "", "all" when none of these is given, else ""
    kHoldAdd = 0x53,
    kHoldList = 0x54,
    kHoldEnd = 0x55,  // name, reason
    kEvidenceRetention = 0x56,  // "dry" (only tell) or "run"
    kEvidenceSpace = 0x57,
    // names and values in turn: reason, use ("search", "csv", "timeline"), user, terminal, session, connection, host, kind, event
    // (names with commas), address, text, from and until (seconds since 1970), first (number of a record), last
    // (how many), full ("1")
    kEvidenceSearch = 0x48,
    // as kEvidenceSearch, with a reason: again and again a Row with the name of a file and Chunks that come
    // next in it, then a Row of counts, Done
    kEvidenceExport = 0x49,
    // reason, "all" or "", then pairs: "user", "terminal" or "session", and its name or number; "since"
    // (what concerns it begins then) and seconds since 1970
    kEmergencyStart = 0x60,
    kEmergencyEnd = 0x61,      // number or "" (the only one), reason
    kEmergencyStatus = 0x62,   // number or "": those that run, and the last ones that have ended
    kBackup = 0x63,            // a copy of the database beside it
    kSelfTestBegin = 0x5C,  // user: one Row with the number of the first record that can be about it
    // for each try of protocol/core/self_test.h its name, result, session or "", number of the record that shows
    // it or "": one Row with "outcome" and "record"
    kSelfTestEnd = 0x5D,
};
enum class CtlReply : std::uint8_t {
    kRow = 0x41,
    kDone = 0x42,
    kFailed = 0x43,
    kChunk = 0x44,  // bytes of a file
};

inline constexpr std::size_t kCtlArgumentsMax = 65535;  // an import; its frame bounds it further
// A row can have the rules of a person before and after a change, as text.
inline constexpr std::uint32_t kCtlFrameMax = 10U << 20;
inline constexpr std::uint32_t kCtlChunkMax = 64U << 10;

inline constexpr RuleRow kCtlRequestRows[] = {
    {0x01, {2, kCtlFrameMax}}, {0x02, {2, kCtlFrameMax}}, {0x03, {2, kCtlFrameMax}},
    {0x04, {2, kCtlFrameMax}}, {0x05, {2, kCtlFrameMax}}, {0x06, {2, kCtlFrameMax}},
    {0x07, {2, kCtlFrameMax}}, {0x08, {2, kCtlFrameMax}}, {0x09, {2, kCtlFrameMax}},
    {0x0A, {2, kCtlFrameMax}}, {0x0B, {2, kCtlFrameMax}}, {0x0C, {2, kCtlFrameMax}},
    {0x0D, {2, kCtlFrameMax}}, {0x0E, {2, kCtlFrameMax}}, {0x0F, {2, kCtlFrameMax}},
    {0x10, {2, kCtlFrameMax}}, {0x11, {2, kCtlFrameMax}}, {0x12, {2, kCtlFrameMax}},
    {0x13, {2, kCtlFrameMax}}, {0x14, {2, kCtlFrameMax}}, {0x15, {2, kCtlFrameMax}},
    {0x16, {2, kCtlFrameMax}}, {0x17, {2, kCtlFrameMax}}, {0x18, {2, kCtlFrameMax}},
    {0x19, {2, kCtlFrameMax}}, {0x1A, {2, kCtlFrameMax}}, {0x1B, {2, kCtlFrameMax}},
    {0x1C, {2, kCtlFrameMax}}, {0x1D, {2, kCtlFrameMax}}, {0x1E, {2, kCtlFrameMax}},
    {0x1F, {2, kCtlFrameMax}}, {0x20, {2, kCtlFrameMax}}, {0x21, {2, kCtlFrameMax}},
    {0x22, {2, kCtlFrameMax}}, {0x23, {2, kCtlFrameMax}}, {0x24, {2, kCtlFrameMax}},
    {0x25, {2, kCtlFrameMax}}, {0x26, {2, kCtlFrameMax}}, {0x27, {2, kCtlFrameMax}},
    {0x28, {2, kCtlFrameMax}}, {0x29, {2, kCtlFrameMax}}, {0x30, {2, kCtlFrameMax}},
    {0x31, {2, kCtlFrameMax}}, {0x32, {2, kCtlFrameMax}}, {0x33, {2, kCtlFrameMax}},
    {0x34, {2, kCtlFrameMax}}, {0x35, {2, kCtlFrameMax}}, {0x36, {2, kCtlFrameMax}},
    {0x37, {2, kCtlFrameMax}}, {0x38, {2, kCtlFrameMax}}, {0x39, {2, kCtlFrameMax}},
    {0x3A, {2, kCtlFrameMax}}, {0x3B, {2, kCtlFrameMax}}, {0x3C, {2, kCtlFrameMax}},
    {0x3D, {2, kCtlFrameMax}}, {0x48, {2, kCtlFrameMax}}, {0x49, {2, kCtlFrameMax}},
    {0x50, {2, kCtlFrameMax}}, {0x51, {2, kCtlFrameMax}}, {0x52, {2, kCtlFrameMax}},
    {0x53, {2, kCtlFrameMax}}, {0x54, {2, kCtlFrameMax}}, {0x55, {2, kCtlFrameMax}},
    {0x56, {2, kCtlFrameMax}}, {0x57, {2, kCtlFrameMax}},
    {0x60, {2, kCtlFrameMax}}, {0x61, {2, kCtlFrameMax}}, {0x62, {2, kCtlFrameMax}},
    {0x63, {2, kCtlFrameMax}},
    {0x5C, {2, kCtlFrameMax}}, {0x5D, {2, kCtlFrameMax}},
};
inline constexpr RuleRow kCtlReplyRows[] = {
    {0x41, {2, kCtlFrameMax}}, {0x42, {2, kCtlFrameMax}}, {0x43, {10, kCtlFrameMax}},
    {0x44, {1, kCtlChunkMax}}};

// Row and Done: named values in the order in which people read them.
struct CtlField {
    std::string name;
    std::variant<std::string, std::uint64_t, bool> value;
    friend bool operator==(const CtlField&, const CtlField&) = default;
};
using CtlRow = std::vector<CtlField>;  // at most 128

struct CtlFailure {
    Errc code = Errc::kSystem;
    std::string english;
    std::string japanese;
};

// u16 count, then texts with u32 length each: policy lists are longer than u16 says. Valid UTF-8;
// control characters other than line feed are refused.
std::vector<std::uint8_t> write_ctl_arguments(std::span<const std::string> arguments);
Result<std::vector<std::string>> read_ctl_arguments(std::span<const std::uint8_t> payload);
// u16 count, then name, kind u8, value.
std::vector<std::uint8_t> write_ctl_row(const CtlRow& row);
Result<CtlRow> read_ctl_row(std::span<const std::uint8_t> payload);
// u16 code, english, japanese
std::vector<std::uint8_t> write_ctl_failure(const CtlFailure& failure);
Result<CtlFailure> read_ctl_failure(std::span<const std::uint8_t> payload);

}  // namespace sudare::ipc
