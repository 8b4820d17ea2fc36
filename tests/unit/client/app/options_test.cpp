// SPDX-License-Identifier: Apache-2.0
#include "client/app/options.h"

#include <gtest/gtest.h>

#include <QSettings>

namespace sudare::client {
namespace {

Result<Options> parse(const QStringList& arguments) {
    return parse_options(QStringList{QStringLiteral("sudare")} + arguments);
}

TEST(OptionsTest, EverythingIsTaken) {
    const auto options = parse(
        {"--server",      "h:1",    "--user",   "u",      "--cert", "c",  "--key",         "k",
         "--ca",          "a",      "--crl",    "r",      "--lang", "ja", "--password-fd", "5",
         "--full-screen", "--size", "1280x800", "--look", "dark"});
    ASSERT_TRUE(options) << options.error().message;
    EXPECT_EQ(options->server, "h:1");
    EXPECT_EQ(options->user, "u");
    EXPECT_EQ(options->paths.certificate, "c");
    EXPECT_EQ(options->paths.key, "k");
    EXPECT_EQ(options->paths.ca, "a");
    EXPECT_EQ(options->paths.crl, "r");
    EXPECT_EQ(options->language, Locale::kJapanese);
    EXPECT_EQ(options->password_fd, 5);
    EXPECT_TRUE(options->full_screen);
    EXPECT_EQ(options->size, QSize(1280, 800));
    EXPECT_EQ(options->look, Look::kDark);
}

TEST(OptionsTest, NothingIsAnAnswerToo) {
    const auto options = parse({});
    ASSERT_TRUE(options);
    EXPECT_FALSE(options->language);
    EXPECT_FALSE(options->password_fd);
    EXPECT_FALSE(options->size);
}

TEST(OptionsTest, NonsenseIsRefused) {
    for (const QStringList& wrong : {QStringList{"--lang", "fr"},
                                     {"--look", "pink"},
                                     {"--size", "1280"},
                                     {"--size", "0x0"},
                                     {"--size", "1280x800x3"},
                                     {"--size", "99999x800"},
                                     {"--password-fd", "-1"},
                                     {"--password-fd", "x"},
                                     {"extra"}})
        EXPECT_FALSE(parse(wrong)) << wrong.join(u' ').toStdString();
}

TEST(PreferencesTest, TheOptionStandsAboveTheSetting) {
    Options options;
    options.server = "new";
    options.paths.key = "k2";
    const Preferences stored{"old", "u", {"c", "k", "a", "r"}, QSize(800, 600), true};
    const Preferences used = effective(stored, options);
    EXPECT_EQ(used.server, "new");
    EXPECT_EQ(used.user, "u");
    EXPECT_EQ(used.paths.key, "k2");
    EXPECT_EQ(used.paths.crl, "r");
    EXPECT_EQ(used.size, QSize(800, 600));
    EXPECT_TRUE(used.maximized);
}

// In the folder of main.cpp's test mode.
TEST(PreferencesTest, WhatIsSavedComesBack) {
    const Preferences before{"host:7443", "sakura", {"c", "k", "a", "r"}, QSize(1000, 700), false};
    save_preferences(before);
    const Preferences after = load_preferences();
    EXPECT_EQ(after.server, before.server);
    EXPECT_EQ(after.user, before.user);
    EXPECT_EQ(after.paths.crl, before.paths.crl);
    EXPECT_EQ(after.size, before.size);
}

}  // namespace
}  // namespace sudare::client
