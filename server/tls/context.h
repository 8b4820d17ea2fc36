// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "protocol/core/result.h"
#include "server/tls/fault.h"
#include "server/tls/identity.h"
#include "server/tls/material.h"
#include "server/tls/openssl_handles.h"

// The one place where TLS is set up: TLS 1.3 only, mutual certificates, one private CA, revocation
// lists that must be there and fresh (reference/security.md section 7.1). Every OpenSSL call's
// return value is checked; a context that exists is complete.
namespace sudare::tls {

enum class Side { kServer, kClient };

// Whom we talk to. A peer whose certificate names somebody else fails in the handshake.
struct Expectation {
    std::string alpn;       // the protocol, "sudare/1"
    PeerKind kind = PeerKind::kTerminal;
    std::string name;       // empty: anybody of that kind
    std::string also{};     // servers: another protocol that is spoken here; empty: none
};

class Context {
   public:
    // Errors: kBadInput names the material that does not fit; kSystem names the OpenSSL call.
    static Result<Context> create(Side side, Expectation peer, const Material& material);

    // A connection of this context, not yet bound to a transport.
    [[nodiscard]] Result<ConnectionPtr> new_connection() const;
    [[nodiscard]] Side side() const { return side_; }
    [[nodiscard]] SSL_CTX* native() const { return context_.get(); }

   private:
    Context(Side side, std::unique_ptr<Expectation> peer, ContextPtr context)
        : side_(side), peer_(std::move(peer)), context_(std::move(context)) {}

    Side side_;
    std::unique_ptr<Expectation> peer_;  // its address is known to the callbacks
    ContextPtr context_;
};

// Whom a finished handshake proved. kDenied when anything is missing that the context demands:
// the handshake has checked all of it, this is the second look before the first message.
Result<Identity> proven_peer(const SSL& connection);
// The protocol that a finished handshake agreed on.
std::string agreed_protocol(const SSL& connection);
// SHA-256 of the peer's certificate in DER form.
Result<std::array<std::uint8_t, 32>> peer_fingerprint(const SSL& connection);

// Judges the certificate of a living connection again, by newer lists: the fault, or nullopt when
// it still holds. Threads: any.
std::optional<Fault> recheck(const SSL& connection, Side our_side,
                             std::span<const std::uint8_t> authority,
                             std::span<const std::uint8_t> revoked);

// When the first of the certificates of a PEM text ends, seconds since 1970.
Result<std::int64_t> earliest_end(std::span<const std::uint8_t> certificates);
// How much of the shortest revocation list's life is over: 0.0 fresh, 1.0 expired.
Result<double> revocation_age(std::span<const std::uint8_t> revoked);

// OpenSSL without its configuration file and environment. Call first in main().
Result<void> initialise();

}  // namespace sudare::tls
