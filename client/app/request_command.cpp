// SPDX-License-Identifier: Apache-2.0
#include "client/app/request_command.h"

#include <QCoreApplication>
#include <algorithm>
#include <cstdio>
#include <span>
#include <string_view>

#include "client/app/language.h"
#include "client/app/options.h"
#include "client/core/terminal_key.h"

namespace sudare::client {
namespace {

int refused(const std::string& why) {
    std::fprintf(stderr, "sudare: %s\n", why.c_str());
    return 2;
}

}  // namespace

std::optional<int> run_request_command(int& argc, char** argv) {
    const auto arguments = std::span(argv, static_cast<std::size_t>(argc)).subspan(1);
    if (std::ranges::none_of(arguments, [](const std::string_view argument) {
            return argument.starts_with("--make-request");
        }))
        return std::nullopt;
    QCoreApplication application(argc, argv);  // no window: it also runs where there is no display
    const auto options = parse_options(QCoreApplication::arguments());
    if (!options)
        return refused(options.error().message);
    install_language(application, options->language.value_or(system_language()));
    auto made = make_key_request(options->request_name);
    if (!made)
        return refused(made.error().message);
    const auto files = write_key_request(*made, options->request_directory, options->request_name);
    wipe_bytes(made->key);
    if (!files)
        return refused(files.error().message);
    const QString told =
        QCoreApplication::translate(
            "Request",
            "Made the key %1. It stays on this terminal.\n"
            "Give the request %2 to whoever runs the certification authority, and tell them the "
            "key's SHA-256 by another way:\n%3")
            .arg(files->key, files->request, QString::fromLatin1(made->fingerprint));
    std::printf("%s\n", qUtf8Printable(told));
    return 0;
}

}  // namespace sudare::client
