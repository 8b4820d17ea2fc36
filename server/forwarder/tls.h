// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <string>

#include "protocol/core/result.h"
#include "server/forwarder/settings.h"

// TLS towards the collector (RFC 5425). Not server/tls: that one is for our own programs, one CA
// and one version; a collector is somebody else's and may speak TLS 1.2.
namespace sudare::forwarder {

struct ContextDeleter {
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
struct SessionDeleter {
    void operator()(SSL* session) const { SSL_free(session); }
};
using ContextPtr = std::unique_ptr<SSL_CTX, ContextDeleter>;
using SessionPtr = std::unique_ptr<SSL, SessionDeleter>;

// TLS 1.2 with forward secrecy and AEAD, or 1.3; nobody but settings.authority signs; the
// certificate and key of settings when it names them. Reads files: before the sandbox. kBadInput
// names file and remedy.
Result<ContextPtr> make_context(const Settings& settings);
// For this socket, which stays the caller's; the peer must have settings.name.
Result<SessionPtr> make_session(SSL_CTX& context, const std::string& name, int socket);

// The oldest error of OpenSSL's queue; empties it.
std::string tls_error();

}  // namespace sudare::forwarder
