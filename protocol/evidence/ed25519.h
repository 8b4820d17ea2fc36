// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

#include "protocol/evidence/hash.h"

namespace sudare::evidence {

// Ed25519 (RFC 8032) as OpenSSL checks it: false for every signature that is not exactly right,
// its length included.
bool ed25519_verify(const Hash& public_key, std::span<const std::uint8_t> message,
                    std::span<const std::uint8_t> signature);

}  // namespace sudare::evidence
