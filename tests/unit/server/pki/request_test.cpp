// SPDX-License-Identifier: Apache-2.0
#include "server/pki/request.h"

#include <gtest/gtest.h>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <filesystem>

#include "server/pki/authority.h"
#include "server/pki/builder.h"
#include "server/pki/files.h"

namespace sudare::pki {
namespace {

struct RequestDeleter {
    void operator()(X509_REQ* request) const { X509_REQ_free(request); }
};
using Request = std::unique_ptr<X509_REQ, RequestDeleter>;

struct Wish {
    std::vector<std::string> common_names{"pc-0421"};
    std::vector<std::pair<int, std::string>> extensions;
    const EVP_MD* digest = EVP_sha256();
};

// As any tool would make it, with whatever is asked for.
Request make(EVP_PKEY* key, const Wish& wish) {
    Request request(X509_REQ_new());
    for (const std::string& name : wish.common_names)
        X509_NAME_add_entry_by_txt(X509_REQ_get_subject_name(request.get()), "CN", MBSTRING_UTF8,
                                   reinterpret_cast<const unsigned char*>(name.data()),
                                   static_cast<int>(name.size()), -1, 0);
    X509_REQ_set_pubkey(request.get(), key);
    STACK_OF(X509_EXTENSION)* list = nullptr;
    for (const auto& [nid, value] : wish.extensions) {
        const Extension one(X509V3_EXT_nconf_nid(nullptr, nullptr, nid, value.c_str()));
        EXPECT_TRUE(one) << value;
        X509v3_add_ext(&list, one.get(), -1);
    }
    if (list != nullptr)
        X509_REQ_add_extensions(request.get(), list);
    sk_X509_EXTENSION_pop_free(list, X509_EXTENSION_free);
    EXPECT_GT(X509_REQ_sign(request.get(), key, wish.digest), 0);
    return request;
}

std::string pem_of(X509_REQ* request) {
    const Bio bio(BIO_new(BIO_s_mem()));
    PEM_write_bio_X509_REQ(bio.get(), request);
    char* data = nullptr;
    const long length = BIO_get_mem_data(bio.get(), &data);
    return {data, static_cast<std::size_t>(length)};
}

std::string request_of(EVP_PKEY* key, const Wish& wish = {}) {
    return pem_of(make(key, wish).get());
}

Key key_of(const char* group) {
    return Key(EVP_EC_gen(group));
}

testing::AssertionResult refused(const std::string& pem, const std::string& because) {
    const auto checked = check_request(pem);
    if (checked)
        return testing::AssertionFailure() << "taken, as \"" << checked->name << "\"";
    if (checked.error().code != Errc::kBadInput ||
        checked.error().message.find(because) == std::string::npos)
        return testing::AssertionFailure() << checked.error().message;
    return testing::AssertionSuccess();
}

TEST(Request, KeysThatTheHandshakeTakes) {
    const Key p256 = key_of("P-256");
    const Key p384 = key_of("P-384");
    const Key edwards(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
    const Key rsa(EVP_RSA_gen(3072));
    for (const Key* key : {&p256, &p384, &rsa}) {
        const auto checked = check_request(request_of(key->get()));
        ASSERT_TRUE(checked) << checked.error().message;
        EXPECT_EQ(checked->name, "pc-0421");
        EXPECT_EQ(EVP_PKEY_eq(checked->key.get(), key->get()), 1);
        EXPECT_EQ(checked->fingerprint, *fingerprint_of(key->get()));
    }
    const auto checked =
        check_request(request_of(edwards.get(), {.extensions = {}, .digest = nullptr}));
    EXPECT_TRUE(checked) << checked.error().message;
}

TEST(Request, KeysThatItDoesNot) {
    EXPECT_TRUE(refused(request_of(Key(EVP_RSA_gen(2048)).get()), "2048"));
    EXPECT_TRUE(refused(request_of(key_of("P-521").get()), "secp521r1"));
    EXPECT_TRUE(refused(request_of(key_of("secp256k1").get()), "secp256k1"));
    const Key bare(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED448"));
    EXPECT_TRUE(
        refused(request_of(bare.get(), {.extensions = {}, .digest = nullptr}), "none of EC"));
    const Key numbers = key_of("P-256");
    ASSERT_EQ(EVP_PKEY_set_utf8_string_param(numbers.get(), "encoding", "explicit"), 1);
    EXPECT_TRUE(refused(request_of(numbers.get()), "not named"));
}

TEST(Request, TheSignatureProvesPossession) {
    const Key own = key_of("P-256");
    const Key other = key_of("P-256");
    const Request good = make(own.get(), {});
    ASSERT_TRUE(check_request(pem_of(good.get())));  // control
    const Request stolen = make(own.get(), {});
    X509_REQ_set_pubkey(stolen.get(), other.get());  // somebody else's key, our signature
    EXPECT_TRUE(refused(pem_of(stolen.get()), "not signed by its own key"));
    EXPECT_TRUE(refused(request_of(own.get(), {.extensions = {}, .digest = EVP_sha1()}), "SHA-1"));
}

TEST(Request, EveryChangedByteIsNoticed) {
    const Key key = key_of("P-256");
    const Request good = make(key.get(), {});
    unsigned char* der = nullptr;
    const int length = i2d_X509_REQ(good.get(), &der);
    ASSERT_GT(length, 0);
    const std::vector<unsigned char> original(der, der + length);
    OPENSSL_free(der);
    for (std::size_t i = 0; i < original.size(); ++i) {
        auto changed = original;
        changed[i] ^= 1;
        const unsigned char* at = changed.data();
        const Request broken(d2i_X509_REQ(nullptr, &at, static_cast<long>(changed.size())));
        if (broken) {
            const auto checked = check_request(pem_of(broken.get()));
            EXPECT_FALSE(checked) << "byte " << i;
        }
    }
}

TEST(Request, NothingIsTakenButTheOwnName) {
    const Key key = key_of("P-256");
    const auto with = [&](int nid, const std::string& value) {
        return request_of(key.get(), {.extensions = {{nid, value}}});
    };
    const std::string own = "URI:sudare:terminal:pc-0421";
    EXPECT_TRUE(check_request(with(NID_subject_alt_name, own)));  // control
    EXPECT_TRUE(refused(with(NID_basic_constraints, "critical,CA:TRUE"), "Basic Constraints"));
    EXPECT_TRUE(refused(with(NID_basic_constraints, "CA:FALSE"), "Basic Constraints"));
    EXPECT_TRUE(refused(with(NID_key_usage, "keyCertSign"), "Key Usage"));
    EXPECT_TRUE(refused(with(NID_ext_key_usage, "serverAuth"), "Extended Key Usage"));
    for (const std::string& names :
         {std::string("URI:sudare:terminal:pc-0001"), std::string("URI:sudare:gateway:pc-0421"),
          own + ",URI:sudare:terminal:pc-0001", own + ",DNS:sudare.city.example.jp",
          std::string("DNS:pc-0421"), own + "0", std::string("otherName:1.2.3.4;UTF8:") + own})
        EXPECT_TRUE(refused(with(NID_subject_alt_name, names), "other names")) << names;
    EXPECT_TRUE(refused(request_of(key.get(), {.extensions = {{NID_subject_alt_name, own},
                                                              {NID_basic_constraints, "CA:TRUE"}}}),
                        "Basic Constraints"));
}

TEST(Request, NamesOfTerminals) {
    const Key key = key_of("P-256");
    for (const char* name : {"", "..", "../x", "a/b", "a b", "a\n", "-x", "端末", "a,DNS:evil"}) {
        Wish wish;
        wish.common_names = {name};
        EXPECT_FALSE(check_request(request_of(key.get(), wish))) << name;
    }
    Wish wish;
    wish.common_names = {"pc-0421", "pc-0001"};
    EXPECT_TRUE(refused(request_of(key.get(), wish), "exactly one"));
    wish.common_names = {};
    EXPECT_TRUE(refused(request_of(key.get(), wish), "exactly one"));
    wish.common_names = {std::string("pc-1\0.evil", 10)};
    EXPECT_TRUE(refused(request_of(key.get(), wish), "names a terminal otherwise"));
}

TEST(Request, WhatIsNoRequest) {
    const Key key = key_of("P-256");
    const std::string good = request_of(key.get());
    EXPECT_TRUE(refused("", "not PEM"));
    EXPECT_TRUE(refused(good.substr(0, good.size() / 2), "not PEM"));
    EXPECT_TRUE(refused(*pki::pem_of(key.get()), "not PEM"));
    EXPECT_TRUE(refused(good + good, "more than one"));
    EXPECT_TRUE(check_request("text before it\n" + good));  // as openssl writes with -text
    EXPECT_TRUE(refused(std::string(kRequestBytesMax, ' ') + good, "bytes, more than"));
}

class Signing : public testing::Test {
protected:
    void SetUp() override {
        std::string name = testing::TempDir() + "sudare-sign-XXXXXX";
        ASSERT_NE(::mkdtemp(name.data()), nullptr);
        directory_ = name;
        auto made = Authority::init(directory_, "Test CA", 30, {});
        ASSERT_TRUE(made) << made.error().message;
        authority_ = std::make_unique<Authority>(std::move(*made));
    }
    void TearDown() override { std::filesystem::remove_all(directory_); }

    std::string directory_;
    std::unique_ptr<Authority> authority_;
};

TEST_F(Signing, OurProfileAndTheAskersKey) {
    const Key key = key_of("P-384");
    const auto checked = check_request(request_of(key.get()));
    const auto done = authority_->sign(*checked, 0, false);
    ASSERT_TRUE(done) << done.error().message;
    const Certificate certificate = *certificate_from_pem(*read_file(done->certificate_path));
    EXPECT_EQ(EVP_PKEY_eq(X509_get0_pubkey(certificate.get()), key.get()), 1);
    EXPECT_EQ(X509_check_ca(certificate.get()), 0);
    EXPECT_EQ(X509_get_extended_key_usage(certificate.get()), unsigned{XKU_SSL_CLIENT});
    EXPECT_EQ(done->facts.name, "pc-0421");
    EXPECT_EQ((done->facts.not_after - done->facts.not_before) / 86400,
              default_days(CertificateKind::kTerminal));
    EXPECT_FALSE(std::filesystem::exists(directory_ + "/terminal/pc-0421.key"));
    EXPECT_EQ(authority_->revoke("pc-0421", {})->front().serial, done->facts.serial);
}

TEST_F(Signing, ANameThatIsTakenOnlyWhenSaid) {
    ASSERT_TRUE(authority_->issue({CertificateKind::kTerminal, "pc-0421", {}, {}, 0}));
    const Key key = key_of("P-256");
    const auto checked = check_request(request_of(key.get()));
    EXPECT_EQ(authority_->sign(*checked, 0, false).error().code, Errc::kState);
    EXPECT_EQ(Authority::list(directory_)->size(), 1U);
    EXPECT_TRUE(authority_->sign(*checked, 0, true));
    ASSERT_TRUE(authority_->revoke("pc-0421", {}));
    EXPECT_TRUE(authority_->sign(*checked, 0, false));  // the old ones are worth nothing
    EXPECT_EQ(authority_->sign(*checked, kDaysMax + 1, true).error().code, Errc::kBadInput);
}

}  // namespace
}  // namespace sudare::pki
