// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <string_view>

namespace sudare::link {

// Hosts that Chromium asks for on its own account, in spite of the flags and policies that tell it
// not to (reference/wayland.md, "Bubblewrap"; update.googleapis.com is still seen with Chromium
// 156). They are refused and recorded like any other, but nobody asked for them, so the person is
// not told. Exact names; a page that fetches from one of them shows the browser's own error.
inline constexpr std::string_view kBrowserServices[] = {
    "accounts.google.com",
    "android.clients.google.com",
    "clients2.google.com",
    "clientservices.googleapis.com",
    "content-autofill.googleapis.com",
    "edgedl.me.gvt1.com",
    "optimizationguide-pa.googleapis.com",
    "redirector.gvt1.com",
    "safebrowsingohttpgateway.googleapis.com",
    "sb-ssl.google.com",
    "update.googleapis.com",
};

constexpr bool is_browser_service(std::string_view host) {
    return std::find(std::begin(kBrowserServices), std::end(kBrowserServices), host) !=
           std::end(kBrowserServices);
}

}  // namespace sudare::link
