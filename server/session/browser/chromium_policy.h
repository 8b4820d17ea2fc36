// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "protocol/core/result.h"
#include "protocol/ipc/policy.h"

namespace sudare::browser {

// The file /etc/chromium/policies/managed/10-session.json of a session: a fixed part that shuts
// what no session may do (chromium_policy_base.cpp), and what this user's policy says.
//
// Chromium is told what the egress process and the protocol enforce anyway, so that people get a
// clear message; a browser that ignores its policy gains pixels only. The exception is URL paths
// (denied_urls), which nothing but Chromium can see.
struct ChromiumPolicy {
    const ipc::SessionPolicy& session;
    // Certificates of private CAs, DER in base64 (CACertificates; reference/trials.md 2).
    const std::vector<std::string>& ca_certificates;
};

// Chromium ignores URLBlocklist entries after 1,500; ours take 1,000 at most.
inline constexpr std::size_t kDeniedUrlsMax = 1000;

// JSON text. kLimit when a list is too long.
Result<std::string> chromium_policy_json(const ChromiumPolicy& policy);

// For controls in tests only: the same text with one field replaced by the JSON value in
// `value_json`, or removed when that is empty. kNotFound when there is no such field.
Result<std::string> relaxed_policy_json(const std::string& policy_json, const std::string& field,
                                        const std::string& value_json);

// PEM text with any number of certificates to base64 DER, as CACertificates wants them.
Result<std::vector<std::string>> certificates_from_pem(const std::string& pem);

}  // namespace sudare::browser
