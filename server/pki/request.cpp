// SPDX-License-Identifier: Apache-2.0
#include "server/pki/request.h"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/objects.h>
#include <openssl/pem.h>

#include <algorithm>

#include "server/pki/certificate.h"

namespace sudare::pki {
namespace {

constexpr int kRsaBitsMin = 3072;  // tls::kSecurityLevel 3
constexpr int kRsaBitsMax = 8192;  // more only costs the gateway time

struct RequestDeleter {
    void operator()(X509_REQ* request) const { X509_REQ_free(request); }
};
using Request = std::unique_ptr<X509_REQ, RequestDeleter>;

struct ExtensionsDeleter {
    void operator()(STACK_OF(X509_EXTENSION) * list) const {
        sk_X509_EXTENSION_pop_free(list, X509_EXTENSION_free);
    }
};
using Extensions = std::unique_ptr<STACK_OF(X509_EXTENSION), ExtensionsDeleter>;

tl::unexpected<Error> refuse(const std::string& what) {
    ERR_clear_error();
    return fail(Errc::kBadInput, "the request " + what +
                                     "; make one on the terminal with: sudare --make-request NAME");
}

Result<Request> read_request(const std::string& pem) {
    if (pem.size() > kRequestBytesMax)
        return refuse("has " + std::to_string(pem.size()) + " bytes, more than " +
                      std::to_string(kRequestBytesMax));
    constexpr std::string_view kBegin = "-----BEGIN ";
    const auto first = pem.find(kBegin);
    if (first != std::string::npos && pem.find(kBegin, first + 1) != std::string::npos)
        return refuse("file holds more than one object");
    const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    Request request(bio ? PEM_read_bio_X509_REQ(bio.get(), nullptr, nullptr, nullptr) : nullptr);
    if (!request)
        return refuse("is not PEM (-----BEGIN CERTIFICATE REQUEST-----) or is broken");
    return request;
}

// The key must take part in the product's handshakes (tls/context.cpp: signatures and level).
Result<void> check_key(EVP_PKEY* key) {
    const int type = EVP_PKEY_get_base_id(key);
    if (type == EVP_PKEY_ED25519)
        return {};
    if (type == EVP_PKEY_RSA) {
        const int bits = EVP_PKEY_get_bits(key);
        if (bits >= kRsaBitsMin && bits <= kRsaBitsMax)
            return {};
        return refuse("has an RSA key of " + std::to_string(bits) +
                      " bits; 3072 to 8192 are taken");
    }
    if (type != EVP_PKEY_EC)
        return refuse("has a key that is none of EC P-256, EC P-384, Ed25519 and RSA");
    std::array<char, 32> group{};
    int written_out = 0;  // curve by its numbers instead of its name: TLS takes none
    EVP_PKEY_get_int_param(key, OSSL_PKEY_PARAM_EC_DECODED_FROM_EXPLICIT_PARAMS, &written_out);
    if (EVP_PKEY_get_group_name(key, group.data(), group.size(), nullptr) != 1 || written_out != 0)
        return refuse("has an EC key whose curve is not named");
    const int curve = OBJ_txt2nid(group.data());
    if (curve == NID_X9_62_prime256v1 || curve == NID_secp384r1)
        return {};
    return refuse("has an EC key on " + std::string(group.data()) + "; P-256 and P-384 are taken");
}

// That the asker has the private key. A digest that can be forged would prove nothing.
Result<void> check_signature(X509_REQ* request, EVP_PKEY* key) {
    int digest = NID_undef;
    OBJ_find_sigid_algs(X509_REQ_get_signature_nid(request), &digest, nullptr);
    if (digest == NID_sha1 || digest == NID_md5 || digest == NID_md5_sha1)
        return refuse("is signed with SHA-1 or MD5");
    if (X509_REQ_verify(request, key) != 1)
        return refuse(
            "is not signed by its own key: it was changed, or the key is not the asker's");
    return {};
}

Result<std::string> common_name(const X509_REQ* request) {
    const X509_NAME* subject = X509_REQ_get_subject_name(request);
    const int at = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
    if (at < 0 || X509_NAME_get_index_by_NID(subject, NID_commonName, at) >= 0)
        return refuse("does not have exactly one common name (CN), which is the terminal's name");
    const ASN1_STRING* value = X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at));
    // Any string type; what is not one byte for each character fails the rule of names.
    std::string name(reinterpret_cast<const char*>(ASN1_STRING_get0_data(value)),
                     static_cast<std::size_t>(ASN1_STRING_length(value)));
    if (!is_certificate_name(name))
        return refuse(
            "names a terminal otherwise than by 1 to 64 of a-z A-Z 0-9 . _ -, beginning "
            "with a letter, digit or _");
    return name;
}

bool is_own_uri(X509_EXTENSION* extension, const std::string& name) {
    const Names names(static_cast<GENERAL_NAMES*>(X509V3_EXT_d2i(extension)));
    if (!names || sk_GENERAL_NAME_num(names.get()) != 1)
        return false;
    const GENERAL_NAME* entry = sk_GENERAL_NAME_value(names.get(), 0);
    if (entry->type != GEN_URI)
        return false;
    const ASN1_IA5STRING* uri = entry->d.uniformResourceIdentifier;
    const std::string_view text(reinterpret_cast<const char*>(ASN1_STRING_get0_data(uri)),
                                static_cast<std::size_t>(ASN1_STRING_length(uri)));
    return text == "sudare:terminal:" + name;
}

// Nothing is taken from them; but who asks for more than there is must not believe that he got it.
Result<void> check_extensions(X509_REQ* request, const std::string& name) {
    const Extensions asked(X509_REQ_get_extensions(request));
    for (int i = 0; i < sk_X509_EXTENSION_num(asked.get()); ++i) {
        X509_EXTENSION* extension = sk_X509_EXTENSION_value(asked.get(), i);
        std::array<char, 80> what{};
        OBJ_obj2txt(what.data(), static_cast<int>(what.size()),
                    X509_EXTENSION_get_object(extension), 0);
        if (OBJ_obj2nid(X509_EXTENSION_get_object(extension)) != NID_subject_alt_name)
            return refuse("asks for the extension \"" + std::string(what.data()) +
                          "\", which is not a terminal's to choose");
        if (!is_own_uri(extension, name))
            return refuse("asks for other names than URI:sudare:terminal:" + name);
    }
    return {};
}

}  // namespace

Result<std::array<std::uint8_t, 32>> fingerprint_of(const EVP_PKEY* key) {
    unsigned char* der = nullptr;
    const int length = i2d_PUBKEY(key, &der);
    if (length <= 0)
        return fail_openssl("i2d_PUBKEY");
    std::array<std::uint8_t, 32> out{};
    const bool done = EVP_Digest(der, static_cast<std::size_t>(length), out.data(), nullptr,
                                 EVP_sha256(), nullptr) == 1;
    OPENSSL_free(der);
    if (!done)
        return fail_openssl("EVP_Digest");
    return out;
}

Result<CheckedRequest> check_request(const std::string& pem) {
    SUDARE_TRY(const Request request, read_request(pem));
    CheckedRequest out;
    out.key.reset(X509_REQ_get_pubkey(request.get()));
    if (!out.key)
        return refuse("has a public key that cannot be read");
    SUDARE_CHECK(check_key(out.key.get()));
    SUDARE_CHECK(check_signature(request.get(), out.key.get()));
    SUDARE_TRY(out.name, common_name(request.get()));
    SUDARE_CHECK(check_extensions(request.get(), out.name));
    SUDARE_TRY(out.fingerprint, fingerprint_of(out.key.get()));
    ERR_clear_error();
    return out;
}

}  // namespace sudare::pki
