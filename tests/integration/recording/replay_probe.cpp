// SPDX-License-Identifier: Apache-2.0
// For tests: plays a recording by the viewer's own Replay, without a window, and prints what stands
// after each picture: "SHOWN <sequence> <SHA-256 of rows of red, green, blue>"; "ARRIVED <ms>
// <sequence> <SHA-256>" after each seek; "FAILED <why>".
// "forward" and "back" go one update.
//   replay_probe FILE KEYFILE PASSPHRASEFILE play|(SEEK_MS|forward|back)...
#include <QFile>
#include <QGuiApplication>
#include <cstdio>

#include "client/core/picture_hash.h"
#include "client/core/replay.h"
#include "protocol/recording/keys.h"

namespace {

using namespace sudare;

QByteArray content(const char* path) {
    QFile file(QString::fromLocal8Bit(path));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

}  // namespace

int main(int argc, char** argv) {
    QGuiApplication application(argc, argv);
    if (argc < 5 || !recording::initialise())
        return 2;
    const QByteArray text = content(argv[2]), passphrase = content(argv[3]).trimmed();
    const auto keys = recording::read_key_file(text.toStdString(), passphrase.toStdString());
    client::Replay replay(&platform::make_worker_process);
    const auto opened = keys ? replay.open(QString::fromLocal8Bit(argv[1]), keys->secret_key)
                             : Result<void>(tl::unexpected(keys.error()));
    if (!opened) {
        std::printf("FAILED %s\n", opened.error().message.c_str());
        return 1;
    }
    std::vector<QByteArray> orders;
    const bool play = QByteArray(argv[4]) == "play";
    for (int i = 4; i < argc && !play; ++i)
        orders.emplace_back(argv[i]);
    QObject::connect(
        &replay, &client::Replay::presented, &application, [&](const client::Presented& shown) {
            if (play)
                std::printf("SHOWN %u %s\n", shown.sequence, client::picture_hash(replay.picture()).constData());
        });
    std::size_t next = 0;
    bool started = false;
    QObject::connect(
        &replay, &client::Replay::arrived, &application, [&](quint32 ms, quint32 sequence) {
            if (play && !started) {
                started = true;
                replay.set_speed(client::Replay::kSpeedMax);
                return replay.play();
            }
            std::printf("ARRIVED %u %u %s\n", ms, sequence, client::picture_hash(replay.picture()).constData());
            if (play || next == orders.size())
                return QGuiApplication::quit();
            const QByteArray& order = orders[next++];
            if (order == "forward" || order == "back")
                return replay.step(order == "forward");
            replay.seek(order.toUInt());
        });
    QObject::connect(&replay, &client::Replay::failed, &application, [](const QString& why) {
        std::printf("FAILED %s\n", why.toUtf8().constData());
        QGuiApplication::exit(1);
    });
    return QGuiApplication::exec();
}
