// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>
#include <optional>
#include <string>

#include "client/core/settings.h"
#include "protocol/core/terminal.h"

namespace sudare::probe {

struct Options {
    client::Server server;
    client::IdentityPaths identity;
    QString user;
    QString password;        // wiped by its owner at the end
    QString one_time_code;
    Display display;
    KeyboardLayout keyboard = KeyboardLayout::kUs;
    Locale locale = Locale::kJapanese;
    std::string script = "-";  // a file, or "-" for standard input
    bool start = false;        // --auto
    bool resume = false;       // --resume
};

// The command line; nullopt: `exit_code` says how to end (help was shown, or an error).
std::optional<Options> parse_options(int argc, char** argv, int& exit_code);

}  // namespace sudare::probe
