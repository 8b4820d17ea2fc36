// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QImage>

namespace sudare::client {

// SHA-256 in hex over rows of red, green, blue without padding, as other programs read a PNG.
QByteArray picture_hash(const QImage& picture);

}  // namespace sudare::client
