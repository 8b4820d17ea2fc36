// SPDX-License-Identifier: Apache-2.0
#include "server/pki/ends.h"

#include <openssl/err.h>
#include <openssl/pem.h>

#include <map>

#include "server/pki/authority.h"
#include "server/pki/builder.h"
#include "server/pki/files.h"

namespace sudare::pki {
namespace {

struct InfosDeleter {
    void operator()(STACK_OF(X509_INFO) * infos) const {
        sk_X509_INFO_pop_free(infos, X509_INFO_free);
    }
};

}  // namespace

Result<std::vector<End>> ends_of_file(const std::string& path) {
    SUDARE_TRY(const std::string pem, read_file(path));
    const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    // A key in the file must not make anybody be asked for its passphrase.
    const auto silent = [](char*, int, int, void*) { return -1; };
    const std::unique_ptr<STACK_OF(X509_INFO), InfosDeleter> infos(
        PEM_X509_INFO_read_bio(bio.get(), nullptr, silent, nullptr));
    std::vector<End> out;
    for (int i = 0; infos && i < sk_X509_INFO_num(infos.get()); ++i) {
        const X509_INFO* info = sk_X509_INFO_value(infos.get(), i);
        if (info->x509 != nullptr)
            out.push_back({"certificate", path, seconds_of(X509_get0_notAfter(info->x509))});
        const ASN1_TIME* next =
            info->crl != nullptr ? X509_CRL_get0_nextUpdate(info->crl) : nullptr;
        if (info->crl != nullptr)
            out.push_back({"crl", path, next != nullptr ? seconds_of(next) : 0});
    }
    ERR_clear_error();
    if (out.empty())
        return fail(Errc::kBadInput,
                    "\"" + path + "\" holds no PEM certificate and no revocation list");
    return out;
}

Result<std::vector<End>> ends_of_directory(const std::string& directory) {
    SUDARE_TRY(const std::vector<IndexRow> rows, Authority::list(directory));
    std::map<std::pair<CertificateKind, std::string>, std::int64_t> longest;
    for (const IndexRow& row : rows)
        if (row.revoked_at == 0) {
            std::int64_t& at = longest[{row.kind, row.name}];
            at = std::max(at, row.not_after);
        }
    std::vector<End> out;
    for (const char* file : {"/ca.crt", "/crl.pem"}) {
        SUDARE_TRY(std::vector<End> ends, ends_of_file(directory + file));
        for (End& end : ends)
            out.push_back({end.what == "crl" ? "crl" : "authority", std::move(end.name), end.at});
    }
    for (const auto& [key, at] : longest)
        out.push_back({std::string(name_of(key.first)), key.second, at});
    return out;
}

}  // namespace sudare::pki
