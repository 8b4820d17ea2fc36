// SPDX-License-Identifier: Apache-2.0
#include "client/app/language.h"

#include <QCoreApplication>
#include <QLibraryInfo>
#include <QLocale>
#include <QTranslator>

// A static library's resources are not there by themselves. Must stand outside of a namespace.
static void init_resources() {
    Q_INIT_RESOURCE(sudare_app);
}

namespace sudare::client {

Locale system_language() {
    return QLocale::system().language() == QLocale::Japanese ? Locale::kJapanese : Locale::kEnglish;
}

void install_language(QCoreApplication& application, Locale language) {
    init_resources();
    const bool japanese = language == Locale::kJapanese;
    QLocale::setDefault(japanese ? QLocale(QLocale::Japanese, QLocale::Japan)
                                 : QLocale(QLocale::English, QLocale::UnitedStates));
    const QString name = japanese ? QStringLiteral("ja") : QStringLiteral("en");
    const auto install = [&](const QString& file, const QString& folder) {
        auto* translator = new QTranslator(&application);
        if (translator->load(file, folder))
            QCoreApplication::installTranslator(translator);
        else
            delete translator;
    };
    // Menus of text fields; not on every system.
    install(QStringLiteral("qtbase_") + name, QLibraryInfo::path(QLibraryInfo::TranslationsPath));
    install(QStringLiteral("sudare_") + name, QStringLiteral(":/sudare"));
}

}  // namespace sudare::client
