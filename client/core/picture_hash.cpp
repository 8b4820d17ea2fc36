// SPDX-License-Identifier: Apache-2.0
#include "client/core/picture_hash.h"

#include <QCryptographicHash>

namespace sudare::client {

QByteArray picture_hash(const QImage& picture) {
    const QImage plain = picture.convertToFormat(QImage::Format_RGB888);
    QCryptographicHash sha(QCryptographicHash::Sha256);
    for (int y = 0; y < plain.height(); ++y)
        sha.addData(QByteArrayView(reinterpret_cast<const char*>(plain.constScanLine(y)),
                                   qsizetype{plain.width()} * 3));
    return sha.result().toHex();
}

}  // namespace sudare::client
