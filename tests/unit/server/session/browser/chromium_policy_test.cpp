// SPDX-License-Identifier: Apache-2.0
#include "server/session/browser/chromium_policy.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>

namespace sudare::browser {
namespace {

namespace json = boost::json;

json::object policy_of(const ipc::SessionPolicy& session,
                       const std::vector<std::string>& certificates = {}) {
    const auto text = chromium_policy_json({session, certificates});
    EXPECT_TRUE(text) << text.error().message;
    return json::parse(*text).as_object();
}

bool blocks(const json::object& policy, std::string_view entry) {
    for (const json::value& value : policy.at("URLBlocklist").as_array())
        if (value.as_string() == entry)
            return true;
    return false;
}

TEST(ChromiumPolicy, TheDefaultShutsEveryWayOut) {
    const json::object policy = policy_of({});
    EXPECT_EQ(policy.at("DownloadRestrictions"), 3);
    EXPECT_EQ(policy.at("AllowFileSelectionDialogs"), false);
    EXPECT_EQ(policy.at("PrintingEnabled"), false);
    EXPECT_EQ(policy.at("DeveloperToolsAvailability"), 2);
    EXPECT_EQ(policy.at("DefaultClipboardSetting"), 2);
    EXPECT_EQ(policy.at("HttpsOnlyMode"), "force_enabled");
    EXPECT_TRUE(blocks(policy, "file://*"));
    EXPECT_EQ(policy.at("ProxySettings").at("ProxyServer"), "http://127.0.0.1:3128");
    EXPECT_GE(policy.size(), 154U);  // the list of reference/security.md 6.1
}

TEST(ChromiumPolicy, SaysWhatTheUsersPolicySays) {
    ipc::SessionPolicy session;
    session.web.start_page = "https://portal.example/";
    session.web.plain_http = true;
    session.web.clipboard_in_browser = true;
    session.web.denied_urls = {"example.org/secret"};
    session.web.bookmarks = {{"\u5e81\u5185 \"A\"", "https://a.example/"}};
    const json::object policy = policy_of(session, {"QUJD"});
    EXPECT_EQ(policy.at("RestoreOnStartupURLs").at(0), "https://portal.example/");
    EXPECT_EQ(policy.at("NewTabPageLocation"), "https://portal.example/");
    EXPECT_EQ(policy.at("HttpsOnlyMode"), "allowed");
    EXPECT_EQ(policy.at("DefaultClipboardSetting"), 3);
    EXPECT_TRUE(blocks(policy, "example.org/secret"));
    EXPECT_TRUE(blocks(policy, "file://*"));
    EXPECT_EQ(policy.at("ManagedBookmarks").at(0).at("name"), "\u5e81\u5185 \"A\"");
    EXPECT_EQ(policy.at("CACertificates").at(0), "QUJD");
}

// A bookmark's title or an address cannot add fields: it stays one JSON string.
TEST(ChromiumPolicy, TextsCannotBecomeFields) {
    ipc::SessionPolicy session;
    const std::string hostile = "x\"],\"DownloadRestrictions\":0,\"a\":[\"\\";
    session.web.start_page = hostile;
    session.web.denied_urls = {hostile};
    session.web.bookmarks = {{hostile, hostile}};
    const json::object policy = policy_of(session);
    EXPECT_EQ(policy.at("DownloadRestrictions"), 3);
    EXPECT_EQ(policy.size(), policy_of({}).size());
    EXPECT_EQ(policy.at("RestoreOnStartupURLs").at(0), json::value(hostile));
    EXPECT_TRUE(blocks(policy, hostile));
}

TEST(ChromiumPolicy, TheListThatChromiumWouldCutIsRefused) {
    ipc::SessionPolicy session;
    session.web.denied_urls.assign(1000, "a.example/x");
    EXPECT_TRUE(chromium_policy_json({session, {}}));
    session.web.denied_urls.push_back("a.example/x");
    const auto text = chromium_policy_json({session, {}});
    ASSERT_FALSE(text);
    EXPECT_EQ(text.error().code, Errc::kLimit);
}

TEST(RelaxedPolicy, ChangesOneFieldOnly) {
    const auto text = chromium_policy_json({ipc::SessionPolicy{}, {}});
    ASSERT_TRUE(text);
    const auto relaxed = relaxed_policy_json(*text, "DownloadRestrictions", "0");
    ASSERT_TRUE(relaxed);
    json::object before = json::parse(*text).as_object();
    EXPECT_NE(before, json::parse(*relaxed).as_object());
    before["DownloadRestrictions"] = 0;
    EXPECT_EQ(before, json::parse(*relaxed).as_object());
    const auto removed = relaxed_policy_json(*text, "PrintingEnabled", "");
    ASSERT_TRUE(removed);
    EXPECT_FALSE(json::parse(*removed).as_object().contains("PrintingEnabled"));
    EXPECT_FALSE(relaxed_policy_json(*text, "PrintingEnable", "true"));
    EXPECT_FALSE(relaxed_policy_json(*text, "PrintingEnabled", "tru"));
}

TEST(Certificates, PemBecomesBase64OfEach) {
    const auto found = certificates_from_pem(
        "text\n-----BEGIN CERTIFICATE-----\nQUJD\nREVG\n-----END CERTIFICATE-----\n"
        "-----BEGIN CERTIFICATE-----\r\nR0hJ\r\n-----END CERTIFICATE-----\r\n");
    ASSERT_TRUE(found);
    EXPECT_EQ(*found, (std::vector<std::string>{"QUJDREVG", "R0hJ"}));
    EXPECT_FALSE(certificates_from_pem(""));
    EXPECT_FALSE(certificates_from_pem("-----BEGIN CERTIFICATE-----\nQUJD\n"));
    EXPECT_FALSE(
        certificates_from_pem("-----BEGIN CERTIFICATE-----\nQU\"D\n-----END CERTIFICATE-----\n"));
}

}  // namespace
}  // namespace sudare::browser
