// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>

#include "protocol/core/result.h"

namespace sudare::directory {

// directory.toml (docs/operations.md). A person is found by a search under an account of ours, or is
// where the template person.dn says; one of the two.
struct Settings {
    std::string broker_socket;
    std::string url;        // ldaps://HOST[:PORT], or ldap:// with StartTLS; some, with spaces: the first that answers
    std::string authority;  // path, PEM: who may have signed the server's certificate; nobody else
    std::string bind_dn;    // the account that searches
    std::string bind_password;
    std::string base;
    std::string filter;           // with {user}
    std::string person_dn;        // with {user}
    std::string group_attribute;  // of a person: names of the groups
    std::chrono::seconds connect{};    // for each server: TCP and TLS
    std::chrono::seconds operation{};  // for all that one log-in asks
};

// Reads the file of the password, too, and refuses one that others can read.
Result<Settings> load_settings(const std::string& path);

}  // namespace sudare::directory
