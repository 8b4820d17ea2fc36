// SPDX-License-Identifier: Apache-2.0
// Real certificates of a private CA in a directory of its own.
#include "server/gateway/material.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "server/base/unix_socket.h"
#include "server/pki/authority.h"

namespace sudare::gateway {
namespace {

std::string content(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

void write(const std::string& path, const std::string& text) {
    std::ofstream(path, std::ios::binary | std::ios::trunc) << text;
}

class MaterialTest : public testing::Test {
   protected:
    void SetUp() override {
        std::string name = testing::TempDir() + "sudare-gateway-XXXXXX";
        ASSERT_NE(::mkdtemp(name.data()), nullptr);
        directory_ = name;
        auto authority = pki::Authority::init(directory_, "Test CA", 30, {});
        ASSERT_TRUE(authority) << authority.error().message;
        authority_ = std::make_unique<pki::Authority>(std::move(*authority));
        settings_.viewer = issue(pki::CertificateKind::kGateway);
        settings_.host = issue(pki::CertificateKind::kBorder);
        settings_.host_name = "host";
    }
    void TearDown() override { std::filesystem::remove_all(directory_); }

    TlsPaths issue(pki::CertificateKind kind) {
        const auto issued = authority_->issue({kind, "one", {}, {}, 5});
        EXPECT_TRUE(issued) << issued.error().message;
        return {issued->certificate_path, issued->key_path, directory_ + "/ca.crt",
                directory_ + "/crl.pem"};
    }

    // The revocation list that links would get now.
    std::string list_of(const Material& material) {
        const auto memory = material.lists();
        EXPECT_TRUE(memory);
        const auto bytes = read_whole(memory->get(), ipc::kLinkSettingsMax);
        const auto lists = ipc::read_revocation_lists(*bytes);
        EXPECT_TRUE(lists);
        return {lists->viewer.begin(), lists->viewer.end()};
    }

    std::string directory_;
    std::unique_ptr<pki::Authority> authority_;
    Settings settings_;
};

TEST_F(MaterialTest, ALinkGetsBothSidesAndItsPeersAddress) {
    const auto material = Material::load(settings_);
    ASSERT_TRUE(material) << material.error().message;
    const auto memory = material->for_link({1, 2, 3}, 4711, true);
    ASSERT_TRUE(memory);
    const auto settings = ipc::read_link_settings(*read_whole(memory->get(), 1U << 20));
    ASSERT_TRUE(settings);
    EXPECT_EQ(settings->port, 4711);
    EXPECT_EQ(settings->address[2], 3);
    EXPECT_EQ(std::string(settings->viewer.key.begin(), settings->viewer.key.end()),
              content(settings_.viewer.key));
    EXPECT_EQ(std::string(settings->host.certificate.begin(), settings->host.certificate.end()),
              content(settings_.host.certificate));
    EXPECT_EQ(settings->host_name, "host");
    EXPECT_TRUE(settings->recorder);
}

TEST_F(MaterialTest, WhatDoesNotFitTogetherIsAnErrorAtTheStart) {
    ASSERT_TRUE(Material::load(settings_)) << "control";
    const auto refuses = [&](std::string TlsPaths::*field, const std::string& path) {
        Settings wrong = settings_;
        wrong.viewer.*field = path;
        const auto material = Material::load(wrong);
        EXPECT_FALSE(material) << path;
        return material ? std::string() : material.error().message;
    };
    EXPECT_NE(refuses(&TlsPaths::key, "/nonexistent").find("tls.key"), std::string::npos);
    EXPECT_NE(refuses(&TlsPaths::key, settings_.host.key).find("\"tls\""), std::string::npos)
        << "another certificate's key";
    refuses(&TlsPaths::certificate, settings_.viewer.key);
    refuses(&TlsPaths::authority, settings_.viewer.revoked);
    refuses(&TlsPaths::revoked, settings_.viewer.authority);
}

TEST_F(MaterialTest, NewerListsAreNoticedOnce) {
    auto material = Material::load(settings_);
    ASSERT_TRUE(material);
    EXPECT_EQ(material->reload_lists(settings_).value(), false);
    ASSERT_TRUE(authority_->revoke("one", pki::CertificateKind::kGateway));
    EXPECT_EQ(material->reload_lists(settings_).value(), true);
    EXPECT_EQ(list_of(*material), content(settings_.viewer.revoked));
    EXPECT_EQ(material->reload_lists(settings_).value(), false);
}

TEST_F(MaterialTest, ABrokenListNeverReplacesAGoodOne) {
    auto material = Material::load(settings_);
    ASSERT_TRUE(material);
    const std::string good = content(settings_.viewer.revoked);
    for (const std::string& bad : {std::string(), std::string("garbage"),
                                   good.substr(0, good.size() / 2), content(settings_.viewer.key)}) {
        write(settings_.viewer.revoked, bad);
        EXPECT_FALSE(material->reload_lists(settings_)) << bad;
        EXPECT_FALSE(material->reload(settings_)) << bad;
        EXPECT_EQ(list_of(*material), good);
    }
    std::filesystem::remove(settings_.viewer.revoked);
    EXPECT_FALSE(material->reload_lists(settings_));
    EXPECT_EQ(list_of(*material), good);
}

TEST_F(MaterialTest, RenewedCertificatesHoldForNewLinksAndHalfARenewalDoesNot) {
    auto material = Material::load(settings_);
    ASSERT_TRUE(material);
    const std::string old_key = content(settings_.viewer.key);
    const auto key_for_link = [&] {
        const auto memory = material->for_link({}, 1, false);
        const auto settings = ipc::read_link_settings(*read_whole(memory->get(), 1U << 20));
        return std::string(settings->viewer.key.begin(), settings->viewer.key.end());
    };
    issue(pki::CertificateKind::kGateway);  // the same paths
    const std::string new_key = content(settings_.viewer.key);
    ASSERT_NE(new_key, old_key);
    write(settings_.viewer.key, old_key);  // the certificate is new, its key not yet
    EXPECT_FALSE(material->reload(settings_));
    EXPECT_EQ(key_for_link(), old_key);
    write(settings_.viewer.key, new_key);
    EXPECT_EQ(material->reload(settings_).value(), false) << "the lists are the same";
    EXPECT_EQ(key_for_link(), new_key);
}

TEST_F(MaterialTest, TheListsAgeIsThatOfTheOlderOne) {
    const auto material = Material::load(settings_);
    ASSERT_TRUE(material);
    const auto age = material->lists_age();
    ASSERT_TRUE(age);
    EXPECT_GE(*age, 0.0);
    EXPECT_LT(*age, 0.5);
}

}  // namespace
}  // namespace sudare::gateway
