// SPDX-License-Identifier: Apache-2.0
// sudare-selftest: tries, as a terminal, what must be refused, and says what came of it in lines of JSON.
// Started by sudarectl self-test, which asks the log. With --serve: the page on which it tries.
#include <QBuffer>
#include <QCoreApplication>
#include <QJsonArray>
#include <QJsonDocument>
#include <cstdio>

#include "client/platform/terminal.h"
#include "client/selftest/browser_tries.h"
#include "client/selftest/options.h"
#include "client/selftest/page_server.h"
#include "client/selftest/raw_tries.h"

namespace {

using sudare::selftest::Outcome;

QString latin1(std::string_view text) {
    return QString::fromLatin1(text.data(), static_cast<qsizetype>(text.size()));
}

QString png_of(const QImage& picture) {
    QByteArray bytes;
    QBuffer buffer(&bytes);
    // Half the size: for the report, where people look and nothing is measured.
    picture.scaledToWidth(picture.width() / 2, Qt::SmoothTransformation).save(&buffer, "PNG");
    return QString::fromLatin1(bytes.toBase64());
}

void print(const Outcome& out) {
    QJsonObject line{{"test", latin1(out.name)}, {"result", latin1(out.result)}, {"detail", out.detail}};
    if (out.session)
        line["session"] = static_cast<qint64>(*out.session);
    if (out.port)
        line["port"] = *out.port;
    if (!out.hosts.isEmpty())
        line["hosts"] = QJsonArray::fromStringList(out.hosts);
    if (!out.picture.isNull())
        line["picture"] = png_of(out.picture);
    const QByteArray text = QJsonDocument(line).toJson(QJsonDocument::Compact) + '\n';
    std::fwrite(text.constData(), 1, static_cast<std::size_t>(text.size()), stdout);
    std::fflush(stdout);
}

// In this order because failed handshakes (1 s) and broken messages (10 s) make this address wait at the
// gateway, and above 15 s nothing comes in; what is over the limit then is nobody's try.
int try_all(const sudare::selftest::Options& options) {
    const Outcome control = raw_control(options);
    if (control.result != sudare::self_test::kHappened) {
        std::fprintf(stderr, "sudare-selftest: the gateway does not answer: %s\n", qPrintable(control.detail));
        return 1;
    }
    try_in_pages(options, print);
    print(try_tls_1_2(options));
    print(try_revoked_certificate(options));
    try_private_addresses(options, print);
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    sudare::platform::protect_process();
    QCoreApplication application(argc, argv);
    int exit_code = 0;
    auto asked = sudare::selftest::parse_options(argc, argv, exit_code);
    if (!asked)
        return exit_code;
    if (asked->serve)
        return sudare::selftest::serve_page(*asked->serve);
    exit_code = try_all(asked->options);
    asked->options.terminal.password.fill(u'\0');
    return exit_code;
}
