// SPDX-License-Identifier: Apache-2.0
#include "client/app/theme.h"

#include <QApplication>
#include <QFile>
#include <QFontDatabase>
#include <QPainter>
#include <QPalette>
#include <QStyleFactory>

// A static library's resources are not there by themselves. Must stand outside of a namespace.
static void init_resources() {
    Q_INIT_RESOURCE(sudare_app);
}

namespace sudare::client {
namespace {

Theme light_theme() {
    Theme t;
    t.page = QColor(0xF3F2EE);
    t.card = QColor(0xFFFFFF);
    t.line = QColor(0xD5D3CB);
    t.text = QColor(0x1F2A33);
    t.faint = QColor(0x5B666E);
    t.accent = QColor(0x1E5B6E);
    t.on_accent = QColor(0xFFFFFF);
    t.calm = QColor(0x3F7A4E);
    t.notice = QColor(0x9A6A12);
    t.trouble = QColor(0xB3392C);
    return t;
}

Theme dark_theme() {
    Theme t;
    t.page = QColor(0x171B1F);
    t.card = QColor(0x20262B);
    t.line = QColor(0x3A434A);
    t.text = QColor(0xE6E8E6);
    t.faint = QColor(0xA3ADB3);
    t.accent = QColor(0x7CC0D2);
    t.on_accent = QColor(0x10222A);
    t.calm = QColor(0x8CC79B);
    t.notice = QColor(0xE2B65C);
    t.trouble = QColor(0xF08A7C);
    t.dark = true;
    return t;
}

Theme contrast_theme() {
    Theme t;
    t.page = t.card = QColor(Qt::black);
    t.line = t.text = t.faint = QColor(0xFFFFFF);
    t.accent = QColor(0xFFFF00);
    t.on_accent = QColor(Qt::black);
    t.calm = QColor(0x00FF7F);
    t.notice = QColor(0xFFFF00);
    t.trouble = QColor(0xFF7A6E);
    t.dark = true;
    return t;
}

Theme& current() {
    static Theme theme = light_theme();
    return theme;
}

Theme make_theme(Look look) {
    if (look == Look::kContrast) {
        Theme t = contrast_theme();
        t.bar = QColor(Qt::black);
        t.on_bar = t.faint_on_bar = QColor(0xFFFFFF);
        t.zone = QColor(0xFFA500);
        t.on_zone = QColor(Qt::black);
        return t;
    }
    Theme t = look == Look::kDark ? dark_theme() : light_theme();
    t.bar = QColor(0x1D2B34);
    t.on_bar = QColor(0xF4F4F0);
    t.faint_on_bar = QColor(0xB4C0C7);
    t.zone = QColor(0xE08E2E);
    t.on_zone = QColor(0x2A1A04);
    return t;
}

QPalette palette_of(const Theme& t) {
    QPalette p;
    p.setColor(QPalette::Window, t.page);
    p.setColor(QPalette::WindowText, t.text);
    p.setColor(QPalette::Base, t.card);
    p.setColor(QPalette::AlternateBase, t.page);
    p.setColor(QPalette::Text, t.text);
    p.setColor(QPalette::PlaceholderText, t.faint);
    p.setColor(QPalette::Button, t.card);
    p.setColor(QPalette::ButtonText, t.text);
    p.setColor(QPalette::ToolTipBase, t.card);
    p.setColor(QPalette::ToolTipText, t.text);
    p.setColor(QPalette::Highlight, t.accent);
    p.setColor(QPalette::HighlightedText, t.on_accent);
    p.setColor(QPalette::Link, t.accent);
    return p;
}

// style.qss with @names for the colours.
QString style_sheet_of(const Theme& t) {
    init_resources();
    QFile file(QStringLiteral(":/sudare/style.qss"));
    if (!file.open(QIODevice::ReadOnly))
        return {};
    QString sheet = QString::fromUtf8(file.readAll());
    const std::pair<const char*, QColor> names[] = {
        {"@faint_on_bar", t.faint_on_bar},
        {"@on_accent", t.on_accent},
        {"@on_bar", t.on_bar},
        {"@on_zone", t.on_zone},
        {"@accent", t.accent},
        {"@bar", t.bar},
        {"@card", t.card},
        {"@calm", t.calm},
        {"@faint", t.faint},
        {"@line", t.line},
        {"@notice", t.notice},
        {"@page", t.page},
        {"@text", t.text},
        {"@trouble", t.trouble},
        {"@zone", t.zone},
    };
    for (const auto& [name, colour] : names)
        sheet.replace(QLatin1String(name), colour.name());
    return sheet;
}

// Pure black and white are nobody's taste but the high-contrast theme's.
Look look_of(const QPalette& system) {
    const QColor window = system.color(QPalette::Window);
    const QColor text = system.color(QPalette::WindowText);
    const QColor black(Qt::black), white(Qt::white);
    if ((window == black && text == white) || (window == black && text == QColor(Qt::yellow)))
        return Look::kContrast;
    return window.lightness() < 128 ? Look::kDark : Look::kLight;
}

// The system's font, unless it has no Japanese: then glyphs of two unrelated fonts would stand in
// one line, so one that has both goes first.
QFont interface_font(bool japanese) {
    QFont font = QFontDatabase::systemFont(QFontDatabase::GeneralFont);
    const QString family = QFontInfo(font).family();
    if (japanese && !QFontDatabase::writingSystems(family).contains(QFontDatabase::Japanese)) {
        const QStringList installed = QFontDatabase::families();
        for (const char* name : {"Yu Gothic UI", "Meiryo UI", "Hiragino Sans", "Noto Sans JP",
                                 "Noto Sans CJK JP", "BIZ UDPGothic", "IPAexGothic"})
            if (const auto candidate = QLatin1String(name); installed.contains(candidate)) {
                font.setFamilies({candidate, family});
                break;
            }
    }
    // X11 without a desktop says 9 points, which is too small for a day's work.
    if (font.pointSizeF() > 0 && font.pointSizeF() < 10.5)
        font.setPointSizeF(10.5);
    return font;
}

}  // namespace

const Theme& theme() {
    return current();
}

void apply_theme(QApplication& application, Look look, bool japanese) {
    current() = make_theme(look == Look::kSystem ? look_of(application.palette()) : look);
    application.setStyle(QStyleFactory::create(QStringLiteral("Fusion")));
    application.setPalette(palette_of(current()));
    application.setFont(interface_font(japanese));
    application.setStyleSheet(style_sheet_of(current()));
}

QIcon sudare_icon() {
    QIcon icon;
    for (const int size : {16, 24, 32, 48, 64, 128}) {
        QPixmap pixmap(size, size);
        pixmap.fill(Qt::transparent);
        QPainter painter(&pixmap);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.scale(size / 32.0, size / 32.0);
        painter.setPen(Qt::NoPen);
        painter.setBrush(QColor(0x1D2B34));
        painter.drawRoundedRect(QRectF(0, 0, 32, 32), 6, 6);
        painter.setBrush(QColor(0xD9C48A));
        for (int slat = 0; slat < 4; ++slat)
            painter.drawRoundedRect(QRectF(5, 6 + slat * 5.4, 22, 3.4), 1.7, 1.7);
        painter.setBrush(QColor(0xE08E2E));
        for (const double x : {9.6, 20.8})
            painter.drawRect(QRectF(x, 4.5, 1.6, 22.5));
        icon.addPixmap(pixmap);
    }
    return icon;
}

}  // namespace sudare::client
