// SPDX-License-Identifier: Apache-2.0
#include "server/pki/certificate.h"

#include <openssl/err.h>
#include <openssl/pem.h>

#include <algorithm>

#include "server/pki/builder.h"

namespace sudare::pki {
namespace {

constexpr std::array<std::string_view, 4> kKindNames{"gateway", "border", "host", "terminal"};
constexpr std::size_t kNameMax = 64;  // limits::kTerminalNameBytesMax
constexpr std::string_view kUriPrefix = "sudare:";

// NAME of the one URI "sudare:KIND:NAME"; empty when there is none.
std::string name_from_uri(const X509* certificate) {
    const Names names(static_cast<GENERAL_NAMES*>(
        X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
    for (int i = 0; names && i < sk_GENERAL_NAME_num(names.get()); ++i) {
        const GENERAL_NAME* entry = sk_GENERAL_NAME_value(names.get(), i);
        if (entry->type != GEN_URI)
            continue;
        const auto* data = reinterpret_cast<const char*>(
            ASN1_STRING_get0_data(entry->d.uniformResourceIdentifier));
        const std::string_view uri(
            data, static_cast<std::size_t>(ASN1_STRING_length(entry->d.uniformResourceIdentifier)));
        const std::size_t colon = uri.find(':', kUriPrefix.size());
        if (uri.starts_with(kUriPrefix) && colon != std::string_view::npos)
            return std::string(uri.substr(colon + 1));
    }
    return {};
}

std::string common_name(const X509* certificate) {
    std::array<char, 256> text{};
    const int length = X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName,
                                                 text.data(), static_cast<int>(text.size()));
    return length > 0 ? std::string(text.data(), static_cast<std::size_t>(length)) : std::string();
}

}  // namespace

std::string_view name_of(CertificateKind kind) {
    return kKindNames[static_cast<std::size_t>(kind)];
}

std::optional<CertificateKind> kind_from(std::string_view name) {
    const auto* found = std::ranges::find(kKindNames, name);
    if (found == kKindNames.end())
        return std::nullopt;
    return static_cast<CertificateKind>(found - kKindNames.begin());
}

int default_days(CertificateKind kind) {
    return kind == CertificateKind::kTerminal ? 90 : 365;
}

bool is_certificate_name(std::string_view name) {
    if (name.empty() || name.size() > kNameMax || name.front() == '.' || name.front() == '-')
        return false;
    return std::ranges::all_of(name, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '.' || c == '_' || c == '-';
    });
}

std::string hex_of(const std::array<std::uint8_t, 32>& bytes) {
    static constexpr char kDigits[] = "0123456789abcdef";
    std::string out;
    for (const std::uint8_t byte : bytes) {
        out += kDigits[byte >> 4];
        out += kDigits[byte & 15];
    }
    return out;
}

Result<CertificateFacts> facts_of(const X509* certificate) {
    CertificateFacts facts;
    facts.name = name_from_uri(certificate);
    if (facts.name.empty())
        facts.name = common_name(certificate);
    facts.serial = serial_hex(X509_get0_serialNumber(certificate));
    unsigned length = 0;
    if (X509_digest(certificate, EVP_sha256(), facts.fingerprint.data(), &length) != 1)
        return fail_openssl("X509_digest");
    facts.not_before = seconds_of(X509_get0_notBefore(certificate));
    facts.not_after = seconds_of(X509_get0_notAfter(certificate));
    return facts;
}

namespace {

Result<Certificate> parsed(const std::string& pem) {
    const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    Certificate certificate(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
    if (!certificate) {
        ERR_clear_error();
        return fail(Errc::kBadInput, "this is not a PEM certificate (-----BEGIN CERTIFICATE-----)");
    }
    return certificate;
}

}  // namespace

Result<std::string> der_of_certificate(const std::string& pem) {
    SUDARE_TRY(const Certificate certificate, parsed(pem));
    unsigned char* der = nullptr;
    const int length = i2d_X509(certificate.get(), &der);
    if (length <= 0)
        return fail_openssl("i2d_X509");
    std::string out(reinterpret_cast<const char*>(der), static_cast<std::size_t>(length));
    OPENSSL_free(der);
    return out;
}

Result<CertificateFacts> read_certificate(const std::string& pem) {
    SUDARE_TRY(const Certificate certificate, parsed(pem));
    return facts_of(certificate.get());
}

}  // namespace sudare::pki
