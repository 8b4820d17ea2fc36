// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QImage>
#include <QString>
#include <span>

#include "protocol/enrol/messages.h"

// What a person needs to put a secret into the authenticator of a phone.
namespace sudare::client {

// RFC 4648 base32 in groups of four, as authenticators take it when typed.
QString typed_secret(std::span<const std::uint8_t, enrol::kSecretBytes> secret);
// otpauth://totp/..., the form that authenticators read from a picture.
QString otpauth_uri(const QString& user, std::span<const std::uint8_t, enrol::kSecretBytes> secret);
// A QR code of it with its margin, `scale` pixels for each module; null when it does not fit.
QImage qr_code(const QString& text, int scale);

}  // namespace sudare::client
