// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "protocol/core/result.h"
#include "server/pki/certificate.h"
#include "server/pki/index.h"
#include "server/pki/request.h"

// The private CA as a directory:
//   ca.crt  ca.key (0600)  crl.pem  index.txt (0600)  lock
//   gateway/ border/ host/ terminal/   NAME.crt  NAME.key (0600)  terminals also NAME.p12 (0600)
// Used by sudarectl pki only; no server process opens it. One thread.
namespace sudare::pki {

struct Issued {
    CertificateFacts facts;
    std::string certificate_path;
    std::string key_path;
    std::string bundle_path;        // terminals: the PKCS #12 file
    std::string bundle_passphrase;  // random, shown once and stored nowhere
};

struct Signed {
    CertificateFacts facts;
    std::string certificate_path;
};

struct CrlFacts {
    std::string path;
    std::int64_t next_update = 0;  // seconds since 1970
    std::size_t revoked = 0;
};

class Authority {
public:
    // Days until a gateway or host that gets no newer CRL refuses everybody (fail closed).
    static constexpr int kCrlDays = 7;

    // Makes the directory, the CA and an empty CRL. kState when there is a CA already.
    // The key is stored under the passphrase; "": as it is.
    static Result<Authority> init(const std::string& directory, const std::string& name, int days,
                                  const std::string& passphrase);
    // Asks for the passphrase when there is one. kDenied: it is wrong.
    using AskPassphrase = std::function<Result<std::string>()>;
    static Result<Authority> open(const std::string& directory, const AskPassphrase& ask);
    Authority(Authority&&) noexcept;
    Authority& operator=(Authority&&) noexcept;
    ~Authority();

    // A new key and certificate. Of an earlier one with the same name the files are replaced; the
    // certificate stays valid until it expires or is revoked.
    Result<Issued> issue(const IssueRequest& request);
    // A certificate for a key that stays where it was made. kState: a terminal of that name has a
    // valid certificate already and `again` is not set; it stays valid.
    Result<Signed> sign(const CheckedRequest& request, int days, bool again);
    // The next certificate of a terminal that has one (renewal.h). `name`: of which it must be. kDenied:
    // the present one is revoked, or no terminal's.
    Result<Signed> renew(const std::string& request, const std::string& name, int days);
    // Revokes every valid certificate of that name and writes a new CRL. kNotFound: none; kState:
    // the name exists in several kinds and none was given.
    Result<std::vector<IndexRow>> revoke(const std::string& name,
                                         std::optional<CertificateKind> kind);
    Result<CrlFacts> write_crl(int days);
    // Needs no key.
    static Result<std::vector<IndexRow>> list(const std::string& directory);

private:
    struct Impl;
    explicit Authority(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace sudare::pki
