// SPDX-License-Identifier: Apache-2.0
#include "client/core/settings.h"

#include <gtest/gtest.h>

#include <QFile>
#include <QTemporaryDir>

namespace sudare::client {
namespace {

TEST(ParseServer, NamesAddressesAndPorts) {
    struct Case {
        const char* text;
        const char* host;
        quint16 port;
    };
    for (const Case& c : {Case{"gw.city.lg.jp", "gw.city.lg.jp", kDefaultPort},
                          Case{" gw:1 ", "gw", 1}, Case{"127.0.0.1:65535", "127.0.0.1", 65535},
                          Case{"[fd00::1]", "fd00::1", kDefaultPort},
                          Case{"[fd00::1]:7", "fd00::1", 7}}) {
        const auto server = parse_server(QString::fromLatin1(c.text));
        ASSERT_TRUE(server) << c.text;
        EXPECT_EQ(server->host.toStdString(), c.host);
        EXPECT_EQ(server->port, c.port);
    }
}

TEST(ParseServer, RefusesWhatIsNoServer) {
    for (const char* text : {"", "  ", ":7", "gw:", "gw:0", "gw:65536", "gw:x", "[fd00::1", "[]:7",
                             "[fd00::1]x", "[fd00::1]:"})
        EXPECT_FALSE(parse_server(QString::fromLatin1(text))) << text;
}

TEST(LoadIdentity, NamesTheFileThatIsMissingOrWrong) {
    const QTemporaryDir directory;
    const QString wrong = directory.filePath(QStringLiteral("wrong.pem"));
    QFile file(wrong);
    ASSERT_TRUE(file.open(QIODevice::WriteOnly) && file.write("no PEM here") > 0);
    file.close();
    const auto missing = load_identity({directory.filePath(QStringLiteral("none")), {}, {}, {}});
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().code, Errc::kNotFound);
    EXPECT_NE(missing.error().message.find("certificate"), std::string::npos);
    const auto bad = load_identity({wrong, wrong, wrong, {}});
    ASSERT_FALSE(bad);
    EXPECT_EQ(bad.error().code, Errc::kBadInput);
    EXPECT_NE(bad.error().message.find("wrong.pem"), std::string::npos);
}

}  // namespace
}  // namespace sudare::client
