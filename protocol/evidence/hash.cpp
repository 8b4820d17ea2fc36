// SPDX-License-Identifier: Apache-2.0
#include "protocol/evidence/hash.h"

#include <openssl/evp.h>

#include <charconv>
#include <cstdlib>
#include <memory>

namespace sudare::evidence {
namespace {

struct DigestDeleter {
    void operator()(EVP_MD* digest) const { EVP_MD_free(digest); }
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

// Fetched once per thread: fetching costs more than a short hash. SHA-256 without memory for a
// context has no error path that anybody could take; the process ends.
class Sha256 {
public:
    Sha256() : digest_(EVP_MD_fetch(nullptr, "SHA256", nullptr)), context_(EVP_MD_CTX_new()) {
        if (digest_ == nullptr || context_ == nullptr)
            std::abort();
    }

    void begin() { demand(EVP_DigestInit_ex2(context_.get(), digest_.get(), nullptr)); }
    void add(const void* bytes, std::size_t size) {
        demand(EVP_DigestUpdate(context_.get(), bytes, size));
    }
    Hash end() {
        Hash hash;
        demand(EVP_DigestFinal_ex(context_.get(), hash.data(), nullptr));
        return hash;
    }

private:
    static void demand(int done) {
        if (done != 1)
            std::abort();
    }
    std::unique_ptr<EVP_MD, DigestDeleter> digest_;
    std::unique_ptr<EVP_MD_CTX, DigestDeleter> context_;
};

Sha256& engine() {
    thread_local Sha256 sha;
    return sha;
}

constexpr std::uint8_t kLeafPrefix = 0x00;
constexpr std::uint8_t kNodePrefix = 0x01;

}  // namespace

struct Sha256Stream::Impl {
    Sha256 sha;
};
Sha256Stream::Sha256Stream() : impl_(std::make_unique<Impl>()) {
    impl_->sha.begin();
}
Sha256Stream::Sha256Stream(Sha256Stream&&) noexcept = default;
Sha256Stream& Sha256Stream::operator=(Sha256Stream&&) noexcept = default;
Sha256Stream::~Sha256Stream() = default;
void Sha256Stream::add(std::string_view bytes) {
    impl_->sha.add(bytes.data(), bytes.size());
}
Hash Sha256Stream::finish() {
    return impl_->sha.end();
}

Hash leaf_hash(std::span<const std::uint8_t> record) {
    Sha256& sha = engine();
    sha.begin();
    sha.add(&kLeafPrefix, 1);
    sha.add(record.data(), record.size());
    return sha.end();
}

Hash node_hash(const Hash& left, const Hash& right) {
    std::array<std::uint8_t, 1 + 2 * sizeof(Hash)> all{kNodePrefix};
    std::copy(left.begin(), left.end(), all.begin() + 1);
    std::copy(right.begin(), right.end(), all.begin() + 1 + sizeof(Hash));
    return sha256(all);
}

Hash sha256(std::span<const std::uint8_t> bytes) {
    Sha256& sha = engine();
    sha.begin();
    sha.add(bytes.data(), bytes.size());
    return sha.end();
}

Hash empty_root() {
    return sha256({});
}

std::string base64(std::span<const std::uint8_t> bytes) {
    std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');
    const int length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), bytes.data(),
                                       static_cast<int>(bytes.size()));
    text.resize(static_cast<std::size_t>(length));
    return text;
}

std::optional<std::vector<std::uint8_t>> from_base64(std::string_view text) {
    if (text.size() % 4 != 0 || text.size() > (std::size_t{1} << 24))
        return std::nullopt;
    std::vector<std::uint8_t> bytes(text.size() / 4 * 3);
    const int length =
        EVP_DecodeBlock(bytes.data(), reinterpret_cast<const unsigned char*>(text.data()),
                        static_cast<int>(text.size()));
    if (length != static_cast<int>(bytes.size()))
        return std::nullopt;
    const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
    bytes.resize(bytes.size() - padding);
    // OpenSSL skips white space at the ends and takes any last bits.
    if (base64(bytes) != text)
        return std::nullopt;
    return bytes;
}

std::optional<Hash> hash_from_base64(std::string_view text) {
    const auto bytes = from_base64(text);
    Hash hash;
    if (!bytes || bytes->size() != hash.size())
        return std::nullopt;
    std::copy(bytes->begin(), bytes->end(), hash.begin());
    return hash;
}

std::string hex(std::span<const std::uint8_t> bytes) {
    static constexpr char kDigits[] = "0123456789abcdef";
    std::string text;
    text.reserve(bytes.size() * 2);
    for (const std::uint8_t byte : bytes) {
        text += kDigits[byte >> 4];
        text += kDigits[byte & 15];
    }
    return text;
}

std::optional<std::uint64_t> from_decimal(std::string_view text) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || error != std::errc() || end != text.data() + text.size() ||
        (text.size() > 1 && text.front() == '0'))
        return std::nullopt;
    return value;
}

}  // namespace sudare::evidence
