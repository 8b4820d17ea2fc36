// SPDX-License-Identifier: Apache-2.0
#include "server/forwarder/tls.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>

#include <array>

namespace sudare::forwarder {
namespace {

constexpr char kSuites12[] = "ECDHE+AESGCM:ECDHE+CHACHA20";
constexpr int kSecurityLevel = 2;  // 112 bit: RSA 2048, as collectors' certificates have it
constexpr int kChainDepth = 4;

Result<void> checked(bool done, const char* call) {
    return done ? Result<void>() : fail(Errc::kSystem, std::string(call) + ": " + tls_error());
}

Result<void> restrict_protocol(SSL_CTX* context) {
    SSL_CTX_set_security_level(context, kSecurityLevel);
    SUDARE_CHECK(checked(SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1,
                         "SSL_CTX_set_min_proto_version"));
    SUDARE_CHECK(
        checked(SSL_CTX_set_cipher_list(context, kSuites12) == 1, "SSL_CTX_set_cipher_list"));
    // Nothing is resumed: each connection proves itself.
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_options(context,
                        SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_TICKET);
    // One record at a time: a peer that sends key updates without end holds nothing up.
    SSL_CTX_clear_mode(context, SSL_MODE_AUTO_RETRY);
    SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    return {};
}

Result<void> prove_ourselves(SSL_CTX* context, const Settings& settings) {
    if (settings.certificate.empty())
        return {};
    if (SSL_CTX_use_certificate_chain_file(context, settings.certificate.c_str()) != 1)
        return fail(Errc::kBadInput,
                    "field \"collector.certificate\": \"" + settings.certificate +
                        "\" is no PEM certificate that this uid can read: " + tls_error());
    struct stat info {};
    if (::stat(settings.key.c_str(), &info) == 0 && (info.st_mode & S_IROTH) != 0)
        return fail(Errc::kBadInput, "field \"collector.key\": everybody can read \"" +
                                         settings.key + "\"; take that right away (chmod o=)");
    if (SSL_CTX_use_PrivateKey_file(context, settings.key.c_str(), SSL_FILETYPE_PEM) != 1 ||
        SSL_CTX_check_private_key(context) != 1)
        return fail(Errc::kBadInput, "field \"collector.key\": \"" + settings.key +
                                         "\" is no PEM key without passphrase of that certificate, "
                                         "or this uid cannot read it: " +
                                         tls_error());
    return {};
}

}  // namespace

std::string tls_error() {
    const unsigned long code = ERR_get_error();
    ERR_clear_error();
    std::array<char, 256> text{};
    ERR_error_string_n(code, text.data(), text.size());
    return code == 0 ? "no reason given" : text.data();
}

Result<ContextPtr> make_context(const Settings& settings) {
    // Without this, OPENSSL_CONF or /etc/ssl/openssl.cnf could load engines and change defaults.
    SUDARE_CHECK(checked(
        OPENSSL_init_ssl(OPENSSL_INIT_NO_LOAD_CONFIG | OPENSSL_INIT_NO_ATEXIT, nullptr) == 1,
        "OPENSSL_init_ssl"));
    ContextPtr context(SSL_CTX_new(TLS_client_method()));
    if (!context)
        return fail(Errc::kSystem, "SSL_CTX_new: " + tls_error());
    SUDARE_CHECK(restrict_protocol(context.get()));
    if (SSL_CTX_load_verify_file(context.get(), settings.authority.c_str()) != 1)
        return fail(Errc::kBadInput,
                    "field \"collector.authority\": \"" + settings.authority +
                        "\" is no PEM file of certificates that this uid can read: " + tls_error());
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
    SSL_CTX_set_verify_depth(context.get(), kChainDepth);
    SUDARE_CHECK(prove_ourselves(context.get(), settings));
    return context;
}

Result<SessionPtr> make_session(SSL_CTX& context, const std::string& name, int socket) {
    SessionPtr session(SSL_new(&context));
    if (!session)
        return fail(Errc::kSystem, "SSL_new: " + tls_error());
    // A name in the subject's CN does not count (RFC 9525 section 2), nor does a star within a
    // label.
    SSL_set_hostflags(session.get(),
                      X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
    SUDARE_CHECK(checked(SSL_set1_host(session.get(), name.c_str()) == 1, "SSL_set1_host"));
    SUDARE_CHECK(checked(SSL_set_tlsext_host_name(session.get(), name.c_str()) == 1,
                         "SSL_set_tlsext_host_name"));
    SUDARE_CHECK(checked(SSL_set_fd(session.get(), socket) == 1, "SSL_set_fd"));
    return session;
}

}  // namespace sudare::forwarder
