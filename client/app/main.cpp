// SPDX-License-Identifier: Apache-2.0
#include <QApplication>
#include <cstdio>
#include <string_view>

#include "client/app/controller.h"
#include "client/app/language.h"
#include "client/app/replay_window.h"
#include "client/app/request_command.h"
#include "client/platform/terminal.h"
#include "client/platform/worker_process.h"
#include "protocol/core/limits.h"

namespace {

using namespace sudare;

// Programs that drive the viewer wait for these lines.
void print_line(const QByteArray& line) {
    std::printf("%s\n", line.constData());
    std::fflush(stdout);
}

std::optional<QByteArray> read_password(const client::Options& options) {
    if (!options.password_fd)
        return QByteArray();
    return platform::read_secret_line(*options.password_fd, limits::kPasswordBytesMax);
}

}  // namespace

int main(int argc, char** argv) {
    platform::protect_process();
    if (const auto done = client::run_request_command(argc, argv))
        return *done;
    // The pointers' size is read when the application is made.
    for (int i = 1; i < argc; ++i)
        if (std::string_view(argv[i]) == "--large-cursor")
            platform::use_large_cursors();
    QApplication application(argc, argv);
    QApplication::setApplicationName(QStringLiteral("sudare"));
    QApplication::setApplicationVersion(QStringLiteral("0.1.0"));
    QApplication::setQuitOnLastWindowClosed(false);
    auto options = client::parse_options(QApplication::arguments());
    if (!options) {
        std::fprintf(stderr, "sudare: %s\n", options.error().message.c_str());
        return 2;
    }
    auto password = read_password(*options);
    if (!password) {
        std::fprintf(stderr, "sudare: no password on the descriptor\n");
        return 2;
    }
    if (!options->language)
        options->language = client::system_language();
    client::install_language(application, *options->language);
    client::apply_theme(application, options->look, *options->language == Locale::kJapanese);

    if (!options->replay.isEmpty())
        return client::run_replay(application, *options, *password, &print_line);
    client::Controller controller(*options, client::load_preferences(),
                                  &platform::make_worker_process, &print_line);
    QObject::connect(&controller, &client::Controller::finished, &application, &QApplication::quit,
                     Qt::QueuedConnection);
    controller.start(*password);
    password->fill('\0');
    return QApplication::exec();
}
