// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <QApplication>
#include <QStandardPaths>

#include "client/app/language.h"
#include "client/app/theme.h"

int main(int argc, char** argv) {
    ::testing::InitGoogleTest(&argc, argv);
    QStandardPaths::setTestModeEnabled(true);
    QApplication application(argc, argv);
    sudare::client::install_language(application, sudare::Locale::kEnglish);
    sudare::client::apply_theme(application, sudare::client::Look::kLight, false);
    return RUN_ALL_TESTS();
}
