// SPDX-License-Identifier: Apache-2.0
#include "server/session/browser/chromium_policy.h"

#include <spdlog/fmt/fmt.h>

#include <boost/json.hpp>

#include "protocol/core/limits.h"
#include "server/session/browser/chromium_policy_base.h"

namespace sudare::browser {
namespace {

namespace json = boost::json;

// The values of Chromium's content setting policies.
enum ContentSetting { kContentBlock = 2, kContentAsk = 3 };

void set_pages(json::object& out, const ipc::WebPolicy& web) {
    out["RestoreOnStartup"] = 4;  // the addresses of RestoreOnStartupURLs
    out["RestoreOnStartupURLs"] = json::array{web.start_page};
    out["HomepageLocation"] = web.start_page;
    out["HomepageIsNewTabPage"] = false;
    out["ShowHomeButton"] = true;
    // Chromium's own new tab page is blocked with chrome://*.
    out["NewTabPageLocation"] = web.start_page;
    json::array bookmarks;
    for (const ipc::Bookmark& bookmark : web.bookmarks)
        bookmarks.push_back({{"name", bookmark.title}, {"url", bookmark.url}});
    out["BookmarkBarEnabled"] = !bookmarks.empty();
    out["ManagedBookmarks"] = std::move(bookmarks);
}

void set_plain_http(json::object& out, const ipc::WebPolicy& web) {
    out["HttpsOnlyMode"] = web.plain_http ? "allowed" : "force_enabled";
    out["HttpsUpgradesEnabled"] = true;
}

// Reading asks the person (the site gets what this browser copied, nothing else is in reach);
// writing cannot be shut by policy and goes nowhere (reference/security.md finding 8).
void set_clipboard(json::object& out, const ipc::WebPolicy& web) {
    out["DefaultClipboardSetting"] = web.clipboard_in_browser ? kContentAsk : kContentBlock;
}

void add_denied_urls(json::object& out, const ipc::WebPolicy& web) {
    json::array& blocked = out["URLBlocklist"].as_array();
    for (const std::string& url : web.denied_urls)
        blocked.push_back(json::value(url));
}

json::object parse_object(const std::string& text, json::error_code& error) {
    const json::value value = json::parse(text, error);
    if (error || !value.is_object())
        return {};
    return value.as_object();
}

}  // namespace

Result<std::string> chromium_policy_json(const ChromiumPolicy& policy) {
    const ipc::WebPolicy& web = policy.session.web;
    if (web.denied_urls.size() > kDeniedUrlsMax || web.bookmarks.size() > limits::kBookmarksMax)
        return fail(Errc::kLimit, "policy: too many denied addresses or bookmarks");
    try {
        json::error_code error;
        json::object out = parse_object(std::string(chromium_policy_base()), error);
        if (error)
            return fail(Errc::kSystem, "built-in Chromium policy: " + error.message());
        set_pages(out, web);
        set_plain_http(out, web);
        set_clipboard(out, web);
        add_denied_urls(out, web);
        json::array certificates;
        for (const std::string& certificate : policy.ca_certificates)
            certificates.push_back(json::value(certificate));
        out["CACertificates"] = std::move(certificates);
        return json::serialize(out);
    } catch (const std::exception& error) {
        return fail(Errc::kSystem, std::string("Chromium policy: ") + error.what());
    }
}

Result<std::string> relaxed_policy_json(const std::string& policy_json, const std::string& field,
                                        const std::string& value_json) {
    json::error_code error;
    json::object out = parse_object(policy_json, error);
    if (error)
        return fail(Errc::kBadInput, "policy: " + error.message());
    const auto at = out.find(field);
    if (at == out.end())
        return fail(Errc::kNotFound, "policy has no field \"" + field + "\"");
    if (value_json.empty()) {
        out.erase(at);
        return json::serialize(out);
    }
    json::value value = json::parse(value_json, error);
    if (error)
        return fail(Errc::kBadInput, "value of \"" + field + "\": " + error.message());
    at->value() = std::move(value);
    return json::serialize(out);
}

Result<std::vector<std::string>> certificates_from_pem(const std::string& pem) {
    static constexpr std::string_view kBegin = "-----BEGIN CERTIFICATE-----";
    static constexpr std::string_view kEnd = "-----END CERTIFICATE-----";
    static constexpr std::string_view kBase64 =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=";
    std::vector<std::string> out;
    for (std::size_t at = pem.find(kBegin); at != std::string::npos; at = pem.find(kBegin, at)) {
        at += kBegin.size();
        const std::size_t end = pem.find(kEnd, at);
        if (end == std::string::npos)
            return fail(Errc::kBadInput, "PEM: a certificate has no end line");
        std::string body;
        for (const char c : pem.substr(at, end - at))
            if (kBase64.find(c) != std::string_view::npos)
                body += c;
            else if (c != '\n' && c != '\r' && c != ' ')
                return fail(Errc::kBadInput, "PEM: a certificate is not base64");
        out.push_back(std::move(body));
        at = end;
    }
    if (out.empty())
        return fail(Errc::kBadInput, "PEM: no certificate");
    return out;
}

}  // namespace sudare::browser
