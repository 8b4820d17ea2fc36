// SPDX-License-Identifier: Apache-2.0
#include "client/core/gateway_certificate.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <memory>
#include <string>

namespace sudare::client {
namespace {

struct StoreDeleter {
    void operator()(X509_STORE* store) const { X509_STORE_free(store); }
};
struct StoreContextDeleter {
    void operator()(X509_STORE_CTX* context) const { X509_STORE_CTX_free(context); }
};
struct BioDeleter {
    void operator()(BIO* bio) const { BIO_free(bio); }
};
struct CrlDeleter {
    void operator()(X509_CRL* crl) const { X509_CRL_free(crl); }
};
struct NamesDeleter {
    void operator()(GENERAL_NAMES* names) const { GENERAL_NAMES_free(names); }
};
// Frees the stack, not the certificates: those belong to the QSslCertificate objects.
struct StackDeleter {
    void operator()(STACK_OF(X509) * stack) const { sk_X509_free(stack); }
};
// What OpenSSL notes down in here (the end of a PEM file, for one) must not stay in the thread's
// error queue: QSslSocket would take it for the fault of its next read.
class QuietErrors {
   public:
    QuietErrors() { ERR_set_mark(); }
    ~QuietErrors() { ERR_pop_to_mark(); }
    QuietErrors(const QuietErrors&) = delete;
    QuietErrors& operator=(const QuietErrors&) = delete;
};
using StorePtr = std::unique_ptr<X509_STORE, StoreDeleter>;
using NamesPtr = std::unique_ptr<GENERAL_NAMES, NamesDeleter>;

X509* handle_of(const QSslCertificate& certificate) {
    return static_cast<X509*>(certificate.handle());
}

// Adds every list of a PEM file; false when there is none that can be read.
bool add_lists(X509_STORE* store, const QByteArray& pem) {
    const std::unique_ptr<BIO, BioDeleter> bio(
        BIO_new_mem_buf(pem.constData(), static_cast<int>(pem.size())));
    int added = 0;
    while (true) {
        const std::unique_ptr<X509_CRL, CrlDeleter> crl(
            PEM_read_bio_X509_CRL(bio.get(), nullptr, nullptr, nullptr));
        if (!crl)
            return added > 0;
        if (X509_STORE_add_crl(store, crl.get()) != 1)
            return false;
        ++added;
    }
}

Fault fault_of_verify(int code) {
    switch (code) {
        case X509_V_ERR_CERT_REVOKED:
            return Fault::kServerRevoked;
        case X509_V_ERR_CRL_HAS_EXPIRED:
        case X509_V_ERR_CRL_NOT_YET_VALID:
        case X509_V_ERR_UNABLE_TO_GET_CRL:
        case X509_V_ERR_CRL_SIGNATURE_FAILURE:
        case X509_V_ERR_UNABLE_TO_GET_CRL_ISSUER:
            return Fault::kListOutdated;
        default:
            return Fault::kServerNotTrusted;
    }
}

CertificateJudgement verify_chain(const QList<QSslCertificate>& peer_chain,
                                  const Identity& identity, int purpose) {
    const StorePtr store(X509_STORE_new());
    for (const QSslCertificate& authority : identity.authorities)
        X509_STORE_add_cert(store.get(), handle_of(authority));
    if (!identity.crl_pem.isEmpty()) {
        if (!add_lists(store.get(), identity.crl_pem))
            return {Fault::kListOutdated, QStringLiteral("the revocation list cannot be read")};
        X509_STORE_set_flags(store.get(), X509_V_FLAG_CRL_CHECK);
    }
    X509_STORE_set_purpose(store.get(), purpose);
    const std::unique_ptr<STACK_OF(X509), StackDeleter> untrusted(sk_X509_new_null());
    for (const QSslCertificate& link : peer_chain.mid(1))
        sk_X509_push(untrusted.get(), handle_of(link));
    const std::unique_ptr<X509_STORE_CTX, StoreContextDeleter> context(X509_STORE_CTX_new());
    if (X509_STORE_CTX_init(context.get(), store.get(), handle_of(peer_chain.first()),
                            untrusted.get()) != 1)
        return {Fault::kServerNotTrusted, QStringLiteral("X509_STORE_CTX_init failed")};
    if (X509_verify_cert(context.get()) == 1)
        return {};
    const int code = X509_STORE_CTX_get_error(context.get());
    return {fault_of_verify(code), QString::fromLatin1(X509_verify_cert_error_string(code))};
}

// The text of a "sudare:" URI in the subjectAltName; empty when there is none.
std::string role_uri(X509* certificate) {
    const NamesPtr names(static_cast<GENERAL_NAMES*>(
        X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
    for (int i = 0; names && i < sk_GENERAL_NAME_num(names.get()); ++i) {
        const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), i);
        if (name->type != GEN_URI)
            continue;
        const ASN1_IA5STRING* uri = name->d.uniformResourceIdentifier;
        const std::string text(reinterpret_cast<const char*>(ASN1_STRING_get0_data(uri)),
                               static_cast<std::size_t>(ASN1_STRING_length(uri)));
        if (text.starts_with("sudare:"))
            return text;
    }
    return {};
}

bool names_host(X509* certificate, const QString& host) {
    const std::string name = host.toStdString();
    return X509_check_ip_asc(certificate, name.c_str(), 0) == 1 ||
           X509_check_host(certificate, name.c_str(), name.size(), 0, nullptr) == 1;
}

}  // namespace

CertificateJudgement judge_gateway(const QList<QSslCertificate>& peer_chain,
                                   const Identity& identity, const QString& host) {
    const QuietErrors quiet;
    if (peer_chain.isEmpty() || peer_chain.first().isNull())
        return {Fault::kServerNotTrusted, QStringLiteral("the server sent no certificate")};
    CertificateJudgement judgement = verify_chain(peer_chain, identity, X509_PURPOSE_SSL_SERVER);
    if (judgement.fault != Fault::kNone)
        return judgement;
    X509* leaf = handle_of(peer_chain.first());
    const std::string role = role_uri(leaf);
    // A certificate that names another role is refused even when a host name would fit.
    const bool accepted = role.empty() ? names_host(leaf, host) : role.starts_with(kGatewayUriPrefix);
    if (!accepted)
        return {Fault::kServerNotTrusted, QStringLiteral("the certificate is not a gateway's")};
    return {};
}

QString role_of(const QSslCertificate& certificate) {
    const QuietErrors quiet;
    return QString::fromStdString(role_uri(handle_of(certificate)));
}

bool is_successor(const QSslCertificate& next, const Identity& present) {
    const QuietErrors quiet;
    const QString role = role_of(next);
    if (!role.startsWith(QStringLiteral("sudare:terminal:")) || present.chain.isEmpty() ||
        role != role_of(present.chain.first()) ||
        next.expiryDate() <= present.chain.first().expiryDate())
        return false;
    QList<QSslCertificate> chain{next};
    chain += present.chain.mid(1);
    return verify_chain(chain, present, X509_PURPOSE_SSL_CLIENT).fault == Fault::kNone;
}

}  // namespace sudare::client
