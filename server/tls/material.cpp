// SPDX-License-Identifier: Apache-2.0
#include "server/tls/material.h"

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <spdlog/fmt/fmt.h>

#include <array>

namespace sudare::tls {
namespace {

constexpr std::size_t kObjectsMax = 8;  // a private CA has one, at most a few intermediates

Result<BioPtr> memory_bio(std::span<const std::uint8_t> pem) {
    BioPtr bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    if (!bio)
        return fail(Errc::kSystem, "BIO_new_mem_buf: " + openssl_error());
    return bio;
}

// Reads until the text ends; a broken object is an error, not the end.
template <typename Owner, typename ReadOne>
Result<std::vector<Owner>> read_all(std::span<const std::uint8_t> pem, const char* what,
                                    ReadOne&& read_one) {
    SUDARE_TRY(const BioPtr bio, memory_bio(pem));
    std::vector<Owner> out;
    ERR_clear_error();
    while (Owner object{read_one(bio.get())}) {
        if (out.size() == kObjectsMax)
            return fail(Errc::kLimit, fmt::format("more than 8 of {} in one PEM text", what));
        out.push_back(std::move(object));
    }
    const bool clean_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
    const std::string error = openssl_error();
    if (!clean_end)
        return fail(Errc::kBadInput, fmt::format("cannot read {}: {}", what, error));
    if (out.empty())
        return fail(Errc::kBadInput, fmt::format("no {} in the PEM text", what));
    return out;
}

// A passphrase prompt would wait for a terminal that a server does not have.
int refuse_passphrase(char*, int, int, void*) { return -1; }

}  // namespace

void wipe(Bytes& bytes) {
    OPENSSL_cleanse(bytes.data(), bytes.size());
    bytes.clear();
}

Result<std::vector<CertificatePtr>> read_certificates(std::span<const std::uint8_t> pem) {
    return read_all<CertificatePtr>(pem, "certificate", [](BIO* bio) {
        return PEM_read_bio_X509(bio, nullptr, refuse_passphrase, nullptr);
    });
}

Result<std::vector<RevocationListPtr>> read_revocation_lists(std::span<const std::uint8_t> pem) {
    return read_all<RevocationListPtr>(pem, "revocation list", [](BIO* bio) {
        return PEM_read_bio_X509_CRL(bio, nullptr, refuse_passphrase, nullptr);
    });
}

Result<KeyPtr> read_key(std::span<const std::uint8_t> pem) {
    SUDARE_TRY(const BioPtr bio, memory_bio(pem));
    KeyPtr key(PEM_read_bio_PrivateKey(bio.get(), nullptr, refuse_passphrase, nullptr));
    if (!key)
        return fail(Errc::kBadInput, "cannot read private key: " + openssl_error());
    return key;
}

std::string openssl_error() {
    const unsigned long code = ERR_get_error();
    ERR_clear_error();
    if (code == 0)
        return "no further details";
    std::array<char, 256> text{};
    ERR_error_string_n(code, text.data(), text.size());
    return text.data();
}

}  // namespace sudare::tls
