// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

// The closed lists of what can be recorded. Numbers are for ever: a new event or field gets a new
// number, none is reused. docs/audit-log.md shows both tables; a test compares.
namespace sudare::audit {

enum class EventType : std::uint16_t {
    kBrokerStarted = 1,
    kBrokerStopped = 2,
    kLogRecovered = 3,  // a torn tail was set aside
    kClockBack = 4,     // the system clock went backwards
    kChangeFailed = 5,  // the change of the record before was not stored
    kLogLost = 6,       // the log did not reach its anchor, and that was accepted
    kLogUnsigned = 7,   // the newest records are not signed for too long, or the signer refused them
    kLogSigned = 8,     // they are again
    kHeartbeat = 9,     // nothing else happened
    kDatabaseOlder = 10,  // than the log
    kConnected = 16,
    kConnectionRefused = 17,
    kHandshakeFailed = 18,
    kDisconnected = 19,
    kLinkViolation = 20,  // a link sent what its border forbids
    kLoginAccepted = 32,
    kLoginRefused = 33,
    kSessionGranted = 48,
    kSessionRefused = 49,
    kSessionStarted = 50,
    kSessionEnded = 51,
    kSessionTerminated = 52,  // the broker told the link to end it
    kPolicyApplied = 53,      // a running session got a changed policy
    kSessionDetached = 54,    // its viewer is gone; it waits
    kSessionLeft = 55,        // its link goes, it stays at the session host
    kSessionResumed = 56,
    kCounters = 64,
    kDestination = 65,
    kRefusal = 66,
    kExceptionAsked = 67,
    kHostEvent = 68,
    kInputAlarm = 69,
    kRecordingStarted = 70,
    kRecordingSegment = 71,
    kRecordingEnded = 72,
    kRecordingFailed = 73,
    kRecordingOpened = 74,
    kReviewerAdded = 75,
    kReviewerRemoved = 76,
    kUserAdded = 80,
    kUserPassword = 81,
    kUserDisabled = 82,
    kUserEnabled = 83,
    kTerminalAdded = 84,
    kTerminalRevoked = 85,
    kPasswordChanged = 86,   // by its owner
    kSecondFactorSet = 87,   // by its owner
    kSecondFactorReset = 88,  // by an administrator
    kPolicySet = 96,
    kPolicyUnset = 97,
    kSessionEndAsked = 98,
    kLogRead = 99,
    kAdminRefused = 100,
    kStateRead = 101,
    kGroupAdded = 102,
    kGroupRemoved = 103,
    kGroupMoved = 104,
    kMembership = 105,
    kExceptionAdded = 106,
    kExceptionEnded = 107,
    kPolicyRolledBack = 108,
    kRoleGiven = 109,
    kRoleTaken = 110,
    kChangeAsked = 111,  // waits for a second person
    kChangeApproved = 112,
    kChangeRefused = 113,
    kImported = 114,
    kUserCode = 115,
    kHostListSet = 120,
    kHostListRemoved = 121,
    kCertificateDenied = 130,
    kRenewalAsked = 131,    // by the terminal
    kRenewalRefused = 132,
    kRenewalSigned = 133,   // the CA's answer was handed in
    kRenewed = 134,         // the new certificate was used for the first time
    kExpiresSoon = 135,
    kLogSegmentDeleted = 140,  // by rule
    kHoldSet = 141,  // something may not be deleted
    kHoldEndAsked = 142,  // waits for a second person
    kHoldEnded = 143,
    kRecordingOrdered = 144,  // its file may go
    kRecordingDeleted = 145,
    kRecordingSpared = 146,   // by a hold
    kRetentionWaits = 147,    // the clock may have been set
    kSpaceLow = 148,
    kRetentionAsked = 149,    // an administrator has the rules run
    kConsentAsked = 155,    // a recording needs a second reviewer
    kConsentGiven = 156,
    kConsentRefused = 157,
    kEvidenceSearched = 150,
    kIndexRebuilt = 151,
    kEvidenceExported = 152,
    kForwardBehind = 160,
    kForwardCaughtUp = 161,
    kForwardViolation = 162,
    kSelfTestPassed = 165,
    kSelfTestAlarm = 166,
    kSelfTestMissing = 167,
    kSelfTestTry = 168,
    kSelfTestBegun = 169,
    kEmergencyStarted = 170,   // sessions end, log-ins stop
    kEmergencyEnded = 171,
    kEmergencyConcerns = 172,  // one user or terminal of it; before kEmergencyStarted
    kEmergencyEndAsked = 173,  // waits for a second person
    kBackupMade = 174,
};

enum class FieldKind : std::uint8_t { kNumber = 1, kFlag = 2, kText = 3, kBytes = 4 };

enum class Field : std::uint16_t {
    kAddress = 1,
    kPort = 2,
    kTerminal = 3,
    kSerial = 4,
    kCertificate = 5,
    kUser = 6,
    kSession = 7,
    kReason = 8,
    kPolicyVersion = 9,
    kConnection = 10,
    kReportedByHost = 11,
    kCause = 12,
    kAdminUid = 13,
    kWidth = 14,
    kHeight = 15,
    kReplacedSession = 16,  // no longer written
    kFormerTerminal = 17,
    kBytesUp = 20,
    kBytesDown = 21,
    kUpdates = 22,
    kKeys = 23,
    kMoves = 24,
    kButtons = 25,
    kWheel = 26,
    kCodePoints = 27,
    kDropped = 28,
    kHost = 30,
    kHostPort = 31,
    kHostAddress = 32,
    kVerdict = 33,
    kRule = 34,
    kRequests = 35,
    kKind = 36,
    kNumber = 37,
    kLayer = 40,
    kPolicyField = 41,
    kBefore = 42,
    kAfter = 43,
    kLoosens = 44,
    kGroup = 45,
    kBegins = 46,
    kEnds = 47,
    kRole = 48,
    kUid = 49,
    kFile = 50,
    kOffset = 51,
    kSize = 52,
    kTimeBefore = 53,
    kFilter = 54,
    kProgramVersion = 55,
    kSeconds = 56,
    kHostList = 60,
    kAdded = 61,
    kRemoved = 62,
    kRecording = 70,
    kHash = 71,
    kSegment = 72,
    kBeginMs = 73,
    kEndMs = 74,
    kReviewer = 75,
    kKey = 76,
    kRetentionRule = 80,
    kFirstRecord = 81,
    kHold = 82,
    kFreeBytes = 83,
    kDays = 84,
    kConsent = 88,
    kAskerUid = 89,
    kSecondUid = 90,
    kForwarded = 91,
    kUnforwarded = 92,
    kTest = 93,
    kEvidence = 94,
    kEmergency = 95,
    kEverybody = 96,
};

struct EventRow {
    EventType type;
    std::string_view name;      // stable identifier, as in JSON
    std::string_view japanese;  // for the table that people read
    std::string_view meaning;
};
struct FieldRow {
    Field field;
    std::string_view name;
    FieldKind kind;
    std::string_view meaning;
};
std::span<const EventRow> event_rows();
std::span<const FieldRow> field_rows();
const EventRow* row_of(EventType type);
const FieldRow* row_of(Field field);

}  // namespace sudare::audit
