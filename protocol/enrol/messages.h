// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "protocol/core/frame.h"
#include "protocol/core/limits.h"
#include "protocol/core/reason.h"

// "sudare-enrol/1": change of password, set-up of a second factor and renewal of the terminal's
// certificate, between viewer and link, and
// from there to the broker in the same payloads. Another ALPN than sudare/1, so that a connection has
// either this or a session, never both (promise P1). Frames as everywhere: type u8, length u24.
//
//     up:   Hello, then ChangePassword or BeginFactor, as often as the tries allow; ConfirmFactor after
//           FactorSecret; AskRenewal and FetchCertificate, which the connection's own certificate proves
//     down: Welcome, then one Result, FactorSecret or Certificate for each request; End at any time
//
// Nothing that comes down is from the Internet zone: the border answers alone.
namespace sudare::enrol {

inline constexpr char kAlpn[] = "sudare-enrol/1";
inline constexpr std::uint16_t kVersion = 1;
inline constexpr std::size_t kSecretBytes = 20;  // RFC 4226 section 4

enum class MessageType : std::uint8_t {
    kHello = 0x01,
    kChangePassword = 0x02,
    kBeginFactor = 0x03,
    kConfirmFactor = 0x04,
    kAskRenewal = 0x05,
    kFetchCertificate = 0x06,
    kWelcome = 0x41,
    kResult = 0x42,
    kFactorSecret = 0x43,
    kEnd = 0x44,
    kCertificate = 0x45,
};

// Numbers as in ipc::LoginResultCode.
enum class Verdict : std::uint8_t {
    kDone = 0,
    kRefused = 1,  // name, password or code wrong: it does not say which
    kBusy = 2,
    kCodeNeeded = 3,     // this account has a second factor
    kPasswordWeak = 6,   // too short, like the old one, or with the name in it
    kPasswordElsewhere = 7,  // a directory has it: it is changed there
    kNotYet = 8,         // nobody has signed the request
    kNothing = 9,        // there is no request of this certificate
};

std::optional<Verdict> verdict_from(std::uint8_t number);

// Texts: u16 length, UTF-8 without NUL. A code is empty or six digits. Wipe what holds one.
struct Hello {
    std::uint16_t version = kVersion;
};
struct ChangePassword {
    std::string user, password, code;
    std::string wanted;  // the new password, 1..limits::kPasswordBytesMax bytes
};
struct BeginFactor {
    std::string user, password;
    std::string code;  // of the factor that is replaced
};
struct ConfirmFactor {
    std::string code;  // six digits, of the secret that has just been told
};
// The request for the next certificate: CMS SignedData over a PKCS #10, signed with the present key.
// Opaque here, in the link and in the broker: only the CA reads it.
struct AskRenewal {
    std::vector<std::uint8_t> request;  // 1..kRenewalBytesMax
};
struct FetchCertificate {};
struct Welcome {
    std::uint16_t version = kVersion;
    std::uint16_t password_min = 0;  // bytes
};
struct Result {
    Verdict verdict = Verdict::kRefused;
    std::uint16_t retry_s = 0;
};
struct FactorSecret {
    std::array<std::uint8_t, kSecretBytes> secret{};
};
// The one that was asked for, DER. On the wire it always has kCertificateRoom bytes: a u16 length,
// and zeroes behind it.
struct Certificate {
    std::vector<std::uint8_t> der;  // 1..kCertificateBytesMax
};
struct End {
    EndReason reason = EndReason::kInternal;
};

using UpMessage = std::variant<Hello, ChangePassword, BeginFactor, ConfirmFactor, AskRenewal, FetchCertificate>;
using DownMessage = std::variant<Welcome, Result, FactorSecret, End, Certificate>;

inline constexpr std::uint32_t kCredentialsMin = 6 + 2;
inline constexpr std::uint32_t kCredentialsMax =
    6 + limits::kUserNameBytesMax + limits::kPasswordBytesMax + limits::kOneTimeCodeDigits;
inline constexpr LengthRange kChangePasswordBytes{kCredentialsMin + 2 + 1,
                                                  kCredentialsMax + 2 + limits::kPasswordBytesMax};
inline constexpr LengthRange kBeginFactorBytes{kCredentialsMin, kCredentialsMax};
inline constexpr LengthRange kConfirmFactorBytes{limits::kOneTimeCodeDigits,
                                                 limits::kOneTimeCodeDigits};
inline constexpr LengthRange kFactorSecretBytes{kSecretBytes, kSecretBytes};
inline constexpr std::uint32_t kRenewalBytesMax = 6144;  // both keys RSA 4096
inline constexpr LengthRange kAskRenewalBytes{1, kRenewalBytesMax};
inline constexpr LengthRange kFetchCertificateBytes{0, 0};
inline constexpr std::uint32_t kCertificateBytesMax = 2046;  // of RSA 8192 it has 1.6 KiB
inline constexpr LengthRange kCertificateRoom{2 + kCertificateBytesMax, 2 + kCertificateBytesMax};

enum class Direction { kUp, kDown };

// What a stream of this protocol may carry in one direction.
class Rules final : public FrameRules {
   public:
    explicit Rules(Direction direction) : direction_(direction) {}
    [[nodiscard]] std::optional<LengthRange> range_of(std::uint8_t type) const override;

   private:
    Direction direction_;
};

// A frame whose length the rules permit; nothing when it is malformed.
std::optional<UpMessage> parse_up(const Frame& frame);
std::optional<DownMessage> parse_down(const Frame& frame);
// The payload alone, and the whole frame. The values must fit.
std::vector<std::uint8_t> payload_of(const UpMessage& message);
std::vector<std::uint8_t> payload_of(const DownMessage& message);
std::vector<std::uint8_t> frame_of(const UpMessage& message);
std::vector<std::uint8_t> frame_of(const DownMessage& message);
MessageType type_of(const UpMessage& message);
MessageType type_of(const DownMessage& message);

// Overwrites the secrets of what goes up.
void wipe(UpMessage& message);

// Payloads alone, as the inner border carries them.
std::optional<ChangePassword> read_change_password(std::span<const std::uint8_t> payload);
std::optional<BeginFactor> read_begin_factor(std::span<const std::uint8_t> payload);
std::optional<ConfirmFactor> read_confirm_factor(std::span<const std::uint8_t> payload);
std::optional<Certificate> read_certificate(std::span<const std::uint8_t> payload);
std::optional<FactorSecret> read_factor_secret(std::span<const std::uint8_t> payload);

}  // namespace sudare::enrol
