// SPDX-License-Identifier: Apache-2.0
// sudare --replay: the key, the recording, the window.
#include <QApplication>
#include <QFile>
#include <QInputDialog>
#include <QTimer>
#include <cstdio>

#include "client/app/replay_export.h"
#include "client/app/replay_window.h"
#include "client/core/picture_hash.h"
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

Result<QString> open(Replay& replay, const Options& options, QByteArray& passphrase) {
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
    if (!opened)
        return tl::unexpected(opened.error());
    return QString::fromStdString(recording::to_hex(recording::key_id(keys->public_key)));
}

constexpr qint64 kKeyLinesMax = 65536;
constexpr qint64 kEventsMax = 256 << 20;

Result<QByteArray> read_file(const QString& path, qint64 most) {
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return fail(Errc::kNotFound, path.toStdString() + ": " + file.errorString().toStdString());
    if (file.size() > most)
        return fail(Errc::kLimit, path.toStdString() + " is larger than " + std::to_string(most) + " bytes");
    return file.readAll();
}

// As sudare-verify takes them: a line, or a file with such lines.
Result<std::vector<evidence::VerifierKey>> log_keys(const QString& given) {
    std::vector<evidence::VerifierKey> keys;
    if (given.isEmpty())
        return keys;
    QByteArray text = given.toUtf8();
    if (!given.contains(u'+')) {
        SUDARE_TRY(text, read_file(given, kKeyLinesMax));
    }
    for (const QByteArray& line : text.split('\n')) {
        if (line.isEmpty() || line.startsWith('#'))
            continue;
        SUDARE_TRY(auto key, evidence::VerifierKey::parse({line.constData(), static_cast<std::size_t>(line.size())}));
        keys.push_back(std::move(key));
    }
    return keys;
}

// nullopt: there are none, and none were asked for.
Result<std::optional<ReplayEvents>> events_of(const Replay& replay, const Options& options) {
    const bool asked = !options.replay_events.isEmpty();
    const QString path = asked ? options.replay_events : options.replay + QStringLiteral(".events");
    if (!asked && !QFile::exists(path))
        return std::optional<ReplayEvents>();
    SUDARE_TRY(const auto keys, log_keys(options.log_key));
    SUDARE_TRY(const QByteArray text, read_file(path, kEventsMax));
    const recording::Header& header = replay.header();
    SUDARE_TRY(auto events,
               read_replay_events({text.constData(), static_cast<std::size_t>(text.size())}, keys,
                                  header.session, header.start_ms, replay.duration_ms()));
    return std::optional(std::move(events));
}

int run_export(QApplication& application, Replay& replay, const Options& options, const QString& key,
               void (*print)(const QByteArray& line)) {
    auto wish = parse_export(options.clip, options.frame, options.out, options.reviewer);
    if (!wish) {
        std::fprintf(stderr, "sudare: %s\n", wish.error().message.c_str());
        return 2;
    }
    ReplayExport writing(replay, std::move(*wish), key);
    QObject::connect(&writing, &ReplayExport::progress, &application, [print](int percent) {
        print("REPLAY WRITTEN " + QByteArray::number(percent));
    });
    QObject::connect(&writing, &ReplayExport::done, &application, &QApplication::quit, Qt::QueuedConnection);
    QObject::connect(&writing, &ReplayExport::failed, &application, [](const QString& why) {
        std::fprintf(stderr, "sudare: %s\n", why.toUtf8().constData());
        QApplication::exit(1);
    }, Qt::QueuedConnection);
    QTimer::singleShot(0, &writing, &ReplayExport::start);
    return QApplication::exec();
}

}  // namespace

int run_replay(QApplication& application, const Options& options, QByteArray& passphrase,
               void (*print)(const QByteArray& line)) {
    Replay replay(&platform::make_worker_process);
    const auto opened = open(replay, options, passphrase);
    if (!opened) {
        std::fprintf(stderr, "sudare: %s\n", opened.error().message.c_str());
        return 1;
    }
    if (!options.clip.isEmpty() || !options.frame.isEmpty())
        return run_export(application, replay, options, *opened, print);
    QObject::connect(&replay, &Replay::arrived, &application,
                     [&replay, print](quint32 at, quint32 sequence) {
                         print("REPLAY AT " + QByteArray::number(at) + ' ' +
                               QByteArray::number(sequence) + ' ' + picture_hash(replay.picture()));
                     });
    QObject::connect(&replay, &Replay::failed, &application, [](const QString& why) {
        std::fprintf(stderr, "sudare: %s\n", why.toUtf8().constData());
    });
    ReplayWindow window(replay);
    auto events = events_of(replay, options);
    if (!events) {
        // The recording is as good as it was; what was said about it is not.
        std::fprintf(stderr, "sudare: events: %s\n", events.error().message.c_str());
        window.show_trouble(QCoreApplication::translate(
            "Replay", "The events beside this recording are not shown: they were changed or cannot be read."));
    } else if (*events) {
        print("REPLAY EVENTS " + QByteArray::number(static_cast<qint64>((*events)->events.size())) + ' ' +
              QByteArray::number(static_cast<qint64>((*events)->proven)));
        window.set_events(std::move(**events));
    }
    window.resize(options.size.value_or(QSize(1280, 800)));
    QApplication::setQuitOnLastWindowClosed(true);
    window.show();
    print("REPLAY READY " + QByteArray::number(replay.duration_ms()));
    return QApplication::exec();
}

}  // namespace sudare::client
