// SPDX-License-Identifier: Apache-2.0
#include "server/tls/identity.h"

#include <openssl/asn1.h>
#include <openssl/bn.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <ctime>

#include "protocol/core/limits.h"

namespace sudare::tls {
namespace {

constexpr std::string_view kScheme = "sudare:";
constexpr std::array kKinds{PeerKind::kTerminal, PeerKind::kGateway, PeerKind::kBorder,
                            PeerKind::kHost};

bool is_name(std::string_view name) {
    return !name.empty() && name.size() <= limits::kTerminalNameBytesMax &&
           std::all_of(name.begin(), name.end(), [](unsigned char byte) {
               return byte < 0x80 && (std::isalnum(byte) != 0 || byte == '.' || byte == '_' ||
                                      byte == '-');
           });
}

std::string serial_of(const X509& certificate) {
    const ASN1_INTEGER* number = X509_get0_serialNumber(&certificate);
    const std::unique_ptr<BIGNUM, decltype(&BN_free)> big(ASN1_INTEGER_to_BN(number, nullptr),
                                                          BN_free);
    const auto release = [](char* text) { OPENSSL_free(text); };
    const std::unique_ptr<char, decltype(release)> text(big ? BN_bn2hex(big.get()) : nullptr,
                                                        release);
    std::string out = text ? text.get() : "";
    std::transform(out.begin(), out.end(), out.begin(),
                   [](unsigned char digit) { return static_cast<char>(std::tolower(digit)); });
    return out;
}

// The only URI among the alternative names; names of other types (DNS, for a viewer that checks
// the host it dialled) do not matter here.
Result<std::string> only_uri(const X509& certificate) {
    const NamesPtr names(static_cast<GENERAL_NAMES*>(
        X509_get_ext_d2i(&certificate, NID_subject_alt_name, nullptr, nullptr)));
    if (!names)
        return fail(Errc::kDenied, "certificate has no readable alternative name");
    std::string uri;
    int uris = 0;
    for (int i = 0; i < sk_GENERAL_NAME_num(names.get()); ++i) {
        const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), i);
        if (name->type != GEN_URI)
            continue;
        const ASN1_IA5STRING* text = name->d.uniformResourceIdentifier;
        uri.assign(reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
                   static_cast<std::size_t>(ASN1_STRING_length(text)));
        ++uris;
    }
    if (uris != 1)
        return fail(Errc::kDenied, "certificate must carry exactly one URI name");
    return uri;
}

}  // namespace

std::string_view name_of(PeerKind kind) {
    switch (kind) {
        case PeerKind::kTerminal: return "terminal";
        case PeerKind::kGateway:  return "gateway";
        case PeerKind::kBorder:   return "border";
        case PeerKind::kHost:     return "host";
    }
    return "unknown";
}

Result<Identity> parse_identity(std::string_view uri) {
    const auto refused = [] {
        return fail(Errc::kDenied, "certificate name is not of the form sudare:KIND:NAME");
    };
    if (!uri.starts_with(kScheme))
        return refused();
    uri.remove_prefix(kScheme.size());
    for (const PeerKind kind : kKinds) {
        const std::string_view word = name_of(kind);
        if (!uri.starts_with(word) || uri.size() <= word.size() || uri[word.size()] != ':')
            continue;
        const std::string_view name = uri.substr(word.size() + 1);
        if (!is_name(name))
            return refused();
        return Identity{kind, std::string(name), {}, 0};
    }
    return refused();
}

Result<Identity> identity_of(const X509& certificate) {
    SUDARE_TRY(const std::string uri, only_uri(certificate));
    SUDARE_TRY(Identity identity, parse_identity(uri));
    identity.serial = serial_of(certificate);
    std::tm end{};
    if (ASN1_TIME_to_tm(X509_get0_notAfter(&certificate), &end) != 1)
        return fail(Errc::kDenied, "certificate does not say when it ends");
    identity.not_after = std::int64_t{::timegm(&end)};
    return identity;
}

}  // namespace sudare::tls
