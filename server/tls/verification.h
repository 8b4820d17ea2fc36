// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

#include "protocol/core/result.h"
#include "server/tls/openssl_handles.h"

namespace sudare::tls {

inline constexpr int kChainDepth = 2;     // leaf, at most one intermediate, root
inline constexpr int kSecurityLevel = 3;  // 128 bit: P-256, SHA-256, RSA 3072

// Trust anchors and revocation lists, strict, every certificate of the chain checked against a
// list: without a fresh list nobody is accepted.
Result<StorePtr> make_store(std::span<const std::uint8_t> authority,
                            std::span<const std::uint8_t> revoked);

// The extended key usage is present and names this purpose (XKU_SSL_CLIENT, XKU_SSL_SERVER).
bool has_key_usage(const X509& certificate, std::uint32_t usage);

}  // namespace sudare::tls
