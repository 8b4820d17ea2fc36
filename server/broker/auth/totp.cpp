// SPDX-License-Identifier: Apache-2.0
#include "server/broker/auth/totp.h"

#include <liboath/oath.h>
#include <sodium.h>

namespace sudare::auth {

TotpSecret new_totp_secret() {
    TotpSecret secret{};
    randombytes_buf(secret.data(), secret.size());
    return secret;
}

std::string totp_text(const TotpSecret& secret) {
    std::array<char, 2 * kTotpSecretBytes + 1> text{};
    sodium_bin2hex(text.data(), text.size(), secret.data(), secret.size());
    return std::string(text.data());
}

Result<TotpSecret> totp_secret(const std::string& text) {
    TotpSecret secret{};
    std::size_t count = 0;
    if (text.size() != 2 * secret.size() ||
        sodium_hex2bin(secret.data(), secret.size(), text.data(), text.size(), nullptr, &count,
                       nullptr) != 0 ||
        count != secret.size())
        return fail(Errc::kBadInput, "the stored secret of a second factor is malformed");
    return secret;
}

std::optional<std::int64_t> totp_step(const TotpSecret& secret, const std::string& code,
                                      std::int64_t now) {
    int position = 0;
    std::uint64_t counter = 0;
    const int found = oath_totp_validate3(reinterpret_cast<const char*>(secret.data()),
                                          secret.size(), now, kTotpStepSeconds, 0, kTotpWindow,
                                          &position, &counter, code.c_str());
    if (found < 0)
        return std::nullopt;
    return static_cast<std::int64_t>(counter);
}

}  // namespace sudare::auth
