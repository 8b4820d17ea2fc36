// SPDX-License-Identifier: Apache-2.0
#include "client/core/terminal_key.h"

#include <gtest/gtest.h>

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QSslCertificate>
#include <QTemporaryDir>

namespace sudare::client {
namespace {

TEST(TerminalKey, ARequestAndItsKeyForTheOwnerAlone) {
    const auto made = make_key_request(QStringLiteral("pc-0421"));
    ASSERT_TRUE(made) << made.error().message;
    EXPECT_TRUE(made->request.startsWith("-----BEGIN CERTIFICATE REQUEST-----"));
    EXPECT_TRUE(made->key.startsWith("-----BEGIN PRIVATE KEY-----"));
    EXPECT_EQ(made->fingerprint.size(), 64);
    EXPECT_NE(made->key, make_key_request(QStringLiteral("pc-0421"))->key);
    const QTemporaryDir directory;
    const auto files = write_key_request(*made, directory.path(), QStringLiteral("pc-0421"));
    ASSERT_TRUE(files) << files.error().message;
    EXPECT_EQ(QFileInfo(files->key).permissions() & (QFile::ReadGroup | QFile::ReadOther), 0);
    EXPECT_NE(QFileInfo(files->key).permissions() & QFile::ReadOwner, 0);
    const auto again = write_key_request(*made, directory.path(), QStringLiteral("pc-0421"));
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().code, Errc::kState);
    EXPECT_EQ(
        write_key_request(*made, directory.filePath(QStringLiteral("none")), QStringLiteral("a"))
            .error()
            .code,
        Errc::kNotFound);
}

TEST(TerminalKey, NamesThatNoTerminalHas) {
    for (const char* name : {"", ".", "../x", "a/b", "-x", "a b", "a\n", "a,DNS:evil"})
        EXPECT_FALSE(make_key_request(QString::fromLatin1(name))) << name;
    EXPECT_FALSE(make_key_request(QStringLiteral("端末")));
    EXPECT_FALSE(make_key_request(QString(65, u'a')));
    EXPECT_TRUE(make_key_request(QString(64, u'a')));
}

TEST(TerminalKey, ALinkIsNotFollowed) {
    const QTemporaryDir directory;
    const QString elsewhere = directory.filePath(QStringLiteral("elsewhere"));
    const QString path = directory.filePath(QStringLiteral("pc.key"));
    ASSERT_TRUE(QFile::link(elsewhere, path));
    EXPECT_FALSE(write_private_file(path, "secret"));
    EXPECT_FALSE(QFile::exists(elsewhere));
}

}  // namespace
}  // namespace sudare::client
