// SPDX-License-Identifier: Apache-2.0
#include <ctime>

#include "server/pki/builder.h"

namespace sudare::pki {
namespace {

struct TimeDeleter {
    void operator()(ASN1_TIME* time) const { ASN1_TIME_free(time); }
};
using Time = std::unique_ptr<ASN1_TIME, TimeDeleter>;

struct RevokedDeleter {
    void operator()(X509_REVOKED* entry) const { X509_REVOKED_free(entry); }
};

Result<Integer> integer_of_hex(const std::string& hex) {
    BIGNUM* raw = nullptr;
    const int used = BN_hex2bn(&raw, hex.c_str());
    const Bignum number(raw);
    if (used == 0 || static_cast<std::size_t>(used) != hex.size())
        return fail(Errc::kBadInput, "index: serial \"" + hex + "\" is not hexadecimal");
    Integer integer(BN_to_ASN1_INTEGER(number.get(), nullptr));
    if (!integer)
        return fail_openssl("BN_to_ASN1_INTEGER");
    return integer;
}

Result<void> add_revoked(X509_CRL* crl, const RevokedEntry& entry) {
    std::unique_ptr<X509_REVOKED, RevokedDeleter> revoked(X509_REVOKED_new());
    SUDARE_TRY(const Integer serial, integer_of_hex(entry.serial));
    const Time at(ASN1_TIME_set(nullptr, static_cast<std::time_t>(entry.at)));
    if (!revoked || !at || X509_REVOKED_set_serialNumber(revoked.get(), serial.get()) != 1 ||
        X509_REVOKED_set_revocationDate(revoked.get(), at.get()) != 1 ||
        X509_CRL_add0_revoked(crl, revoked.get()) != 1)
        return fail_openssl("X509_CRL_add0_revoked");
    (void)revoked.release();  // the CRL owns it now
    return {};
}

Result<void> add_crl_extensions(X509_CRL* crl, X509* authority, std::int64_t number) {
    const Integer value(ASN1_INTEGER_new());
    if (!value || ASN1_INTEGER_set_int64(value.get(), number) != 1 ||
        X509_CRL_add1_ext_i2d(crl, NID_crl_number, value.get(), 0, 0) != 1)
        return fail_openssl("CRL number");
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, authority, nullptr, nullptr, crl, 0);
    const Extension identifier(
        X509V3_EXT_nconf_nid(nullptr, &context, NID_authority_key_identifier, "keyid:always"));
    if (!identifier || X509_CRL_add_ext(crl, identifier.get(), -1) != 1)
        return fail_openssl("CRL authority key identifier");
    return {};
}

}  // namespace

Result<Crl> make_crl(const Issuer& issuer, std::span<const RevokedEntry> revoked,
                     std::int64_t number, int days) {
    Crl crl(X509_CRL_new());
    const std::time_t now = std::time(nullptr);
    const Time last(ASN1_TIME_set(nullptr, now - kClockSkewSeconds));
    const Time next(ASN1_TIME_set(nullptr, now + std::time_t{days} * 24 * 60 * 60));
    if (!crl || !last || !next || X509_CRL_set_version(crl.get(), X509_CRL_VERSION_2) != 1 ||
        X509_CRL_set_issuer_name(crl.get(), X509_get_subject_name(issuer.certificate.get())) != 1 ||
        X509_CRL_set1_lastUpdate(crl.get(), last.get()) != 1 ||
        X509_CRL_set1_nextUpdate(crl.get(), next.get()) != 1)
        return fail_openssl("X509_CRL_new");
    for (const RevokedEntry& entry : revoked)
        SUDARE_CHECK(add_revoked(crl.get(), entry));
    SUDARE_CHECK(add_crl_extensions(crl.get(), issuer.certificate.get(), number));
    if (X509_CRL_sort(crl.get()) != 1 ||
        X509_CRL_sign(crl.get(), issuer.key.get(), EVP_sha256()) == 0)
        return fail_openssl("X509_CRL_sign");
    return crl;
}

}  // namespace sudare::pki
