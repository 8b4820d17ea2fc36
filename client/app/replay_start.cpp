// SPDX-License-Identifier: Apache-2.0
// sudare --replay: the key, the recording, the window.
#include <QApplication>
#include <QCryptographicHash>
#include <QFile>
#include <QInputDialog>
#include <cstdio>

#include "client/app/replay_window.h"
#include "client/platform/worker_process.h"
#include "protocol/recording/keys.h"

namespace sudare::client {
namespace {

constexpr qint64 kKeyFileMax = 4096;

Result<QByteArray> content_of(const QString& path) {
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return fail(Errc::kNotFound,
                    "--key \"" + path.toStdString() + "\": " + file.errorString().toStdString());
    return file.read(kKeyFileMax);
}

bool ask_passphrase(QByteArray& passphrase) {
    bool given = false;
    QString text = QInputDialog::getText(
        nullptr, QCoreApplication::translate("Replay", "Sudare"),
        QCoreApplication::translate("Replay", "Passphrase of the reviewer's key"),
        QLineEdit::Password, QString(), &given);
    passphrase = text.toUtf8();
    text.fill(QLatin1Char('\0'));
    return given;
}

Result<void> open(Replay& replay, const Options& options, QByteArray& passphrase) {
    SUDARE_CHECK(recording::initialise());
    SUDARE_TRY(const QByteArray file, content_of(options.replay_key));
    if (passphrase.isEmpty() && !ask_passphrase(passphrase))
        return fail(Errc::kDenied, "no passphrase was given");
    auto keys = recording::read_key_file(
        {file.constData(), static_cast<std::size_t>(file.size())},
        {passphrase.constData(), static_cast<std::size_t>(passphrase.size())});
    passphrase.fill('\0');
    if (!keys)
        return tl::unexpected(keys.error());
    auto opened = replay.open(options.replay, keys->secret_key);
    recording::wipe(keys->secret_key);
    return opened;
}

QByteArray hash_of(const QImage& picture) {
    const QImage plain = picture.convertToFormat(QImage::Format_RGB888);
    QCryptographicHash sha(QCryptographicHash::Sha256);
    for (int y = 0; y < plain.height(); ++y)
        sha.addData(QByteArrayView(reinterpret_cast<const char*>(plain.constScanLine(y)),
                                   qsizetype{plain.width()} * 3));
    return sha.result().toHex();
}

}  // namespace

int run_replay(QApplication& application, const Options& options, QByteArray& passphrase,
               void (*print)(const QByteArray& line)) {
    Replay replay(&platform::make_worker_process);
    if (const auto opened = open(replay, options, passphrase); !opened) {
        std::fprintf(stderr, "sudare: %s\n", opened.error().message.c_str());
        return 1;
    }
    QObject::connect(&replay, &Replay::arrived, &application,
                     [&replay, print](quint32 at, quint32 sequence) {
                         print("REPLAY AT " + QByteArray::number(at) + ' ' +
                               QByteArray::number(sequence) + ' ' + hash_of(replay.picture()));
                     });
    QObject::connect(&replay, &Replay::failed, &application, [](const QString& why) {
        std::fprintf(stderr, "sudare: %s\n", why.toUtf8().constData());
    });
    ReplayWindow window(replay);
    window.resize(options.size.value_or(QSize(1280, 800)));
    QApplication::setQuitOnLastWindowClosed(true);
    window.show();
    print("REPLAY READY " + QByteArray::number(replay.duration_ms()));
    return QApplication::exec();
}

}  // namespace sudare::client
