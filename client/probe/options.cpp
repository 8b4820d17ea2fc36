// SPDX-License-Identifier: Apache-2.0
#include "client/probe/options.h"

#include <QCommandLineParser>

#include "client/platform/terminal.h"

namespace sudare::probe {
namespace {

struct Option {
    const char* name;
    const char* meaning;
    const char* value;
    const char* preset = "";
};
constexpr Option kOptions[] = {
    {"server", "gateway", "HOST:PORT"},
    {"cert", "certificate of this terminal (PEM)", "FILE"},
    {"key", "its private key (PEM)", "FILE"},
    {"ca", "the private CA (PEM)", "FILE"},
    {"crl", "its revocation list (PEM)", "FILE"},
    {"user", "user name", "NAME"},
    {"password-fd", "inherited descriptor with one line, the password", "NUMBER"},
    {"size", "picture in device pixels", "WxH", "1280x720"},
    {"scale", "scale in 1/120", "60..360", "120"},
    {"keyboard", "keyboard of this terminal", "us|jp", "us"},
    {"locale", "language of the session", "ja|en", "ja"},
    {"script", "commands, one a line; default: standard input", "FILE"},
};

std::string bad(const char* name, const QString& value, const char* takes) {
    return std::string("--") + name + " is \"" + value.toStdString() + "\", but takes " + takes;
}

Result<Display> read_display(const QCommandLineParser& parser) {
    const QString text = parser.value(QStringLiteral("size"));
    const QStringList parts = text.split(u'x');
    const auto size = parts.size() == 2 ? Size::make(parts[0].toUInt(), parts[1].toUInt())
                                        : std::optional<Size>();
    if (!size)
        return fail(Errc::kBadInput, bad("size", text, "WIDTHxHEIGHT, 320x240 to 3840x2160"));
    const QString scale = parser.value(QStringLiteral("scale"));
    const unsigned units = scale.toUInt();
    if (units < limits::kScaleMin || units > limits::kScaleMax)
        return fail(Errc::kBadInput, bad("scale", scale, "60 to 360"));
    return Display{*size, static_cast<std::uint16_t>(units)};
}

// True for the second of the two words, kBadInput for neither.
Result<bool> is_second(const QCommandLineParser& parser, const char* name, const char* first,
                       const char* second) {
    const QString value = parser.value(QString::fromLatin1(name));
    if (value != QString::fromLatin1(first) && value != QString::fromLatin1(second))
        return fail(Errc::kBadInput,
                    bad(name, value, (std::string(first) + " or " + second).c_str()));
    return value == QString::fromLatin1(second);
}

Result<QByteArray> read_password(const QString& descriptor) {
    if (descriptor.isEmpty())
        return QByteArray();
    bool number = false;
    const int fd = descriptor.toInt(&number);
    auto line = number ? platform::read_secret_line(fd, limits::kPasswordBytesMax) : std::nullopt;
    if (!line)
        return fail(Errc::kBadInput, bad("password-fd", descriptor, "an open descriptor"));
    return std::move(*line);
}

}  // namespace

Result<Options> parse_options(const QStringList& arguments) {
    QCommandLineParser parser;
    for (const Option& option : kOptions)
        parser.addOption({QString::fromLatin1(option.name), QString::fromLatin1(option.meaning),
                          QString::fromLatin1(option.value), QString::fromLatin1(option.preset)});
    const QCommandLineOption help = parser.addHelpOption();
    if (!parser.parse(arguments))
        return fail(Errc::kBadInput, parser.errorText().toStdString());
    if (parser.isSet(help))
        parser.showHelp(0);
    const auto value = [&](const char* name) { return parser.value(QString::fromLatin1(name)); };
    Options options;
    SUDARE_TRY(options.server, client::parse_server(value("server")));
    options.identity = {value("cert"), value("key"), value("ca"), value("crl")};
    options.user = value("user");
    SUDARE_TRY(options.display, read_display(parser));
    SUDARE_TRY(const bool jp, is_second(parser, "keyboard", "us", "jp"));
    SUDARE_TRY(const bool english, is_second(parser, "locale", "ja", "en"));
    options.keyboard = jp ? KeyboardLayout::kJp : KeyboardLayout::kUs;
    options.locale = english ? Locale::kEnglish : Locale::kJapanese;
    options.script = value("script");
    SUDARE_TRY(options.password, read_password(value("password-fd")));
    return options;
}

}  // namespace sudare::probe
