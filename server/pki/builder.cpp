// SPDX-License-Identifier: Apache-2.0
#include "server/pki/builder.h"

#include <openssl/ec.h>
#include <openssl/err.h>

#include <ctime>
#include <utility>

namespace sudare::pki {
namespace {

constexpr long kDaySeconds = 24L * 60 * 60;
// 127 random bits: positive in 16 octets, unguessable (CA/B Baseline Requirements ask for 64).
constexpr int kSerialBits = 127;

Result<void> add_extension(X509* certificate, const X509* issuer, int nid,
                           const std::string& value) {
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, const_cast<X509*>(issuer), certificate, nullptr, nullptr, 0);
    const Extension extension(X509V3_EXT_nconf_nid(nullptr, &context, nid, value.c_str()));
    if (!extension || X509_add_ext(certificate, extension.get(), -1) != 1)
        return fail_openssl(("extension " + value).c_str());
    return {};
}

Result<void> set_serial(X509* certificate) {
    const Bignum number(BN_new());
    if (!number || BN_rand(number.get(), kSerialBits, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) != 1 ||
        BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) == nullptr)
        return fail_openssl("serial number");
    return {};
}

Result<void> set_name(X509_NAME* subject, const char* unit, const std::string& name) {
    const std::pair<const char*, std::string> parts[] = {
        {"O", "Sudare"}, {"OU", unit}, {"CN", name}};
    for (const auto& [field, value] : parts)
        if (X509_NAME_add_entry_by_txt(subject, field, MBSTRING_UTF8,
                                       reinterpret_cast<const unsigned char*>(value.data()),
                                       static_cast<int>(value.size()), -1, 0) != 1)
            return fail_openssl("X509_NAME_add_entry_by_txt");
    return {};
}

Result<Certificate> begin(const char* unit, const std::string& name, int days, EVP_PKEY* key) {
    Certificate certificate(X509_new());
    if (!certificate || X509_set_version(certificate.get(), X509_VERSION_3) != 1)
        return fail_openssl("X509_new");
    SUDARE_CHECK(set_serial(certificate.get()));
    SUDARE_CHECK(set_name(X509_get_subject_name(certificate.get()), unit, name));
    if (X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -kClockSkewSeconds) == nullptr ||
        X509_gmtime_adj(X509_getm_notAfter(certificate.get()), days * kDaySeconds) == nullptr ||
        X509_set_pubkey(certificate.get(), key) != 1)
        return fail_openssl("certificate dates or key");
    return certificate;
}

// Every certificate names its holder in one URI, which is what sudare processes judge a peer by;
// servers carry DNS and IP names as well, for viewers that check the name they dialled.
std::string alternative_names(const IssueRequest& request) {
    std::string out = "URI:sudare:" + std::string(name_of(request.kind)) + ":" + request.name;
    for (const std::string& name : request.dns)
        out += ",DNS:" + name;
    for (const std::string& address : request.ip)
        out += ",IP:" + address;
    const bool server =
        request.kind == CertificateKind::kGateway || request.kind == CertificateKind::kHost;
    return server && request.dns.empty() && request.ip.empty() ? out + ",DNS:" + request.name : out;
}

bool is_server(CertificateKind kind) {
    return kind == CertificateKind::kGateway || kind == CertificateKind::kHost;
}

}  // namespace

tl::unexpected<Error> fail_openssl(const char* call) {
    const unsigned long code = ERR_peek_last_error();
    const char* reason = code != 0 ? ERR_reason_error_string(code) : nullptr;
    ERR_clear_error();
    return fail(Errc::kSystem, std::string(call) + ": " + (reason != nullptr ? reason : "failed"));
}

Result<Key> make_key() {
    Key key(EVP_EC_gen("P-256"));
    if (!key)
        return fail_openssl("EVP_EC_gen P-256");
    return key;
}

Result<Issuer> make_authority(const std::string& name, int days) {
    Issuer issuer;
    SUDARE_TRY(issuer.key, make_key());
    SUDARE_TRY(issuer.certificate, begin("ca", name, days, issuer.key.get()));
    X509* certificate = issuer.certificate.get();
    if (X509_set_issuer_name(certificate, X509_get_subject_name(certificate)) != 1)
        return fail_openssl("X509_set_issuer_name");
    // pathlen:0: this CA signs end certificates only.
    SUDARE_CHECK(add_extension(certificate, certificate, NID_basic_constraints,
                               "critical,CA:TRUE,pathlen:0"));
    SUDARE_CHECK(
        add_extension(certificate, certificate, NID_key_usage, "critical,keyCertSign,cRLSign"));
    SUDARE_CHECK(add_extension(certificate, certificate, NID_subject_key_identifier, "hash"));
    SUDARE_CHECK(
        add_extension(certificate, certificate, NID_authority_key_identifier, "keyid:always"));
    if (X509_sign(certificate, issuer.key.get(), EVP_sha256()) == 0)
        return fail_openssl("X509_sign");
    return issuer;
}

Result<Certificate> make_certificate(const Issuer& issuer, const IssueRequest& request,
                                     EVP_PKEY* subject_key) {
    const int days = request.days > 0 ? request.days : default_days(request.kind);
    SUDARE_TRY(Certificate certificate,
               begin(std::string(name_of(request.kind)).c_str(), request.name, days, subject_key));
    const X509* authority = issuer.certificate.get();
    if (X509_set_issuer_name(certificate.get(), X509_get_subject_name(authority)) != 1)
        return fail_openssl("X509_set_issuer_name");
    const std::pair<int, std::string> extensions[] = {
        {NID_basic_constraints, "critical,CA:FALSE"},
        {NID_key_usage, "critical,digitalSignature"},
        {NID_ext_key_usage, is_server(request.kind) ? "serverAuth" : "clientAuth"},
        {NID_subject_key_identifier, "hash"},
        {NID_authority_key_identifier, "keyid:always"},
        {NID_subject_alt_name, alternative_names(request)},
    };
    for (const auto& [nid, value] : extensions)
        SUDARE_CHECK(add_extension(certificate.get(), authority, nid, value));
    if (X509_sign(certificate.get(), issuer.key.get(), EVP_sha256()) == 0)
        return fail_openssl("X509_sign");
    return certificate;
}

std::string serial_hex(const ASN1_INTEGER* serial) {
    const Bignum number(ASN1_INTEGER_to_BN(serial, nullptr));
    char* text = number ? BN_bn2hex(number.get()) : nullptr;
    std::string out = text != nullptr ? text : "";
    OPENSSL_free(text);
    for (char& c : out)
        c = c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
    return out;
}

std::int64_t seconds_of(const ASN1_TIME* time) {
    std::tm parts{};
    return ASN1_TIME_to_tm(time, &parts) == 1 ? std::int64_t{timegm(&parts)} : 0;
}

}  // namespace sudare::pki
