// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// SHA-256 as RFC 9162 section 2.1.1 uses it, and the spellings of hashes in texts. Any thread: each
// has an OpenSSL context of its own.
namespace sudare::evidence {

using Hash = std::array<std::uint8_t, 32>;

// SHA-256(0x00 || record)
Hash leaf_hash(std::span<const std::uint8_t> record);
// SHA-256(0x01 || left || right)
Hash node_hash(const Hash& left, const Hash& right);
Hash sha256(std::span<const std::uint8_t> bytes);
// SHA-256 of what comes in pieces.
class Sha256Stream {
public:
    Sha256Stream();
    Sha256Stream(Sha256Stream&&) noexcept;
    Sha256Stream& operator=(Sha256Stream&&) noexcept;
    ~Sha256Stream();
    void add(std::string_view bytes);
    Hash finish();  // once

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};
// Of a tree without leaves: SHA-256 of nothing.
Hash empty_root();

// Standard alphabet with padding (RFC 4648 section 4). Reading takes exactly what writing makes: no
// line ends, no second spelling of the last bits.
std::string base64(std::span<const std::uint8_t> bytes);
std::optional<std::vector<std::uint8_t>> from_base64(std::string_view text);
std::optional<Hash> hash_from_base64(std::string_view text);
std::string hex(std::span<const std::uint8_t> bytes);
// Decimal without sign or leading zeroes, as tlog-checkpoint wants it.
std::optional<std::uint64_t> from_decimal(std::string_view text);

}  // namespace sudare::evidence
