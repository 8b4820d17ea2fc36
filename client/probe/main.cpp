// SPDX-License-Identifier: Apache-2.0
// sudare-probe: logs in as a viewer without a window, sends scripted input and says what it sees.
#include <QCoreApplication>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <thread>

#include "client/platform/terminal.h"
#include "client/probe/options.h"
#include "client/probe/runner.h"

namespace {

using sudare::probe::Runner;

// Reading may block for as long as the script's author thinks, so it has a thread of its own; the
// lines arrive in the event loop.
void read_lines(std::istream& in, Runner* runner) {
    std::string line;
    while (std::getline(in, line))
        QMetaObject::invokeMethod(
            runner, [runner, line] { runner->take_line(line); }, Qt::QueuedConnection);
    QMetaObject::invokeMethod(runner, &Runner::take_end, Qt::QueuedConnection);
}

void print(const QByteArray& line) {
    std::fwrite(line.constData(), 1, static_cast<std::size_t>(line.size()), stdout);
    std::fflush(stdout);
}

int run(int argc, char** argv) {
    int exit_code = 0;
    auto options = sudare::probe::parse_options(argc, argv, exit_code);
    if (!options)
        return exit_code;
    std::ifstream file;
    if (options->script != "-") {
        file.open(options->script);
        if (!file) {
            std::fprintf(stderr, "sudare-probe: cannot read %s\n", options->script.c_str());
            return 2;
        }
    }
    Runner runner(*options, print);
    QObject::connect(&runner, &Runner::finished, qApp, &QCoreApplication::quit);
    std::thread(read_lines, std::ref(options->script == "-" ? std::cin : file), &runner).detach();
    QCoreApplication::exec();
    options->password.fill(u'\0');
    // The reader may still wait for a line and would outlive what it refers to.
    std::_Exit(runner.exit_code());
}

}  // namespace

int main(int argc, char** argv) {
    sudare::platform::protect_process();
    QCoreApplication application(argc, argv);
    return run(argc, argv);
}
