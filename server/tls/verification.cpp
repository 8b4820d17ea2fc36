// SPDX-License-Identifier: Apache-2.0
#include "server/tls/verification.h"

#include "server/tls/material.h"

namespace sudare::tls {

Result<StorePtr> make_store(std::span<const std::uint8_t> authority,
                            std::span<const std::uint8_t> revoked) {
    SUDARE_TRY(const auto anchors, read_certificates(authority));
    SUDARE_TRY(const auto lists, read_revocation_lists(revoked));
    StorePtr store(X509_STORE_new());
    if (!store)
        return fail(Errc::kSystem, "X509_STORE_new: " + openssl_error());
    for (const CertificatePtr& anchor : anchors)
        if (X509_STORE_add_cert(store.get(), anchor.get()) != 1)
            return fail(Errc::kSystem, "X509_STORE_add_cert: " + openssl_error());
    for (const RevocationListPtr& list : lists)
        if (X509_STORE_add_crl(store.get(), list.get()) != 1)
            return fail(Errc::kSystem, "X509_STORE_add_crl: " + openssl_error());
    const unsigned long flags =
        X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL | X509_V_FLAG_X509_STRICT;
    if (X509_STORE_set_flags(store.get(), flags) != 1)
        return fail(Errc::kSystem, "X509_STORE_set_flags: " + openssl_error());
    X509_VERIFY_PARAM_set_auth_level(X509_STORE_get0_param(store.get()), kSecurityLevel);
    X509_VERIFY_PARAM_set_depth(X509_STORE_get0_param(store.get()), kChainDepth);
    return store;
}

bool has_key_usage(const X509& certificate, std::uint32_t usage) {
    // X509_get_extension_flags fills the certificate's cache and therefore wants it non-const.
    auto* cached = const_cast<X509*>(&certificate);
    return (X509_get_extension_flags(cached) & EXFLAG_XKUSAGE) != 0 &&
           (X509_get_extended_key_usage(cached) & usage) != 0;
}

}  // namespace sudare::tls
