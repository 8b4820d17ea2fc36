// SPDX-License-Identifier: Apache-2.0
#include "client/selftest/options.h"

#include <CLI/CLI.hpp>
#include <iostream>

#include "client/platform/terminal.h"
#include "protocol/core/limits.h"

namespace sudare::selftest {
namespace {

// The tries look at fixed places of a picture of this size.
constexpr std::uint32_t kWidth = 1024, kHeight = 768;

// As they stand on the command line.
struct Given {
    std::string server, certificate, key, ca, crl, user, revoked_certificate, revoked_key;
    std::vector<std::string> private_hosts;
    int password_fd = -1;
    std::string serve, site_certificate, site_key;
};

void declare(CLI::App& app, Given& given) {
    app.add_option("--server", given.server, "gateway, HOST:PORT");
    app.add_option("--cert", given.certificate, "the tester's certificate, PEM");
    app.add_option("--key", given.key, "its private key, PEM");
    app.add_option("--ca", given.ca, "certificate of the private CA, PEM");
    app.add_option("--crl", given.crl, "its revocation list, PEM");
    app.add_option("--user", given.user, "the synthetic account");
    app.add_option("--password-fd", given.password_fd, "descriptor with its password in one line");
    app.add_option("--revoked-cert", given.revoked_certificate, "a revoked terminal's certificate, PEM");
    app.add_option("--revoked-key", given.revoked_key, "its private key, PEM");
    app.add_option("--private", given.private_hosts, "HOST or HOST:PORT that must not be reached");
    auto* serve = app.add_option("--serve", given.serve, "serve the probe page there, ADDRESS:PORT");
    app.add_option("--site-cert", given.site_certificate, "the page's certificate chain, PEM")->needs(serve);
    app.add_option("--site-key", given.site_key, "its private key, PEM")->needs(serve);
}

Result<void> needed(const std::string& value, const char* option) {
    if (value.empty())
        return fail(Errc::kBadInput, std::string(option) + " is missing; see --help");
    return {};
}

Result<ServeOptions> complete_serve(const Given& given) {
    SUDARE_CHECK(needed(given.site_certificate, "--site-cert"));
    SUDARE_CHECK(needed(given.site_key, "--site-key"));
    // The same form as a gateway's, but port 0 is any free one.
    const auto colon = given.serve.rfind(':');
    ServeOptions out{QString::fromStdString(given.serve.substr(0, colon)), 0,
                     QString::fromStdString(given.site_certificate),
                     QString::fromStdString(given.site_key)};
    bool good = false;
    if (colon != given.serve.npos)
        out.port = QString::fromStdString(given.serve.substr(colon + 1)).toUShort(&good);
    if (!good)
        return fail(Errc::kBadInput, "--serve \"" + given.serve + "\" must be ADDRESS:PORT");
    return out;
}

Result<Options> complete(const Given& given) {
    for (const auto& [value, option] : {std::pair<const std::string&, const char*>{given.server, "--server"},
                                        {given.certificate, "--cert"}, {given.key, "--key"},
                                        {given.ca, "--ca"}, {given.user, "--user"},
                                        {given.revoked_certificate, "--revoked-cert"},
                                        {given.revoked_key, "--revoked-key"}})
        SUDARE_CHECK(needed(value, option));
    Options out;
    SUDARE_TRY(out.terminal.server, client::parse_server(QString::fromStdString(given.server)));
    const auto path = [](const std::string& text) { return QString::fromStdString(text); };
    out.terminal.identity = {path(given.certificate), path(given.key), path(given.ca), path(given.crl)};
    out.terminal.user = path(given.user);
    const auto size = Size::make(kWidth, kHeight);
    out.terminal.display.size = size.value();
    out.revoked = {path(given.revoked_certificate), path(given.revoked_key), path(given.ca), path(given.crl)};
    for (const std::string& host : given.private_hosts)
        out.private_hosts << path(host);
    auto line = platform::read_secret_line(given.password_fd, limits::kPasswordBytesMax);
    if (!line)
        return fail(Errc::kBadInput, "--password-fd: no line of at most 128 bytes there");
    out.terminal.password = QString::fromUtf8(*line);
    line->fill('\0');
    return out;
}

}  // namespace

std::optional<Asked> parse_options(int argc, char** argv, int& exit_code) {
    Given given;
    CLI::App app("Tries what Sudare must refuse, as a terminal; started by sudarectl self-test",
                 "sudare-selftest");
    declare(app, given);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        exit_code = app.exit(error) == 0 ? 0 : 2;
        return std::nullopt;
    }
    Asked asked;
    Result<void> done;
    if (!given.serve.empty()) {
        const auto serve = complete_serve(given);
        serve ? void(asked.serve = *serve) : void(done = tl::unexpected(serve.error()));
    } else {
        auto options = complete(given);
        options ? void(asked.options = std::move(*options)) : void(done = tl::unexpected(options.error()));
    }
    if (!done) {
        std::cerr << "sudare-selftest: " << done.error().message << '\n';
        exit_code = 2;
        return std::nullopt;
    }
    return asked;
}

}  // namespace sudare::selftest
