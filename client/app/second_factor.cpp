// SPDX-License-Identifier: Apache-2.0
#include "client/app/second_factor.h"

#include <qrencode.h>

#include <QUrl>
#include <memory>

namespace sudare::client {
namespace {

constexpr int kQuietModules = 4;  // ISO/IEC 18004: the margin

QString base32(std::span<const std::uint8_t, enrol::kSecretBytes> secret) {
    static constexpr char kAlphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    QString out;
    unsigned bits = 0, held = 0;
    for (const std::uint8_t byte : secret) {  // 20 bytes: no padding
        bits = bits << 8 | byte;
        for (held += 8; held >= 5; held -= 5)
            out += QLatin1Char(kAlphabet[bits >> (held - 5) & 31]);
    }
    return out;
}

}  // namespace

QString typed_secret(std::span<const std::uint8_t, enrol::kSecretBytes> secret) {
    QString out = base32(secret);
    for (qsizetype at = out.size() - 4; at > 0; at -= 4)
        out.insert(at, u' ');
    return out;
}

QString otpauth_uri(const QString& user, std::span<const std::uint8_t, enrol::kSecretBytes> secret) {
    return QStringLiteral("otpauth://totp/Sudare:%1?secret=%2&issuer=Sudare")
        .arg(QString::fromLatin1(QUrl::toPercentEncoding(user)), base32(secret));
}

QImage qr_code(const QString& text, int scale) {
    const std::unique_ptr<QRcode, void (*)(QRcode*)> code(
        QRcode_encodeString8bit(text.toUtf8().constData(), 0, QR_ECLEVEL_M), QRcode_free);
    if (!code)
        return {};
    const int side = (code->width + 2 * kQuietModules) * scale;
    QImage image(side, side, QImage::Format_RGB32);
    image.fill(Qt::white);
    for (int y = 0; y < code->width; ++y)
        for (int x = 0; x < code->width; ++x)
            if ((code->data[y * code->width + x] & 1) != 0)
                for (int line = 0; line < scale; ++line)
                    for (int column = 0; column < scale; ++column)
                        image.setPixel((x + kQuietModules) * scale + column,
                                       (y + kQuietModules) * scale + line, qRgb(0, 0, 0));
    return image;
}

}  // namespace sudare::client
