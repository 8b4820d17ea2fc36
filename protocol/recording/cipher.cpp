// SPDX-License-Identifier: Apache-2.0
#include "protocol/recording/cipher.h"

#include <sodium.h>

#include <algorithm>

namespace sudare::recording {
namespace {

static_assert(kTagBytes == crypto_aead_xchacha20poly1305_ietf_ABYTES);

// Each key seals one segment, so the number is more than is needed.
auto nonce_of(std::uint32_t index) {
    std::array<std::uint8_t, crypto_aead_xchacha20poly1305_ietf_NPUBBYTES> nonce{};
    for (std::size_t i = 0; i < 4; ++i)
        nonce[nonce.size() - 1 - i] = static_cast<std::uint8_t>(index >> (8 * i));
    return nonce;
}

}  // namespace

AdditionalData additional_data(const Hash& header,
                               std::span<const std::uint8_t, kSegmentHeadBytes> head) {
    AdditionalData out;
    std::ranges::copy(head, std::ranges::copy(header, out.begin()).out);
    return out;
}

void encrypt(std::vector<std::uint8_t>& out, std::span<const std::uint8_t> plain, const Key& key,
             std::uint32_t index, const AdditionalData& additional) {
    const auto nonce = nonce_of(index);
    const std::size_t at = out.size();
    out.resize(at + plain.size() + kTagBytes);
    crypto_aead_xchacha20poly1305_ietf_encrypt(out.data() + at, nullptr, plain.data(), plain.size(),
                                               additional.data(), additional.size(), nullptr,
                                               nonce.data(), key.data());
}

Result<std::vector<std::uint8_t>> decrypt(std::span<const std::uint8_t> box, const Key& key,
                                          std::uint32_t index, const AdditionalData& additional) {
    const auto nonce = nonce_of(index);
    if (box.size() < kTagBytes)
        return fail(Errc::kBadInput, "segment " + std::to_string(index) + " is cut");
    std::vector<std::uint8_t> plain(box.size() - kTagBytes);
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(plain.data(), nullptr, nullptr, box.data(),
                                                   box.size(), additional.data(), additional.size(),
                                                   nonce.data(), key.data()) != 0)
        return fail(Errc::kBadInput, "segment " + std::to_string(index) +
                                         " was changed, or belongs to another recording");
    return plain;
}

}  // namespace sudare::recording
