// SPDX-License-Identifier: Apache-2.0
#include "server/session/browser/chromium_flags.h"

#include "server/session/browser/box_layout.h"

namespace sudare::browser {

std::vector<std::string> chromium_command(Locale locale) {
    return {
        kBrowserProgram,
        "--ozone-platform=wayland",
        "--user-data-dir=/home/s/p",
        locale == Locale::kJapanese ? "--lang=ja" : "--lang=en-US",
        "--no-first-run",
        "--no-default-browser-check",
        // No device node of a graphics card is in the box.
        "--disable-gpu",
        // Quieten what would only be refused by the egress process.
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-domain-reliability",
        "--no-pings",
        // Crash reports need ptrace, which the outer filter refuses, and would keep page content.
        "--disable-breakpad",
        // One wheel notch as one scroll instead of 17 frames over 460 ms (reference/wayland.md 4).
        "--disable-smooth-scrolling",
        // Form field names of every page would otherwise be sent to Google, were it reachable. The
        // address bar's list as a chrome:// page would show "blocked" over everything typed there,
        // as the policy blocks chrome://*; the list that is drawn by the browser itself stays.
        "--disable-features=AutofillServerCommunication,OptimizationHints,MediaRouter,"
        "WebUIOmniboxPopup",
        // No key ring daemon can be reached; nothing is kept anyway.
        "--password-store=basic",
    };
}

}  // namespace sudare::browser
