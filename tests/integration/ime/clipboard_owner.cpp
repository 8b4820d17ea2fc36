// SPDX-License-Identifier: Apache-2.0
// Owns the clipboard of a display until it is ended: what a person has copied in another program of
// the terminal. Usage: clipboard_owner TEXT; prints READY.
#include <QClipboard>
#include <QGuiApplication>
#include <cstdio>

int main(int argc, char** argv) {
    QGuiApplication application(argc, argv);
    QGuiApplication::clipboard()->setText(QGuiApplication::arguments().value(1));
    std::puts("READY");
    std::fflush(stdout);
    return QGuiApplication::exec();
}
