// SPDX-License-Identifier: Apache-2.0
#include "server/tls/context.h"

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>

#include <algorithm>
#include <ctime>
#include <limits>
#include <string_view>

#include "server/tls/verification.h"

namespace sudare::tls {
namespace {

constexpr char kSuites[] =
    "TLS_AES_256_GCM_SHA384:TLS_AES_128_GCM_SHA256:TLS_CHACHA20_POLY1305_SHA256";
// Written out: a DEFAULT keyword once made servers choose a weaker group (CVE-2026-2673).
#if OPENSSL_VERSION_NUMBER >= 0x30500000L
constexpr char kGroups[] = "X25519MLKEM768:X25519:P-256:P-384";
#else
constexpr char kGroups[] = "X25519:P-256:P-384";
#endif
constexpr char kSignatures[] =
    "ecdsa_secp256r1_sha256:ecdsa_secp384r1_sha384:ed25519:rsa_pss_rsae_sha256";

int expectation_index() {
    static const int index = SSL_CTX_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
    return index;
}

const Expectation* expectation_of(const SSL& connection) {
    return static_cast<const Expectation*>(
        SSL_CTX_get_ex_data(SSL_get_SSL_CTX(&connection), expectation_index()));
}

Result<void> checked(bool done, const char* call) {
    if (done)
        return {};
    return fail(Errc::kSystem, std::string(call) + ": " + openssl_error());
}

std::uint32_t peer_usage(bool we_are_server) {
    return we_are_server ? XKU_SSL_CLIENT : XKU_SSL_SERVER;
}

// What X.509 alone does not say: who the peer is. Called once per certificate, root first.
int judge_certificate(int so_far, X509_STORE_CTX* store) {
    if (so_far != 1 || X509_STORE_CTX_get_error_depth(store) != 0)
        return so_far;
    const auto* connection = static_cast<const SSL*>(
        X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()));
    const Expectation* expected = expectation_of(*connection);
    const X509* certificate = X509_STORE_CTX_get_current_cert(store);
    const auto identity = identity_of(*certificate);
    const bool accepted = identity && expected != nullptr && identity->kind == expected->kind &&
                          (expected->name.empty() || identity->name == expected->name) &&
                          has_key_usage(*certificate, peer_usage(SSL_is_server(connection) == 1));
    if (!accepted)
        X509_STORE_CTX_set_error(store, X509_V_ERR_APPLICATION_VERIFICATION);
    return accepted ? 1 : 0;
}

bool speaks(const Expectation& expected, std::string_view protocol) {
    return !protocol.empty() && (protocol == expected.alpn || protocol == expected.also);
}

int select_alpn(SSL* connection, const unsigned char** out, unsigned char* out_length,
                const unsigned char* in, unsigned int in_length, void*) {
    const Expectation* expected = expectation_of(*connection);
    for (unsigned int at = 0; at < in_length; at += 1U + in[at]) {
        const std::string_view offered(reinterpret_cast<const char*>(in + at + 1), in[at]);
        if (!speaks(*expected, offered))
            continue;
        *out = in + at + 1;
        *out_length = in[at];
        return SSL_TLSEXT_ERR_OK;
    }
    return SSL_TLSEXT_ERR_ALERT_FATAL;
}

// select_alpn is not called for a client that offers nothing at all.
int demand_alpn(SSL* connection, int* alert, void*) {
    const unsigned char* data = nullptr;
    std::size_t length = 0;
    if (SSL_client_hello_get0_ext(connection, TLSEXT_TYPE_application_layer_protocol_negotiation,
                                  &data, &length) == 1)
        return SSL_CLIENT_HELLO_SUCCESS;
    *alert = SSL_AD_NO_APPLICATION_PROTOCOL;
    return SSL_CLIENT_HELLO_ERROR;
}

Result<void> restrict_protocol(SSL_CTX* context) {
    SUDARE_CHECK(checked(SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION) == 1 &&
                             SSL_CTX_set_max_proto_version(context, TLS1_3_VERSION) == 1,
                         "SSL_CTX_set_min/max_proto_version"));
    SUDARE_CHECK(checked(SSL_CTX_set_ciphersuites(context, kSuites) == 1,
                         "SSL_CTX_set_ciphersuites"));
    SUDARE_CHECK(checked(SSL_CTX_set1_groups_list(context, kGroups) == 1,
                         "SSL_CTX_set1_groups_list"));
    SUDARE_CHECK(checked(SSL_CTX_set1_sigalgs_list(context, kSignatures) == 1,
                         "SSL_CTX_set1_sigalgs_list"));
    SSL_CTX_set_security_level(context, kSecurityLevel);
    // No resumption of any kind: each connection proves itself, and nothing is kept (CVE-2024-2511).
    SUDARE_CHECK(checked(SSL_CTX_set_num_tickets(context, 0) == 1, "SSL_CTX_set_num_tickets"));
    SUDARE_CHECK(checked(SSL_CTX_set_max_early_data(context, 0) == 1,
                         "SSL_CTX_set_max_early_data"));
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    const std::uint64_t options = SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION |
                                  SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_NO_TICKET;
    return checked((SSL_CTX_set_options(context, options) & options) == options,
                   "SSL_CTX_set_options");
}

Result<void> demand_peer(SSL_CTX* context, Side side, const Material& material) {
    SUDARE_TRY(StorePtr store, make_store(material.authority, material.revoked));
    SSL_CTX_set_cert_store(context, store.release());  // now owned by the context
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT,
                       judge_certificate);
    SSL_CTX_set_verify_depth(context, kChainDepth);
    const int purpose = side == Side::kServer ? X509_PURPOSE_SSL_CLIENT : X509_PURPOSE_SSL_SERVER;
    return checked(SSL_CTX_set_purpose(context, purpose) == 1, "SSL_CTX_set_purpose");
}

Result<void> present_ourselves(SSL_CTX* context, const Material& material) {
    SUDARE_TRY(const auto chain, read_certificates(material.certificate));
    SUDARE_TRY(const KeyPtr key, read_key(material.key));
    SUDARE_CHECK(checked(SSL_CTX_use_certificate(context, chain.front().get()) == 1,
                         "SSL_CTX_use_certificate"));
    for (std::size_t i = 1; i < chain.size(); ++i)
        SUDARE_CHECK(checked(SSL_CTX_add1_chain_cert(context, chain[i].get()) == 1,
                             "SSL_CTX_add1_chain_cert"));
    SUDARE_CHECK(checked(SSL_CTX_use_PrivateKey(context, key.get()) == 1,
                         "SSL_CTX_use_PrivateKey"));
    return checked(SSL_CTX_check_private_key(context) == 1, "SSL_CTX_check_private_key");
}

Result<void> demand_application(SSL_CTX* context, Side side, const Expectation& peer) {
    if (peer.alpn.empty() || peer.alpn.size() > 255)
        return fail(Errc::kBadInput, "the ALPN name must have 1 to 255 bytes");
    if (side == Side::kServer) {
        SSL_CTX_set_alpn_select_cb(context, select_alpn, nullptr);
        SSL_CTX_set_client_hello_cb(context, demand_alpn, nullptr);
        return {};
    }
    std::string offer(1, static_cast<char>(peer.alpn.size()));
    offer += peer.alpn;
    // The one function of this family that returns 0 for success.
    return checked(SSL_CTX_set_alpn_protos(context,
                                           reinterpret_cast<const unsigned char*>(offer.data()),
                                           static_cast<unsigned>(offer.size())) == 0,
                   "SSL_CTX_set_alpn_protos");
}

}  // namespace

Result<void> initialise() {
    // Without this, OPENSSL_CONF or /etc/ssl/openssl.cnf could load engines and change defaults.
    return checked(OPENSSL_init_ssl(OPENSSL_INIT_NO_LOAD_CONFIG | OPENSSL_INIT_NO_ATEXIT,
                                    nullptr) == 1,
                   "OPENSSL_init_ssl");
}

Result<Context> Context::create(Side side, Expectation peer, const Material& material) {
    ERR_clear_error();
    ContextPtr context(
        SSL_CTX_new(side == Side::kServer ? TLS_server_method() : TLS_client_method()));
    if (!context)
        return fail(Errc::kSystem, "SSL_CTX_new: " + openssl_error());
    auto owned = std::make_unique<Expectation>(std::move(peer));
    SUDARE_CHECK(checked(SSL_CTX_set_ex_data(context.get(), expectation_index(), owned.get()) == 1,
                         "SSL_CTX_set_ex_data"));
    SUDARE_CHECK(restrict_protocol(context.get()));
    SUDARE_CHECK(demand_peer(context.get(), side, material));
    SUDARE_CHECK(present_ourselves(context.get(), material));
    SUDARE_CHECK(demand_application(context.get(), side, *owned));
    return Context(side, std::move(owned), std::move(context));
}

Result<ConnectionPtr> Context::new_connection() const {
    ConnectionPtr connection(SSL_new(context_.get()));
    if (!connection)
        return fail(Errc::kSystem, "SSL_new: " + openssl_error());
    return connection;
}

Result<Identity> proven_peer(const SSL& connection) {
    const Expectation* expected = expectation_of(connection);
    const X509* certificate = SSL_get0_peer_certificate(&connection);
    if (expected == nullptr || certificate == nullptr ||
        SSL_get_verify_result(&connection) != X509_V_OK)
        return fail(Errc::kDenied, "the peer has not proven itself");
    if (SSL_version(&connection) != TLS1_3_VERSION)
        return fail(Errc::kDenied, "the connection is not TLS 1.3");
    if (!speaks(*expected, agreed_protocol(connection)))
        return fail(Errc::kDenied, "the application protocol was not agreed");
    SUDARE_TRY(Identity identity, identity_of(*certificate));
    if (identity.kind != expected->kind)
        return fail(Errc::kDenied, "the peer is of another kind");
    return identity;
}

std::string agreed_protocol(const SSL& connection) {
    const unsigned char* alpn = nullptr;
    unsigned int length = 0;
    SSL_get0_alpn_selected(&connection, &alpn, &length);
    return std::string(reinterpret_cast<const char*>(alpn), length);
}

Result<std::array<std::uint8_t, 32>> peer_fingerprint(const SSL& connection) {
    std::array<std::uint8_t, 32> out{};
    unsigned int length = 0;
    const X509* certificate = SSL_get0_peer_certificate(&connection);
    if (certificate == nullptr || X509_digest(certificate, EVP_sha256(), out.data(), &length) != 1 ||
        length != out.size())
        return fail(Errc::kSystem, "X509_digest: " + openssl_error());
    return out;
}

std::optional<Fault> recheck(const SSL& connection, Side our_side,
                             std::span<const std::uint8_t> authority,
                             std::span<const std::uint8_t> revoked) {
    const auto store = make_store(authority, revoked);
    X509* certificate = SSL_get0_peer_certificate(&connection);
    const StoreContextPtr check(X509_STORE_CTX_new());
    if (!store || certificate == nullptr || !check)
        return Fault::kOurMaterial;
    STACK_OF(X509)* chain = SSL_get_peer_cert_chain(&connection);
    const int purpose =
        our_side == Side::kServer ? X509_PURPOSE_SSL_CLIENT : X509_PURPOSE_SSL_SERVER;
    if (X509_STORE_CTX_init(check.get(), store->get(), certificate, chain) != 1 ||
        X509_STORE_CTX_set_purpose(check.get(), purpose) != 1)
        return Fault::kOurMaterial;
    if (X509_verify_cert(check.get()) == 1)
        return std::nullopt;
    return fault_of_verification(X509_STORE_CTX_get_error(check.get()));
}

Result<std::int64_t> earliest_end(std::span<const std::uint8_t> certificates) {
    SUDARE_TRY(const auto all, read_certificates(certificates));
    std::int64_t earliest = std::numeric_limits<std::int64_t>::max();
    for (const CertificatePtr& one : all) {
        std::tm end{};
        if (ASN1_TIME_to_tm(X509_get0_notAfter(one.get()), &end) != 1)
            return fail(Errc::kBadInput, "a certificate does not say when it ends");
        earliest = std::min(earliest, std::int64_t{::timegm(&end)});
    }
    return earliest;
}

Result<double> revocation_age(std::span<const std::uint8_t> revoked) {
    SUDARE_TRY(const auto lists, read_revocation_lists(revoked));
    double oldest = 0.0;
    for (const RevocationListPtr& list : lists) {
        const ASN1_TIME* from = X509_CRL_get0_lastUpdate(list.get());
        const ASN1_TIME* until = X509_CRL_get0_nextUpdate(list.get());
        int days = 0;
        int seconds = 0;
        if (until == nullptr || ASN1_TIME_diff(&days, &seconds, from, until) != 1)
            return fail(Errc::kBadInput, "the revocation list does not say when it ends");
        const double life = days * 86400.0 + seconds;
        if (ASN1_TIME_diff(&days, &seconds, from, nullptr) != 1 || life <= 0)
            return fail(Errc::kBadInput, "the revocation list has no usable times");
        oldest = std::max(oldest, (days * 86400.0 + seconds) / life);
    }
    return oldest;
}

}  // namespace sudare::tls
