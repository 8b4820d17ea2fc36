// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QStringList>
#include <optional>
#include <string>

#include "client/probe/options.h"

namespace sudare::selftest {

struct Options {
    probe::Options terminal;             // who tries, from where
    client::IdentityPaths revoked;       // a terminal's certificate that was revoked
    QStringList private_hosts;           // HOST or HOST:PORT that nobody may reach
};

// Where the probe page is served; see page_server.h.
struct ServeOptions {
    QString address;
    quint16 port = 0;
    QString certificate, key;  // PEM
};

struct Asked {
    std::optional<ServeOptions> serve;  // else try
    Options options;
};

// The command line; nullopt: `exit_code` says how to end (help was shown, or an error).
std::optional<Asked> parse_options(int argc, char** argv, int& exit_code);

}  // namespace sudare::selftest
