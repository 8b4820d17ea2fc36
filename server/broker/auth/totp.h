// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "protocol/core/result.h"

// One-time codes of RFC 6238 by liboath: SHA-1, six digits, 30 seconds, as every app of phones has
// them. A code of the step before or after is taken too, for clocks that differ. Threads: any.
namespace sudare::auth {

inline constexpr unsigned kTotpStepSeconds = 30;
inline constexpr unsigned kTotpWindow = 1;           // steps to each side
inline constexpr std::size_t kTotpSecretBytes = 20;  // RFC 4226 section 4: 160 bits

using TotpSecret = std::array<std::uint8_t, kTotpSecretBytes>;

TotpSecret new_totp_secret();
// As it is stored.
std::string totp_text(const TotpSecret& secret);  // 40 hex digits
// kBadInput when it is none.
Result<TotpSecret> totp_secret(const std::string& text);

// The time step for which this is the code; nothing when it is none. Whoever takes it has to see that
// no step is taken twice (Store::accept_totp_step). now: seconds since 1970.
std::optional<std::int64_t> totp_step(const TotpSecret& secret, const std::string& code,
                                      std::int64_t now);

}  // namespace sudare::auth
