// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

// One-time codes, with which somebody chooses their first password (sudare-enrol/1). A code stands where
// the hash of a password stands: "code:UNTIL:HASH". It has 80 bits of chance, so that a keyed hash is
// enough (BLAKE2b); Argon2id would make an import of thousands take minutes and protect nothing more.
// It gives no session: who has one must change the password first, and that is the end of the code.
namespace sudare::auth {

// "abcd-efgh-jkmn-pqrs": what is told, once.
std::string new_enrol_code();
// What is stored of it. `key`: store::Store::secret().
std::string stored_enrol_code(std::string_view code, std::int64_t until, const std::string& key);
bool is_enrol_code(std::string_view stored);
// Small letters or capitals, with dashes and spaces or without; not after its time.
bool verify_enrol_code(std::string_view stored, std::string_view typed, std::int64_t now,
                       const std::string& key);
// Seconds since 1970; 0 when it is none.
std::int64_t enrol_code_until(std::string_view stored);

}  // namespace sudare::auth
