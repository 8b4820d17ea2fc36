// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "protocol/core/result.h"

// When things of the CA end: so that nobody hears of it from those who are locked out.
namespace sudare::pki {

struct End {
    std::string what;     // "authority", "crl", "certificate", or the kind of an issued one
    std::string name;     // its name, or the file
    std::int64_t at = 0;  // seconds since 1970, UTC
};

// Everything of a CA's directory that counts: its certificate, its list, and of each kind and name
// the valid certificate that lasts longest. Needs no key.
Result<std::vector<End>> ends_of_directory(const std::string& directory);
// Every certificate and revocation list of a PEM file, as on a gateway or a session host.
// kBadInput: there is none in it.
Result<std::vector<End>> ends_of_file(const std::string& path);

}  // namespace sudare::pki
