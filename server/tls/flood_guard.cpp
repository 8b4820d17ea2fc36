// SPDX-License-Identifier: Apache-2.0
#include "server/tls/flood_guard.h"

#include <span>

namespace sudare::tls {
namespace {

constexpr std::uint8_t kApplicationData = 23;   // RFC 8446 5.1
constexpr std::uint8_t kKeyUpdate = 24;         // RFC 8446 4.6.3
constexpr std::size_t kEmptyRecordLength = 17;  // inner content type and AEAD tag, no content

bool is_burden(int content_type, std::span<const std::uint8_t> bytes) {
    if (content_type == SSL3_RT_HANDSHAKE)
        return !bytes.empty() && bytes[0] == kKeyUpdate;
    if (content_type == SSL3_RT_HEADER && bytes.size() >= 5 && bytes[0] == kApplicationData)
        return (std::size_t{bytes[3]} << 8 | bytes[4]) <= kEmptyRecordLength;
    return false;
}

void on_message(int write, int, int content_type, const void* data, std::size_t length, SSL*,
                void* guard) {
    if (write == 0 &&
        is_burden(content_type, {static_cast<const std::uint8_t*>(data), length}))
        static_cast<FloodGuard*>(guard)->count(FloodGuard::Clock::now());
}

}  // namespace

void FloodGuard::attach(SSL* connection) {
    SSL_set_msg_callback(connection, on_message);
    SSL_set_msg_callback_arg(connection, this);
}

void FloodGuard::detach(SSL* connection) { SSL_set_msg_callback(connection, nullptr); }

void FloodGuard::count(Clock::time_point now) {
    if (now - second_ >= std::chrono::seconds(1)) {
        second_ = now;
        events_ = 0;
    }
    tripped_ = ++events_ > kPerSecondMax || tripped_;
}

}  // namespace sudare::tls
