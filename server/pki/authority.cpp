// SPDX-License-Identifier: Apache-2.0
#include "server/pki/authority.h"

#include <arpa/inet.h>
#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <filesystem>

#include "server/pki/builder.h"
#include "server/pki/files.h"
#include "server/pki/renewal.h"

namespace sudare::pki {

struct Authority::Impl {
    std::string directory;
    Issuer issuer;

    [[nodiscard]] std::string path(const std::string& name) const { return directory + "/" + name; }
    Result<CrlFacts> publish(Index& index, int days) const;
    // Certificate and its line in the index; the lock is held.
    struct Made {
        Certificate certificate;
        CertificateFacts facts;
    };
    Result<Made> make(Index& index, const IssueRequest& request, EVP_PKEY* key) const;
};

namespace {

constexpr std::size_t kDnsNameMax = 253;  // RFC 1035 2.3.4

bool is_dns_name(const std::string& name) {
    return !name.empty() && name.size() <= kDnsNameMax && is_certificate_name(name.substr(0, 64)) &&
           std::ranges::all_of(name, [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '.' || c == '-';
           });
}

bool is_ip(const std::string& text) {
    std::array<unsigned char, 16> address{};
    return ::inet_pton(AF_INET, text.c_str(), address.data()) == 1 ||
           ::inet_pton(AF_INET6, text.c_str(), address.data()) == 1;
}

Result<void> check_request(const IssueRequest& request) {
    if (!is_certificate_name(request.name))
        return fail(Errc::kBadInput, "name \"" + request.name +
                                         "\" must be 1 to 64 of a-z A-Z 0-9 . _ - and begin with a "
                                         "letter, digit or _");
    const bool client =
        request.kind == CertificateKind::kTerminal || request.kind == CertificateKind::kBorder;
    if (client && !(request.dns.empty() && request.ip.empty()))
        return fail(Errc::kBadInput, "--dns and --ip belong to gateway and host certificates; a " +
                                         std::string(name_of(request.kind)) + " is named by NAME");
    for (const std::string& name : request.dns)
        if (!is_dns_name(name))
            return fail(Errc::kBadInput, "--dns \"" + name + "\" is not a host name");
    for (const std::string& address : request.ip)
        if (!is_ip(address))
            return fail(Errc::kBadInput, "--ip \"" + address + "\" is not an IPv4 or IPv6 address");
    if (request.days < 0 || request.days > kDaysMax)
        return fail(Errc::kBadInput, "--days " + std::to_string(request.days) + " must be 1 to " +
                                         std::to_string(kDaysMax));
    return {};
}

// 20 characters of 32: 100 bits, none that look alike.
Result<std::string> random_passphrase() {
    static constexpr std::string_view kAlphabet = "abcdefghijkmnpqrstuvwxyz23456789";
    static_assert(kAlphabet.size() == 32);
    std::array<unsigned char, 20> bytes{};
    if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1)
        return fail_openssl("RAND_bytes");
    std::string out;
    for (const unsigned char byte : bytes)
        out += kAlphabet[byte & 31];
    return out;
}

Result<void> make_directory(const std::string& path, mode_t mode) {
    if (::mkdir(path.c_str(), mode) != 0 && errno != EEXIST)
        return fail_errno(("mkdir " + path).c_str());
    return {};
}

}  // namespace

Authority::Authority(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Authority::Authority(Authority&&) noexcept = default;
Authority& Authority::operator=(Authority&&) noexcept = default;
Authority::~Authority() = default;

Result<Authority> Authority::init(const std::string& directory, const std::string& name, int days,
                                  const std::string& passphrase) {
    SUDARE_CHECK(make_directory(directory, 0700));
    SUDARE_TRY(const DirectoryLock lock, DirectoryLock::take(directory));
    auto impl = std::make_unique<Impl>();
    impl->directory = directory;
    if (std::filesystem::exists(impl->path("ca.key")))
        return fail(Errc::kState,
                    "\"" + directory + "\" holds a CA already; choose another directory");
    SUDARE_TRY(impl->issuer, make_authority(name, days));
    SUDARE_TRY(const std::string key, passphrase.empty()
                                          ? pem_of(impl->issuer.key.get())
                                          : encrypted_pem_of(impl->issuer.key.get(), passphrase));
    SUDARE_TRY(const std::string certificate, pem_of(impl->issuer.certificate.get()));
    for (const char* kind : {"gateway", "border", "host", "terminal"})
        SUDARE_CHECK(make_directory(impl->path(kind), 0700));
    SUDARE_CHECK(write_file(impl->path("ca.crt"), certificate, 0644));
    Index index;
    SUDARE_TRY([[maybe_unused]] const CrlFacts crl, impl->publish(index, kCrlDays));
    // Last: a directory with ca.key is complete.
    SUDARE_CHECK(write_file(impl->path("ca.key"), key, 0600));
    return Authority(std::move(impl));
}

namespace {

tl::unexpected<Error> no_authority(const std::string& directory) {
    return fail(Errc::kNotFound, "\"" + directory +
                                     "\" holds no CA; make one with: sudarectl pki init " + directory);
}

}  // namespace

Result<Authority> Authority::open(const std::string& directory, const AskPassphrase& ask) {
    auto impl = std::make_unique<Impl>();
    impl->directory = directory;
    auto key = read_file(impl->path("ca.key"));
    if (!key && key.error().code == Errc::kNotFound)
        return no_authority(directory);
    if (!key)
        return tl::unexpected(key.error());
    SUDARE_TRY(const std::string certificate, read_file(impl->path("ca.crt")));
    std::string passphrase;
    if (is_encrypted(*key)) {
        SUDARE_TRY(passphrase, ask());
    }
    auto opened = key_from_pem(*key, passphrase);
    OPENSSL_cleanse(passphrase.data(), passphrase.size());
    if (!opened)
        return tl::unexpected(opened.error());
    impl->issuer.key = std::move(*opened);
    SUDARE_TRY(impl->issuer.certificate, certificate_from_pem(certificate));
    return Authority(std::move(impl));
}

Result<Authority::Impl::Made> Authority::Impl::make(Index& index, const IssueRequest& request,
                                                    EVP_PKEY* key) const {
    Made made;
    SUDARE_TRY(made.certificate, make_certificate(issuer, request, key));
    SUDARE_TRY(made.facts, facts_of(made.certificate.get()));
    // The index first: a certificate that exists but is not listed could never be revoked.
    index.rows.push_back({made.facts.serial, request.kind, request.name,
                          hex_of(made.facts.fingerprint), made.facts.not_after, 0});
    SUDARE_CHECK(index.save(path("index.txt")));
    return made;
}

Result<Signed> Authority::sign(const CheckedRequest& request, int days, bool again) {
    const IssueRequest wanted{CertificateKind::kTerminal, request.name, {}, {}, days};
    SUDARE_CHECK(check_request(wanted));
    SUDARE_TRY(const DirectoryLock lock, DirectoryLock::take(impl_->directory));
    SUDARE_TRY(Index index, Index::load(impl_->path("index.txt")));
    const std::int64_t now = std::time(nullptr);
    if (!again && std::ranges::any_of(index.rows, [&](const IndexRow& row) {
            return row.kind == wanted.kind && row.name == wanted.name && row.revoked_at == 0 &&
                   row.not_after > now;
        }))
        return fail(Errc::kState, "terminal \"" + wanted.name +
                                      "\" has a valid certificate already; if this is the same "
                                      "machine, add --again, else choose another name");
    SUDARE_TRY(const Impl::Made made, impl_->make(index, wanted, request.key.get()));
    Signed out{made.facts, impl_->path("terminal/" + wanted.name + ".crt")};
    SUDARE_TRY(const std::string pem, pem_of(made.certificate.get()));
    SUDARE_CHECK(write_file(out.certificate_path, pem, 0644));
    return out;
}

Result<Signed> Authority::renew(const std::string& request, const std::string& name, int days) {
    SUDARE_TRY(const CheckedRenewal checked,
               check_renewal(request, impl_->issuer.certificate.get()));
    if (checked.request.name != name)
        return fail(Errc::kBadInput, "this is the request of terminal \"" + checked.request.name +
                                         "\", not of \"" + name + "\"");
    SUDARE_TRY(const Index index, Index::load(impl_->path("index.txt")));
    const std::string fingerprint = hex_of(checked.present.fingerprint);
    const auto row = std::ranges::find_if(index.rows, [&](const IndexRow& one) {
        return one.serial == checked.present.serial && one.fingerprint == fingerprint;
    });
    if (row == index.rows.end() || row->kind != CertificateKind::kTerminal || row->name != name ||
        row->revoked_at != 0)
        return fail(Errc::kDenied, "the present certificate of \"" + name +
                                       "\" is revoked, or none of a terminal: it cannot ask for "
                                       "the next one");
    return sign(checked.request, days, true);
}

Result<Issued> Authority::issue(const IssueRequest& request) {
    SUDARE_CHECK(check_request(request));
    SUDARE_TRY(const DirectoryLock lock, DirectoryLock::take(impl_->directory));
    SUDARE_TRY(Index index, Index::load(impl_->path("index.txt")));
    SUDARE_TRY(const Key key, make_key());
    SUDARE_TRY(const Impl::Made made, impl_->make(index, request, key.get()));
    const Certificate& certificate = made.certificate;
    Issued issued;
    issued.facts = made.facts;
    const std::string stem = impl_->path(std::string(name_of(request.kind)) + "/" + request.name);
    issued.certificate_path = stem + ".crt";
    issued.key_path = stem + ".key";
    SUDARE_TRY(const std::string key_pem, pem_of(key.get()));
    SUDARE_TRY(const std::string certificate_pem, pem_of(certificate.get()));
    SUDARE_CHECK(write_file(issued.key_path, key_pem, 0600));
    SUDARE_CHECK(write_file(issued.certificate_path, certificate_pem, 0644));
    if (request.kind == CertificateKind::kTerminal) {
        issued.bundle_path = stem + ".p12";
        SUDARE_TRY(issued.bundle_passphrase, random_passphrase());
        SUDARE_TRY(const std::string bundle,
                   pkcs12_of(key.get(), certificate.get(), impl_->issuer.certificate.get(),
                             issued.bundle_passphrase, request.name));
        SUDARE_CHECK(write_file(issued.bundle_path, bundle, 0600));
    }
    return issued;
}

Result<std::vector<IndexRow>> Authority::revoke(const std::string& name,
                                                std::optional<CertificateKind> kind) {
    SUDARE_TRY(const DirectoryLock lock, DirectoryLock::take(impl_->directory));
    SUDARE_TRY(Index index, Index::load(impl_->path("index.txt")));
    const std::int64_t now = std::time(nullptr);
    std::vector<IndexRow*> found;
    for (IndexRow& row : index.rows)
        if (row.name == name && row.revoked_at == 0 && row.not_after > now &&
            (!kind || row.kind == *kind))
            found.push_back(&row);
    if (found.empty())
        return fail(Errc::kNotFound,
                    "no valid certificate is named \"" + name + "\"; see: sudarectl pki list");
    if (std::ranges::any_of(found,
                            [&](const IndexRow* row) { return row->kind != found[0]->kind; }))
        return fail(Errc::kState,
                    "\"" + name + "\" names certificates of several kinds; add --kind");
    std::vector<IndexRow> revoked;
    for (IndexRow* row : found) {
        row->revoked_at = now;
        revoked.push_back(*row);
    }
    SUDARE_TRY([[maybe_unused]] const CrlFacts crl, impl_->publish(index, kCrlDays));
    return revoked;
}

// Index, then CRL: after a crash between the two, the next `pki crl` publishes what was decided.
Result<CrlFacts> Authority::Impl::publish(Index& index, int days) const {
    const std::int64_t now = std::time(nullptr);
    index.crl_number = std::max(index.crl_number + 1, now);
    SUDARE_CHECK(index.save(path("index.txt")));
    std::vector<RevokedEntry> revoked;
    for (const IndexRow& row : index.rows)
        if (row.revoked_at != 0)
            revoked.push_back({row.serial, row.revoked_at});
    SUDARE_TRY(const Crl crl, make_crl(issuer, revoked, index.crl_number, days));
    SUDARE_TRY(const std::string pem, pem_of(crl.get()));
    CrlFacts facts{path("crl.pem"), seconds_of(X509_CRL_get0_nextUpdate(crl.get())),
                   revoked.size()};
    SUDARE_CHECK(write_file(facts.path, pem, 0644));
    return facts;
}

Result<CrlFacts> Authority::write_crl(int days) {
    if (days < 1 || days > 90)
        return fail(Errc::kBadInput, "--days " + std::to_string(days) + " must be 1 to 90");
    SUDARE_TRY(const DirectoryLock lock, DirectoryLock::take(impl_->directory));
    SUDARE_TRY(Index index, Index::load(impl_->path("index.txt")));
    return impl_->publish(index, days);
}

Result<std::vector<IndexRow>> Authority::list(const std::string& directory) {
    if (!std::filesystem::exists(directory + "/ca.key"))
        return no_authority(directory);
    SUDARE_TRY(Index index, Index::load(directory + "/index.txt"));
    return std::move(index.rows);
}

}  // namespace sudare::pki
