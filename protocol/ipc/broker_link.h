// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "protocol/core/reason.h"
#include "protocol/core/result.h"
#include "protocol/core/terminal.h"
#include "protocol/enrol/messages.h"
#include "protocol/ipc/destination.h"
#include "protocol/ipc/link_host.h"
#include "protocol/ipc/policy.h"
#include "protocol/ipc/rules.h"

// sudare-link <-> sudare-broker, on a Unix stream socket that sudare-gateway connects and hands to
// the link: one connection per link, one person per connection, one session at a time.
//
// Order, as the broker enforces it (anything else ends the connection and is recorded):
//   fresh     --Connected------> ConnectedVerdict          ok: connected, else: over
//   fresh     --HandshakeFailed-> (no reply)               over
//   connected --Login----------> LoginVerdict              ok: logged in, else: connected
//   connected --ChangePassword-> LoginVerdict              enrolling, for good
//   connected --BeginFactor----> FactorSecret, LoginVerdict enrolling, for good
//   enrolling --ConfirmFactor--> LoginVerdict              enrolling; after a FactorSecret
//   connected --AskRenewal----> LoginVerdict                enrolling, for good; once
//   connected --FetchCertificate-> Certificate, LoginVerdict enrolling, for good
//   connected --ResumeSession--> SessionGranted            granted
//                                SessionRefused            over
//   logged in --OpenSession----> SessionGranted            granted
//                                SessionRefused            logged in
//   granted   --SessionStarted-> (no reply)                running
//   granted, running --SessionEnded-> (no reply)           logged in
//   running   --SessionDetached-> (no reply)               running, without its viewer
//   running   --SessionLeft---> (no reply)                 over; the session waits at the host
//   granted, running: Counters, Destination, AskException, HostEvent; no reply
//   from connected on: Refusal; no reply
//   while a session runs: InputAlarm; no reply
//   granted, running: RecordingStarted, then RecordingSegment any number of times, then
//   RecordingEnded or RecordingFailed; RecordingFailed also without a start; no reply
// At most one request waits for its reply. PolicyChanged, Reviewers and Terminate are pushed by the broker
// while a session is granted or running (Terminate also to a link that is only connected); after
// Terminate the link still sends SessionEnded; after Terminate(kReplaced), which tells that another
// link has the session now, it sends SessionLeft, and what it still reports of that session counts.
// The end of the stream without either is recorded as link_crashed; the session then waits like one
// that was left.
namespace sudare::ipc {

enum class BrokerLinkFrame : std::uint8_t {
    // link -> broker
    kConnected = 0x01,
    kLogin = 0x02,
    kOpenSession = 0x03,
    kSessionStarted = 0x04,
    kSessionEnded = 0x05,
    kCounters = 0x06,
    kDestination = 0x07,
    kRefusal = 0x08,
    kHandshakeFailed = 0x09,
    kAskException = 0x0A,
    kHostEvent = 0x0B,
    kResumeSession = 0x0C,
    kSessionDetached = 0x0D,
    kSessionLeft = 0x0E,
    // payloads of protocol/enrol, where they come from
    kChangePassword = 0x0F,
    kBeginFactor = 0x10,
    kConfirmFactor = 0x11,
    kAskRenewal = 0x12,
    kFetchCertificate = 0x13,
    // payloads of this file again
    kInputAlarm = 0x14,
    kRecordingStarted = 0x15,
    kRecordingSegment = 0x16,
    kRecordingEnded = 0x17,
    kRecordingFailed = 0x18,
    // broker -> link
    kConnectedVerdict = 0x41,
    kLoginVerdict = 0x42,
    kSessionGranted = 0x43,
    kSessionRefused = 0x44,
    kPolicyChanged = 0x45,
    kTerminate = 0x46,
    kFactorSecret = 0x47,  // payload of protocol/enrol
    kReviewers = 0x48,     // for recordings that begin from now on
    kCertificate = 0x49,   // payload of protocol/enrol
};

using Ticket = std::array<std::uint8_t, 16>;  // random; all zeroes: none

// TLS is up and the certificate was verified by the link against CA and CRL.
struct Connected {
    std::array<std::uint8_t, 16> address{};  // IPv6 or IPv4-mapped
    std::uint16_t port = 0;
    std::string terminal;                        // NAME of the one SAN "sudare:terminal:NAME"
    std::string serial;                          // of the certificate, lower-case hex, 1..40
    std::array<std::uint8_t, 32> certificate{};  // SHA-256 of its DER form
    std::uint64_t not_after = 0;                 // its end, seconds since 1970
};

struct Login {
    std::string user;      // 1..limits::kUserNameBytesMax
    std::string password;  // 1..limits::kPasswordBytesMax; wipe after use
    std::string code;      // empty or limits::kOneTimeCodeDigits digits
};
// Overwrites password and code where they stand.
void wipe(Login& login);

struct OpenSession {
    Display display;
    KeyboardLayout keyboard = KeyboardLayout::kUs;
    Locale locale = Locale::kJapanese;
};

// Without a login: the ticket and the terminal's certificate are the proof.
struct ResumeSession {
    Ticket ticket{};
    Display display;
    KeyboardLayout keyboard = KeyboardLayout::kUs;
};

struct Totals {
    std::uint64_t bytes_up = 0;  // of the viewer's connection, TLS payload
    std::uint64_t bytes_down = 0;
    std::uint32_t updates = 0;
};
struct SessionEnded {  // SessionLeft too, whose reason says why the link goes
    std::uint64_t session = 0;
    EndReason reason = EndReason::kUserEnded;
    Totals totals;
};

// What went up since the last report, at most one report a minute (and one at the end). Counts
// only: never which key, never which character.
struct Counters {
    std::uint64_t session = 0;
    std::uint32_t keys = 0;
    std::uint32_t moves = 0;
    std::uint32_t buttons = 0;
    std::uint32_t wheel = 0;
    std::uint32_t code_points = 0;
    std::uint32_t dropped = 0;  // refused by rate or policy
};

struct SessionDestination {
    std::uint64_t session = 0;
    Destination destination;
};

enum class RefusalKind : std::uint8_t {
    kProtocol = 1,      // viewer's bytes; number: EndReason
    kInputDenied = 2,   // input that policy switches off; number: wire message type
    kCombination = 3,   // number: BlockedCombination
    kPaste = 4,         // number: code points
    kRate = 5,          // number: wire message type
    kHostProtocol = 6,  // session host's bytes; number: EndReason
};
struct Refusal {
    std::uint64_t session = 0;  // 0: before a session was granted
    RefusalKind kind = RefusalKind::kProtocol;
    std::uint32_t number = 0;
};

// Input that no hand makes: server/link/input_watch.h.
enum class InputAlarmKind : std::uint8_t { kTypedFast = 1, kPasted = 2, kPointer = 3 };
inline constexpr std::size_t kInputAlarmKinds = 3;
struct InputAlarm {
    std::uint64_t session = 0;
    InputAlarmKind kind = InputAlarmKind::kTypedFast;
    std::uint32_t number = 0;  // characters or moves within the kind's span
};

// What a recording is sealed to: X25519 public keys (protocol/recording).
using ReviewerKey = std::array<std::uint8_t, 32>;
using ReviewerKeys = std::vector<ReviewerKey>;  // at most kReviewersMax
inline constexpr std::size_t kReviewersMax = 8;

using RecordingId = std::array<std::uint8_t, 16>;
using Sha256 = std::array<std::uint8_t, 32>;
struct RecordingStarted {
    std::uint64_t session = 0;
    RecordingId id{};
    std::uint64_t start_ms = 0;  // since 1970
    Sha256 header{};
};
// Reported when it is on the recorder's disk.
struct RecordingSegment {
    std::uint64_t session = 0;
    RecordingId id{};
    std::uint32_t index = 0;
    std::uint32_t begin_ms = 0, end_ms = 0;  // since the start
    std::uint32_t length = 0;                // bytes in the file
    Sha256 sha256{};                         // of these bytes
};
struct RecordingEnded {
    std::uint64_t session = 0;
    RecordingId id{};
};
enum class RecordingFault : std::uint8_t {
    kNoRecorder = 1,   // the gateway has none, or could not connect to it
    kNoReviewers = 2,  // nobody could open it
    kDiskFull = 3,
    kDisk = 4,
    kLimit = 5,       // the largest file
    kLate = 6,        // the disk did not answer in time
    kLost = 7,        // the recorder went away
    kNoSnapshot = 8,  // the session host shows pictures and never a whole one
};
struct RecordingFailed {
    std::uint64_t session = 0;
    RecordingId id{};  // zeroes: it never began
    RecordingFault fault = RecordingFault::kDisk;
};

enum class HandshakeFault : std::uint8_t {
    kNoCertificate = 1,
    kRevoked = 2,
    kWrongCa = 3,
    kTlsVersion = 4,
    kAlpn = 5,
    kTimeout = 6,
    kGarbage = 7,
    kExpired = 8,
    kThrottled = 9,  // dropped by the gateway before a byte was read
    kOther = 10,
};
struct HandshakeFailed {
    std::array<std::uint8_t, 16> address{};
    std::uint16_t port = 0;
    HandshakeFault fault = HandshakeFault::kOther;
};

struct AskException {
    std::uint64_t session = 0;
    std::uint32_t rule = 0;
    // What the viewer was last told of by that rule; "": nothing.
    std::string host{};
    std::uint16_t port = 0;
};

struct SessionHostEvent {
    std::uint64_t session = 0;
    HostEvent event;
};

enum class LoginResultCode : std::uint8_t {
    kOk = 0,
    kRefused = 1,  // the one answer for every wrong or unknown credential
    kBusy = 2,     // password queue full; try again after retry_after seconds
    kSecondFactorNeeded = 3,
    kPasswordChangeNeeded = 4,
    kEnrolmentNeeded = 5,  // of a second factor
    kPasswordWeak = 6,     // the new one; only as an answer to ChangePassword
    kPasswordElsewhere = 7,  // it is the directory's; only as an answer to ChangePassword
    kNotYet = 8,           // this and the next: only as answers to FetchCertificate
    kNothing = 9,
};
struct LoginVerdict {
    LoginResultCode code = LoginResultCode::kRefused;
    std::uint32_t retry_after = 0;  // seconds; 0: at once
    std::uint32_t user = 0;         // the user's number when ok, else 0
};

struct SessionGranted {
    std::uint64_t session = 0;  // never 0, never reused
    Ticket ticket{};
    SessionKey key{};      // for the session host
    bool resumed = false;  // the session runs already: kResume instead of kStart
    std::uint32_t remaining =
        0;  // seconds until hours or total time end it; the broker ends it too
    SessionPolicy policy;
    ReviewerKeys reviewers{};
};

// --- frame rules -------------------------------------------------------------------------------
inline constexpr std::uint32_t kSerialHexMax = 40;  // RFC 5280 4.1.2.2: 20 octets
inline constexpr std::uint32_t kConnectedFixed = 16 + 2 + 2 + 2 + 32 + 8;
inline constexpr RuleRow kBrokerUpRows[] = {
    {0x01, {kConnectedFixed + 2, kConnectedFixed + limits::kTerminalNameBytesMax + kSerialHexMax}},
    {0x02,
     {6 + 2,
      6 + limits::kUserNameBytesMax + limits::kPasswordBytesMax + limits::kOneTimeCodeDigits}},
    {0x03, {kDisplayBytes + 2, kDisplayBytes + 2}},
    {0x04, {8, 8}},
    {0x05, {8 + 2 + 8 + 8 + 4, 8 + 2 + 8 + 8 + 4}},
    {0x06, {8 + 6 * 4, 8 + 6 * 4}},
    {0x07, {8 + kDestinationMin, 8 + kDestinationMax}},
    {0x08, {8 + 1 + 4, 8 + 1 + 4}},
    {0x09, {16 + 2 + 1, 16 + 2 + 1}},
    {0x0A, {8 + 4 + 2 + 2, 8 + 4 + 2 + 2 + limits::kHostBytesMax}},
    {0x0B, {8 + 5, 8 + 5}},
    {0x0C, {16 + kDisplayBytes + 1, 16 + kDisplayBytes + 1}},
    {0x0D, {8, 8}},
    {0x0E, {8 + 2 + 8 + 8 + 4, 8 + 2 + 8 + 8 + 4}},
    {0x0F, enrol::kChangePasswordBytes},
    {0x10, enrol::kBeginFactorBytes},
    {0x11, enrol::kConfirmFactorBytes},
    {0x12, enrol::kAskRenewalBytes},
    {0x13, enrol::kFetchCertificateBytes},
    {0x14, {8 + 1 + 4, 8 + 1 + 4}},
    {0x15, {8 + 16 + 8 + 32, 8 + 16 + 8 + 32}},
    {0x16, {8 + 16 + 4 * 4 + 32, 8 + 16 + 4 * 4 + 32}},
    {0x17, {8 + 16, 8 + 16}},
    {0x18, {8 + 16 + 1, 8 + 16 + 1}},
};
inline constexpr RuleRow kBrokerDownRows[] = {
    {0x41, {2, 2}},
    {0x42, {1 + 4 + 4, 1 + 4 + 4}},
    {0x43, {8 + 16 + 16 + 1 + 4 + 1 + kPolicyBytesMin, limits::kIpcFrameMax}},
    {0x44, {2, 2}},
    {0x45, {kPolicyBytesMin, limits::kIpcFrameMax}},
    {0x46, {2, 2}},
    {0x47, enrol::kFactorSecretBytes},
    {0x48, {1, 1 + kReviewersMax * 32}},
    {0x49, enrol::kCertificateRoom},
};

// --- payloads ----------------------------------------------------------------------------------
// write_* return the payload (append_frame adds the header); read_* take a payload of a length
// that the rows above permit and refuse with kBadInput what is malformed. Payloads not listed:
// PolicyChanged is write/read_policy_payload, SessionRefused and Terminate are write/read_reason,
// all of link_host.h.
std::vector<std::uint8_t> write_connected(const Connected& message);
Result<Connected> read_connected(std::span<const std::uint8_t> payload);
std::vector<std::uint8_t> write_login(const Login& message);
Result<Login> read_login(std::span<const std::uint8_t> payload);
std::vector<std::uint8_t> write_open_session(const OpenSession& message);
Result<OpenSession> read_open_session(std::span<const std::uint8_t> payload);
std::vector<std::uint8_t> write_resume_session(const ResumeSession& message);
Result<ResumeSession> read_resume_session(std::span<const std::uint8_t> payload);
// SessionDetached too.
std::vector<std::uint8_t> write_session_started(std::uint64_t session);
Result<std::uint64_t> read_session_started(std::span<const std::uint8_t> payload);
// SessionLeft too.
std::vector<std::uint8_t> write_session_ended(const SessionEnded& message);
Result<SessionEnded> read_session_ended(std::span<const std::uint8_t> payload);
std::vector<std::uint8_t> write_counters(const Counters& message);
Result<Counters> read_counters(std::span<const std::uint8_t> payload);
std::vector<std::uint8_t> write_session_destination(const SessionDestination& message);
Result<SessionDestination> read_session_destination(std::span<const std::uint8_t> payload);
std::vector<std::uint8_t> write_refusal(const Refusal& message);
Result<Refusal> read_refusal(std::span<const std::uint8_t> payload);
std::vector<std::uint8_t> write_input_alarm(const InputAlarm& message);
Result<InputAlarm> read_input_alarm(std::span<const std::uint8_t> payload);
std::vector<std::uint8_t> write_handshake_failed(const HandshakeFailed& message);
Result<HandshakeFailed> read_handshake_failed(std::span<const std::uint8_t> payload);
std::vector<std::uint8_t> write_ask_exception(const AskException& message);
Result<AskException> read_ask_exception(std::span<const std::uint8_t> payload);
std::vector<std::uint8_t> write_recording_started(const RecordingStarted& message);
Result<RecordingStarted> read_recording_started(std::span<const std::uint8_t> payload);
std::vector<std::uint8_t> write_recording_segment(const RecordingSegment& message);
Result<RecordingSegment> read_recording_segment(std::span<const std::uint8_t> payload);
std::vector<std::uint8_t> write_recording_ended(const RecordingEnded& message);
Result<RecordingEnded> read_recording_ended(std::span<const std::uint8_t> payload);
std::vector<std::uint8_t> write_recording_failed(const RecordingFailed& message);
Result<RecordingFailed> read_recording_failed(std::span<const std::uint8_t> payload);
std::vector<std::uint8_t> write_reviewers(const ReviewerKeys& keys);
Result<ReviewerKeys> read_reviewers(std::span<const std::uint8_t> payload);
std::vector<std::uint8_t> write_session_host_event(const SessionHostEvent& message);
Result<SessionHostEvent> read_session_host_event(std::span<const std::uint8_t> payload);

// 0: welcome; else the EndReason with which the link ends the connection.
std::vector<std::uint8_t> write_connected_verdict(std::optional<EndReason> refusal);
Result<std::optional<EndReason>> read_connected_verdict(std::span<const std::uint8_t> payload);
std::vector<std::uint8_t> write_login_verdict(const LoginVerdict& message);
Result<LoginVerdict> read_login_verdict(std::span<const std::uint8_t> payload);
std::vector<std::uint8_t> write_session_granted(const SessionGranted& message);
Result<SessionGranted> read_session_granted(std::span<const std::uint8_t> payload);

}  // namespace sudare::ipc
