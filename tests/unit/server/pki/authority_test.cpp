// SPDX-License-Identifier: Apache-2.0
#include "server/pki/authority.h"

#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <sys/stat.h>

#include <filesystem>

#include "server/pki/builder.h"
#include "server/pki/files.h"

namespace sudare::pki {
namespace {

struct StoreDeleter {
    void operator()(X509_STORE* store) const { X509_STORE_free(store); }
};
struct StoreContextDeleter {
    void operator()(X509_STORE_CTX* context) const { X509_STORE_CTX_free(context); }
};

class AuthorityTest : public testing::Test {
protected:
    void SetUp() override {
        std::string name = testing::TempDir() + "sudare-pki-XXXXXX";
        ASSERT_NE(::mkdtemp(name.data()), nullptr);
        directory_ = name;
        auto authority = Authority::init(directory_, "Test CA", 30, {});
        ASSERT_TRUE(authority) << authority.error().message;
        authority_ = std::make_unique<Authority>(std::move(*authority));
    }
    void TearDown() override { std::filesystem::remove_all(directory_); }

    static X509_CRL* read_crl(const std::string& path) {
        const std::string pem = *read_file(path);
        const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
        return PEM_read_bio_X509_CRL(bio.get(), nullptr, nullptr, nullptr);
    }

    // X509_V_OK or the error, under the flags that gateway and host use.
    int verify(const std::string& path, int purpose, const std::string& authority_path) const {
        const Certificate ca = *certificate_from_pem(*read_file(authority_path));
        const Certificate leaf = *certificate_from_pem(*read_file(path));
        const Crl crl(read_crl(directory_ + "/crl.pem"));
        const std::unique_ptr<X509_STORE, StoreDeleter> store(X509_STORE_new());
        X509_STORE_add_cert(store.get(), ca.get());
        X509_STORE_add_crl(store.get(), crl.get());
        X509_STORE_set_flags(store.get(), X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL |
                                              X509_V_FLAG_X509_STRICT);
        X509_STORE_set_purpose(store.get(), purpose);
        const std::unique_ptr<X509_STORE_CTX, StoreContextDeleter> context(X509_STORE_CTX_new());
        X509_STORE_CTX_init(context.get(), store.get(), leaf.get(), nullptr);
        return X509_verify_cert(context.get()) == 1 ? X509_V_OK
                                                    : X509_STORE_CTX_get_error(context.get());
    }
    int verify(const Issued& issued, int purpose) const {
        return verify(issued.certificate_path, purpose, directory_ + "/ca.crt");
    }

    std::string directory_;
    std::unique_ptr<Authority> authority_;
};

IssueRequest terminal(const std::string& name) {
    return {CertificateKind::kTerminal, name, {}, {}, 0};
}

TEST_F(AuthorityTest, EveryKindVerifiesForItsPurposeOnly) {
    const struct {
        CertificateKind kind;
        int good;
        int bad;
    } rows[] = {
        {CertificateKind::kGateway, X509_PURPOSE_SSL_SERVER, X509_PURPOSE_SSL_CLIENT},
        {CertificateKind::kHost, X509_PURPOSE_SSL_SERVER, X509_PURPOSE_SSL_CLIENT},
        {CertificateKind::kBorder, X509_PURPOSE_SSL_CLIENT, X509_PURPOSE_SSL_SERVER},
        {CertificateKind::kTerminal, X509_PURPOSE_SSL_CLIENT, X509_PURPOSE_SSL_SERVER},
    };
    for (const auto& row : rows) {
        const auto issued = authority_->issue({row.kind, "n1", {}, {}, 0});
        ASSERT_TRUE(issued) << issued.error().message;
        EXPECT_EQ(verify(*issued, row.good), X509_V_OK) << name_of(row.kind);
        EXPECT_EQ(verify(*issued, row.bad), X509_V_ERR_INVALID_PURPOSE) << name_of(row.kind);
    }
}

TEST_F(AuthorityTest, RevokedIsRefusedAndTheControlIsNot) {
    const auto lost = authority_->issue(terminal("lost"));
    const auto kept = authority_->issue(terminal("kept"));
    ASSERT_TRUE(lost && kept);
    ASSERT_EQ(verify(*lost, X509_PURPOSE_SSL_CLIENT), X509_V_OK);
    const auto revoked = authority_->revoke("lost", std::nullopt);
    ASSERT_TRUE(revoked) << revoked.error().message;
    EXPECT_EQ(revoked->front().serial, lost->facts.serial);
    EXPECT_EQ(verify(*lost, X509_PURPOSE_SSL_CLIENT), X509_V_ERR_CERT_REVOKED);
    EXPECT_EQ(verify(*kept, X509_PURPOSE_SSL_CLIENT), X509_V_OK);
    EXPECT_EQ(authority_->revoke("lost", std::nullopt).error().code, Errc::kNotFound);
}

TEST_F(AuthorityTest, AnotherAuthorityIsNotTrusted) {
    const auto issued = authority_->issue(terminal("t"));
    ASSERT_TRUE(Authority::init(directory_ + "/other", "Test CA", 30, {}));
    EXPECT_NE(
        verify(issued->certificate_path, X509_PURPOSE_SSL_CLIENT, directory_ + "/other/ca.crt"),
        X509_V_OK);
}

TEST_F(AuthorityTest, FactsNameTheTerminalBySan) {
    const auto issued = authority_->issue(terminal("kanri-01"));
    const auto facts = read_certificate(*read_file(issued->certificate_path));
    ASSERT_TRUE(facts);
    EXPECT_EQ(facts->name, "kanri-01");
    EXPECT_EQ(facts->serial, issued->facts.serial);
    EXPECT_EQ(facts->fingerprint, issued->facts.fingerprint);
    EXPECT_EQ(read_certificate("not a certificate").error().code, Errc::kBadInput);
}

TEST_F(AuthorityTest, KeysAreForTheOwnerOnly) {
    const auto issued = authority_->issue(terminal("t"));
    for (const std::string& path :
         {directory_ + "/ca.key", issued->key_path, issued->bundle_path}) {
        struct stat info {};
        ASSERT_EQ(::stat(path.c_str(), &info), 0) << path;
        EXPECT_EQ(info.st_mode & 0777, 0600U) << path;
    }
}

TEST_F(AuthorityTest, CrlNumberGrows) {
    const auto number = [&] {
        const Crl crl(read_crl(directory_ + "/crl.pem"));
        const Integer value(static_cast<ASN1_INTEGER*>(
            X509_CRL_get_ext_d2i(crl.get(), NID_crl_number, nullptr, nullptr)));
        std::int64_t out = 0;
        ASN1_INTEGER_get_int64(&out, value.get());
        return out;
    };
    const std::int64_t first = number();
    ASSERT_TRUE(authority_->write_crl(1));
    const std::int64_t second = number();
    ASSERT_TRUE(authority_->write_crl(1));
    EXPECT_GT(second, first);
    EXPECT_GT(number(), second);
}

TEST_F(AuthorityTest, RefusesNamesThatCouldBecomePathsOrExtensions) {
    for (const char* name : {"", ".", "..", "../x", "a/b", "a,DNS:evil", "a\n", "-x", "名前"})
        EXPECT_EQ(authority_->issue(terminal(name)).error().code, Errc::kBadInput) << name;
    const auto bad = [&](std::vector<std::string> dns, std::vector<std::string> ip) {
        return authority_->issue(
            {CertificateKind::kGateway, "g", std::move(dns), std::move(ip), 0});
    };
    EXPECT_FALSE(bad({"a,URI:sudare:terminal:x"}, {}));
    EXPECT_FALSE(bad({}, {"300.1.1.1"}));
    EXPECT_TRUE(bad({"gw.example.lg.jp"}, {"::1"}));
}

TEST_F(AuthorityTest, InitNeverOverwrites) {
    const auto again = Authority::init(directory_, "Test CA", 30, {});
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().code, Errc::kState);
    EXPECT_EQ(Authority::open(directory_ + "/none", {}).error().code, Errc::kNotFound);
    EXPECT_EQ(Authority::list(directory_ + "/none").error().code, Errc::kNotFound);
}

TEST_F(AuthorityTest, TheKeyLiesUnderItsPassphrase) {
    const std::string other = directory_ + "/encrypted";
    ASSERT_TRUE(Authority::init(other, "Test CA", 30, "correct horse battery"));
    EXPECT_NE(read_file(other + "/ca.key")->find("ENCRYPTED"), std::string::npos);
    unsigned asked = 0;
    const auto with = [&](const std::string& passphrase) {
        return Authority::open(other, [&asked, passphrase]() -> Result<std::string> {
            ++asked;
            return passphrase;
        });
    };
    auto opened = with("correct horse battery");
    ASSERT_TRUE(opened) << opened.error().message;
    EXPECT_TRUE(opened->issue(terminal("t")));
    for (const std::string& wrong : {std::string("correct horse"), std::string(), std::string(5000, 'x')})
        EXPECT_EQ(with(wrong).error().code, Errc::kDenied) << wrong.size();
    EXPECT_EQ(asked, 4U);
    EXPECT_TRUE(Authority::open(directory_, {})) << "a plain key asks nobody";  // control
}

}  // namespace
}  // namespace sudare::pki
