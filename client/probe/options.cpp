// SPDX-License-Identifier: Apache-2.0
#include "client/probe/options.h"

#include <CLI/CLI.hpp>
#include <iostream>
#include <regex>

#include "client/platform/terminal.h"
#include "client/probe/script.h"
#include "protocol/core/limits.h"

namespace sudare::probe {
namespace {

// As they stand on the command line.
struct Given {
    std::string server, certificate, key, ca, crl, user, size = "1280x720", keyboard = "us",
                                                         locale = "ja";
    int password_fd = -1;
    int one_time_code_fd = -1;
    unsigned scale = 120;
};

Result<Size> size_from(const std::string& text) {
    static const std::regex kForm("([0-9]{1,5})x([0-9]{1,5})");
    std::smatch match;
    if (std::regex_match(text, match, kForm))
        if (const auto size = Size::make(static_cast<std::uint32_t>(std::stoul(match[1])),
                                         static_cast<std::uint32_t>(std::stoul(match[2]))))
            return *size;
    return fail(Errc::kBadInput, "--size \"" + text + "\": expected WIDTHxHEIGHT, from 320x240 to "
                                                      "3840x2160");
}

Result<QString> secret_from(int descriptor, const char* option) {
    if (descriptor < 0)
        return QString();
    auto line = platform::read_secret_line(descriptor, limits::kPasswordBytesMax);
    if (!line)
        return fail(Errc::kBadInput, std::string(option) + ": no line of at most 128 bytes there");
    QString text = QString::fromUtf8(*line);
    line->fill('\0');
    return text;
}

void declare(CLI::App& app, Given& given, Options& options) {
    app.add_option("--server", given.server, "gateway, HOST:PORT")->required();
    app.add_option("--cert", given.certificate, "this terminal's certificate, PEM")->required();
    app.add_option("--key", given.key, "its private key, PEM")->required();
    app.add_option("--ca", given.ca, "certificate of the private CA, PEM")->required();
    app.add_option("--crl", given.crl, "its revocation list, PEM");
    app.add_option("--user", given.user, "who logs in");
    app.add_option("--password-fd", given.password_fd, "descriptor with the password in one line");
    app.add_option("--one-time-code-fd", given.one_time_code_fd, "descriptor with a one-time code");
    app.add_option("--size", given.size, "of the picture, WIDTHxHEIGHT")->capture_default_str();
    app.add_option("--scale", given.scale, "in 1/120")
        ->check(CLI::Range(unsigned{limits::kScaleMin}, unsigned{limits::kScaleMax}))
        ->capture_default_str();
    app.add_option("--keyboard", given.keyboard, "us or jp")->check(CLI::IsMember({"us", "jp"}));
    app.add_option("--locale", given.locale, "ja or en")->check(CLI::IsMember({"ja", "en"}));
    app.add_option("--script", options.script, "file with commands, - for standard input")
        ->capture_default_str();
    app.add_flag("--auto", options.start, "connect, log in and open before the first command");
    app.add_flag("--resume", options.resume, "come back by itself when the connection is lost");
    app.footer(grammar());
}

Result<void> complete(const Given& given, Options& options) {
    SUDARE_TRY(options.server, client::parse_server(QString::fromStdString(given.server)));
    SUDARE_TRY(options.display.size, size_from(given.size));
    options.display.scale_120 = static_cast<std::uint16_t>(given.scale);
    options.identity = {QString::fromStdString(given.certificate),
                        QString::fromStdString(given.key), QString::fromStdString(given.ca),
                        QString::fromStdString(given.crl)};
    options.user = QString::fromStdString(given.user);
    options.keyboard = given.keyboard == "jp" ? KeyboardLayout::kJp : KeyboardLayout::kUs;
    options.locale = given.locale == "en" ? Locale::kEnglish : Locale::kJapanese;
    SUDARE_TRY(options.password, secret_from(given.password_fd, "--password-fd"));
    SUDARE_TRY(options.one_time_code, secret_from(given.one_time_code_fd, "--one-time-code-fd"));
    return {};
}

}  // namespace

std::optional<Options> parse_options(int argc, char** argv, int& exit_code) {
    Given given;
    Options options;
    CLI::App app("Headless client of Sudare: scripted input, pictures and statistics",
                 "sudare-probe");
    declare(app, given, options);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        exit_code = app.exit(error) == 0 ? 0 : 2;
        return std::nullopt;
    }
    if (const auto complete_now = complete(given, options); !complete_now) {
        std::cerr << "sudare-probe: " << complete_now.error().message << '\n';
        exit_code = 2;
        return std::nullopt;
    }
    return options;
}

}  // namespace sudare::probe
