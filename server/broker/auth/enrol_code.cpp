// SPDX-License-Identifier: Apache-2.0
#include "server/broker/auth/enrol_code.h"

#include <sodium.h>

#include <array>
#include <charconv>

#include "server/broker/auth/password.h"

namespace sudare::auth {
namespace {

constexpr std::string_view kPrefix = "code:";
constexpr std::size_t kGroup = 4;

std::string hash_of(std::string_view code, const std::string& key) {
    std::string plain;
    for (const char c : code)
        if (c != '-' && c != ' ')
            plain += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    std::array<unsigned char, crypto_generichash_BYTES> hash{};
    crypto_generichash(hash.data(), hash.size(), reinterpret_cast<const unsigned char*>(plain.data()),
                       plain.size(), reinterpret_cast<const unsigned char*>(key.data()), key.size());
    sodium_memzero(plain.data(), plain.size());
    std::array<char, hash.size() * 2 + 1> text{};
    sodium_bin2hex(text.data(), text.size(), hash.data(), hash.size());
    return text.data();
}

}  // namespace

std::string new_enrol_code() {
    const std::string plain = random_password();
    std::string out;
    for (std::size_t i = 0; i < plain.size(); ++i) {
        if (i != 0 && i % kGroup == 0)
            out += '-';
        out += plain[i];
    }
    return out;
}

std::string stored_enrol_code(std::string_view code, std::int64_t until, const std::string& key) {
    return std::string(kPrefix) + std::to_string(until) + ":" + hash_of(code, key);
}

bool is_enrol_code(std::string_view stored) {
    return stored.starts_with(kPrefix);
}

std::int64_t enrol_code_until(std::string_view stored) {
    std::int64_t until = 0;
    if (is_enrol_code(stored)) {
        const std::string_view text = stored.substr(kPrefix.size());
        std::from_chars(text.data(), text.data() + text.size(), until);
    }
    return until;
}

bool verify_enrol_code(std::string_view stored, std::string_view typed, std::int64_t now,
                       const std::string& key) {
    const std::size_t colon = stored.rfind(':');
    if (!is_enrol_code(stored) || colon < kPrefix.size())
        return false;
    const std::string wanted(stored.substr(colon + 1)), got = hash_of(typed, key);
    return wanted.size() == got.size() && sodium_memcmp(wanted.data(), got.data(), got.size()) == 0 &&
           now < enrol_code_until(stored);
}

}  // namespace sudare::auth
