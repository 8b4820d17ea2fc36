// SPDX-License-Identifier: Apache-2.0
// sudare-probe: the viewer without a window. Commands from standard input or --script, one JSON
// object on standard output for each. Exit status 1 when a command was refused.
#include <QCoreApplication>
#include <QJsonDocument>
#include <cstdlib>
#include <fstream>
#include <iostream>

#include "client/platform/terminal.h"
#include "client/probe/line_reader.h"
#include "client/probe/runner.h"

namespace {

void print(const QJsonObject& object) {
    std::cout << QJsonDocument(object).toJson(QJsonDocument::Compact).constData() << std::endl;
}

}  // namespace

int main(int argc, char** argv) {
    sudare::platform::protect_process();
    QCoreApplication application(argc, argv);
    auto options = sudare::probe::parse_options(QCoreApplication::arguments());
    if (!options) {
        std::cerr << "sudare-probe: " << options.error().message << std::endl;
        return 2;
    }
    std::ifstream script;
    if (!options->script.isEmpty()) {
        script.open(options->script.toStdString());
        if (!script) {
            std::cerr << "sudare-probe: cannot read " << options->script.toStdString() << std::endl;
            return 2;
        }
    }
    std::istream& in = options->script.isEmpty() ? std::cin : script;
    int status = 0;
    auto* const reader = new sudare::probe::LineReader;  // never freed: its thread is never joined
    {
        sudare::probe::Runner runner(std::move(*options));
        QObject::connect(&runner, &sudare::probe::Runner::answered, &print);
        QObject::connect(&runner, &sudare::probe::Runner::quit, &application, &QCoreApplication::exit,
                         Qt::QueuedConnection);
        QObject::connect(reader, &sudare::probe::LineReader::line_read, &runner,
                         &sudare::probe::Runner::enqueue, Qt::QueuedConnection);
        QObject::connect(reader, &sudare::probe::LineReader::finished, &runner,
                         &sudare::probe::Runner::finish, Qt::QueuedConnection);
        reader->start(in);
        std::cout << "READY" << std::endl;
        status = QCoreApplication::exec();
    }
    // Without taking apart what the reader's thread, which may still wait for a line, uses.
    std::cout.flush();
    std::quick_exit(status);
}
