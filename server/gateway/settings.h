// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "server/base/config.h"
#include "server/gateway/throttle.h"

// gateway.toml; every field is described in docs/operations.md.
namespace sudare::gateway {

struct TlsPaths {
    std::string certificate, key, authority, revoked;
};

struct Settings {
    std::string address = "0.0.0.0";
    std::uint16_t port = 7443;       // the viewer's default, too; 0: any, printed in the READY line
    TlsPaths viewer;                 // what terminals see, and by what they are judged
    TlsPaths host;                   // the border's certificate towards the session host
    std::string host_address;        // numeric "address:port"
    std::string host_name;           // NAME in the host's certificate
    std::string broker_socket;
    std::string recorder_socket;     // empty: nothing is recorded
    bool second_factor = false;
    ThrottleSettings throttle;
};

// Errors name file, field, value and remedy.
Result<Settings> read_settings(Config config);

}  // namespace sudare::gateway
