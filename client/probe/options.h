// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QStringList>

#include "client/core/settings.h"
#include "protocol/core/result.h"
#include "protocol/core/terminal.h"

namespace sudare::probe {

struct Options {
    client::Server server;
    client::IdentityPaths identity;
    QString user;
    QByteArray password;  // from --password-fd; wiped by the runner
    Display display;
    KeyboardLayout keyboard = KeyboardLayout::kUs;
    Locale locale = Locale::kJapanese;
    QString script;       // empty: standard input
};

// kBadInput names the option, its value and what it takes.
Result<Options> parse_options(const QStringList& arguments);

}  // namespace sudare::probe
