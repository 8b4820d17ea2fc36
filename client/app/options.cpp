// SPDX-License-Identifier: Apache-2.0
#include "client/app/options.h"

#include <QCommandLineParser>
#include <QSettings>

#include <algorithm>

#include "client/core/zoom.h"
#include "protocol/core/limits.h"

namespace sudare::client {
namespace {

std::optional<QSize> parse_size(const QString& text) {
    const QStringList parts = text.split(u'x');
    bool ok_width = false;
    bool ok_height = false;
    const QSize size(parts.value(0).toInt(&ok_width), parts.value(1).toInt(&ok_height));
    const bool usable = parts.size() == 2 && ok_width && ok_height &&
                        size.width() >= limits::kWidthMin && size.height() >= limits::kHeightMin &&
                        size.width() <= 2 * limits::kWidthMax &&
                        size.height() <= 2 * limits::kHeightMax;
    return usable ? std::optional(size) : std::nullopt;
}

QSettings settings() {
    return {QSettings::IniFormat, QSettings::UserScope, QStringLiteral("Sudare"),
            QStringLiteral("sudare")};
}

// The choice among the last enumerators of a table; nullopt for another word.
template <typename Value, std::size_t kCount>
std::optional<Value> word(const QString& text,
                          const std::pair<const char*, Value> (&table)[kCount]) {
    for (const auto& [name, value] : table)
        if (text == QLatin1String(name))
            return value;
    return std::nullopt;
}
constexpr std::pair<const char*, Locale> kLanguages[] = {{"ja", Locale::kJapanese},
                                                         {"en", Locale::kEnglish}};
constexpr std::pair<const char*, Look> kLooks[] = {
    {"system", Look::kSystem}, {"light", Look::kLight}, {"dark", Look::kDark},
    {"contrast", Look::kContrast}};

void declare(QCommandLineParser& parser) {
    parser.setApplicationDescription(
        QStringLiteral("Sudare viewer: the browser in the Internet zone, by screen transfer."));
    parser.addHelpOption();
    parser.addVersionOption();
    const auto option = [&](const char* name, const char* help, const char* value = nullptr) {
        parser.addOption(
            QCommandLineOption(QLatin1String(name), QLatin1String(help), QLatin1String(value)));
    };
    option("server", "Gateway: HOST, HOST:PORT or [IPv6]:PORT.", "HOST");
    option("user", "User name to begin with.", "NAME");
    option("cert", "This terminal's certificate (PEM).", "FILE");
    option("key", "Its private key (PEM).", "FILE");
    option("ca", "The private CA (PEM).", "FILE");
    option("crl", "The CA's revocation list (PEM).", "FILE");
    option("lang", "Language: ja or en.", "LANG");
    option("password-fd", "Read the password from this descriptor, one line, and log in.", "N");
    option("full-screen", "Begin in full screen.");
    option("size", "Size of the window, for example 1280x800.", "WxH");
    option("look", "Colours: system, light, dark or contrast.", "LOOK");
    option("zoom", "Zoom of the page in percent, 50 to 300.", "PERCENT");
    option("replay", "Play this recording; --key is then the reviewer's key file.", "FILE");
    option("events", "With --replay: records of the session (sudare-verify --extract); default: FILE.events.",
           "FILE");
    option("log-key", "With --replay: the verifier key of the audit log, its line or a file.", "KEY");
    option("clip", "With --replay: write this part as WebM, e.g. 1:20-1:45, and end.", "FROM-TO");
    option("frame", "With --replay: write the picture of this moment as PNG, and end.", "TIME");
    option("reviewer", "With --clip and --frame: your name, written over every picture.", "NAME");
    option("large-cursor", "A pointer of twice the size.");
    option("make-request",
           "Make a key for this terminal and the request for its certificate, and end.", "NAME");
    option("out",
           "With --make-request: directory of both files (default: the present one); with --clip and "
           "--frame: the new file.",
           "PATH");
}

}  // namespace

Result<Options> parse_options(const QStringList& arguments) {
    QCommandLineParser parser;
    declare(parser);
    parser.process(arguments);
    Options options;
    options.server = parser.value(QStringLiteral("server"));
    options.user = parser.value(QStringLiteral("user"));
    options.paths = {parser.value(QStringLiteral("cert")), parser.value(QStringLiteral("key")),
                     parser.value(QStringLiteral("ca")), parser.value(QStringLiteral("crl"))};
    options.replay = parser.value(QStringLiteral("replay"));
    options.replay_events = parser.value(QStringLiteral("events"));
    options.clip = parser.value(QStringLiteral("clip"));
    options.frame = parser.value(QStringLiteral("frame"));
    options.out = parser.value(QStringLiteral("out"));
    options.reviewer = parser.value(QStringLiteral("reviewer"));
    options.log_key = parser.value(QStringLiteral("log-key"));
    if (!options.replay.isEmpty())
        options.replay_key = options.paths.key;
    if (!options.replay.isEmpty() && options.replay_key.isEmpty())
        return fail(Errc::kBadInput, "--replay needs --key, the key file of sudarectl reviewer keygen");
    options.full_screen = parser.isSet(QStringLiteral("full-screen"));
    if (!parser.positionalArguments().isEmpty())
        return fail(Errc::kBadInput, "unexpected argument; see --help");
    if (parser.isSet(QStringLiteral("lang")))
        if (!(options.language = word(parser.value(QStringLiteral("lang")), kLanguages)))
            return fail(Errc::kBadInput, "--lang is ja or en");
    if (parser.isSet(QStringLiteral("look"))) {
        const auto look = word(parser.value(QStringLiteral("look")), kLooks);
        if (!look)
            return fail(Errc::kBadInput, "--look is system, light, dark or contrast");
        options.look = *look;
    }
    if (parser.isSet(QStringLiteral("size")))
        if (!(options.size = parse_size(parser.value(QStringLiteral("size")))))
            return fail(Errc::kBadInput, "--size is WIDTHxHEIGHT, at least 320x240");
    options.request_name = parser.value(QStringLiteral("make-request"));
    options.request_directory = parser.isSet(QStringLiteral("out"))
                                    ? parser.value(QStringLiteral("out"))
                                    : QStringLiteral(".");
    options.large_cursor = parser.isSet(QStringLiteral("large-cursor"));
    if (parser.isSet(QStringLiteral("zoom"))) {
        bool ok = false;
        options.zoom = parser.value(QStringLiteral("zoom")).toInt(&ok);
        if (!ok || *options.zoom < kZoomMin || *options.zoom > kZoomMax)
            return fail(Errc::kBadInput, "--zoom is a number from 50 to 300");
    }
    if (parser.isSet(QStringLiteral("password-fd"))) {
        bool ok = false;
        options.password_fd = parser.value(QStringLiteral("password-fd")).toInt(&ok);
        if (!ok || *options.password_fd < 0)
            return fail(Errc::kBadInput, "--password-fd is the number of an open descriptor");
    }
    return options;
}

Preferences load_preferences() {
    const QSettings stored = settings();
    const auto text = [&](const char* key) { return stored.value(QLatin1String(key)).toString(); };
    return {text("server"),
            text("user"),
            {text("certificate"), text("key"), text("ca"), text("crl")},
            stored.value(QStringLiteral("window/size")).toSize(),
            stored.value(QStringLiteral("window/maximized")).toBool(),
            std::clamp(stored.value(QStringLiteral("window/zoom"), 100).toInt(), kZoomMin, kZoomMax)};
}

void save_preferences(const Preferences& preferences) {
    QSettings stored = settings();
    const auto save = [&](const char* key, const QString& value) {
        // What the administrator's file says is not copied into the user's.
        if (stored.value(QLatin1String(key)).toString() != value)
            stored.setValue(QLatin1String(key), value);
    };
    save("server", preferences.server);
    save("user", preferences.user);
    save("certificate", preferences.paths.certificate);
    save("key", preferences.paths.key);
    save("ca", preferences.paths.ca);
    save("crl", preferences.paths.crl);
    if (preferences.size.isValid())
        stored.setValue(QStringLiteral("window/size"), preferences.size);
    stored.setValue(QStringLiteral("window/maximized"), preferences.maximized);
    stored.setValue(QStringLiteral("window/zoom"), preferences.zoom);
}

Preferences effective(const Preferences& stored, const Options& options) {
    const auto over = [](const QString& option, const QString& setting) {
        return option.isEmpty() ? setting : option;
    };
    return {over(options.server, stored.server),
            over(options.user, stored.user),
            {over(options.paths.certificate, stored.paths.certificate),
             over(options.paths.key, stored.paths.key), over(options.paths.ca, stored.paths.ca),
             over(options.paths.crl, stored.paths.crl)},
            options.size.value_or(stored.size),
            stored.maximized && !options.size,
            options.zoom.value_or(stored.zoom)};
}

}  // namespace sudare::client
