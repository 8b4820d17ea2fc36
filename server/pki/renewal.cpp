// SPDX-License-Identifier: Apache-2.0
#include "server/pki/renewal.h"

#include <openssl/cms.h>
#include <openssl/err.h>

#include "server/pki/builder.h"

namespace sudare::pki {
namespace {

struct CmsDeleter {
    void operator()(CMS_ContentInfo* content) const { CMS_ContentInfo_free(content); }
};
using Cms = std::unique_ptr<CMS_ContentInfo, CmsDeleter>;
struct StoreDeleter {
    void operator()(X509_STORE* store) const { X509_STORE_free(store); }
};
using Store = std::unique_ptr<X509_STORE, StoreDeleter>;
struct StackDeleter {
    void operator()(STACK_OF(X509) * stack) const { sk_X509_free(stack); }
};

tl::unexpected<Error> refuse(const std::string& what) {
    ERR_clear_error();
    return fail(Errc::kBadInput, "the renewal request " + what);
}

Result<Cms> read(const std::string& der) {
    if (der.empty() || der.size() > kRenewalBytesMax)
        return refuse("has " + std::to_string(der.size()) + " bytes; 1 to " +
                      std::to_string(kRenewalBytesMax) + " are taken");
    const auto* at = reinterpret_cast<const unsigned char*>(der.data());
    const auto* end = at + der.size();
    Cms cms(d2i_CMS_ContentInfo(nullptr, &at, static_cast<long>(der.size())));
    if (!cms || at != end || OBJ_obj2nid(CMS_get0_type(cms.get())) != NID_pkcs7_signed)
        return refuse("is not CMS SignedData");
    if (sk_CMS_SignerInfo_num(CMS_get0_SignerInfos(cms.get())) != 1)
        return refuse("is not signed by exactly one key");
    return cms;
}

Result<Store> trust(X509* authority) {
    Store store(X509_STORE_new());
    if (!store || X509_STORE_add_cert(store.get(), authority) != 1 ||
        X509_STORE_set_flags(store.get(), X509_V_FLAG_X509_STRICT) != 1 ||
        X509_STORE_set_purpose(store.get(), X509_PURPOSE_SSL_CLIENT) != 1)
        return fail_openssl("X509_STORE");
    return store;
}

}  // namespace

Result<CheckedRenewal> check_renewal(const std::string& der, X509* authority) {
    SUDARE_TRY(const Cms cms, read(der));
    SUDARE_TRY(const Store store, trust(authority));
    const Bio content(BIO_new(BIO_s_mem()));
    if (!content ||
        CMS_verify(cms.get(), nullptr, store.get(), nullptr, content.get(), CMS_BINARY) != 1)
        return refuse("is not signed by a valid certificate of this CA");
    const std::unique_ptr<STACK_OF(X509), StackDeleter> signers(CMS_get0_signers(cms.get()));
    if (sk_X509_num(signers.get()) != 1)
        return refuse("does not say who signed it");
    X509* present = sk_X509_value(signers.get(), 0);
    char* text = nullptr;
    const long length = BIO_get_mem_data(content.get(), &text);
    CheckedRenewal out;
    SUDARE_TRY(out.request, check_request({text, static_cast<std::size_t>(length)}));
    SUDARE_TRY(out.present, facts_of(present));
    if (out.present.name != out.request.name)
        return refuse("of terminal \"" + out.present.name + "\" is for \"" + out.request.name +
                      "\"");
    if (EVP_PKEY_eq(X509_get0_pubkey(present), out.request.key.get()) == 1)
        return refuse("keeps the present key; a new one is needed");
    ERR_clear_error();
    return out;
}

}  // namespace sudare::pki
