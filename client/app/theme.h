// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QColor>
#include <QIcon>

class QApplication;
class QPalette;

// The looks: few colours, one spacing unit, the system's own fonts.
namespace sudare::client {

struct Theme {
    QColor page;  // behind everything
    QColor card;  // what stands on it
    QColor line;  // thin borders
    QColor text;
    QColor faint;   // secondary text
    QColor accent;  // the main button, links, focus
    QColor on_accent;
    QColor calm, notice, trouble;  // marks of messages
    // The bar and border around the remote picture: the same in light and dark, because a person
    // learns them as the sign of this program.
    QColor bar, on_bar, faint_on_bar, zone, on_zone;
    bool dark = false;
};

// kContrast: black and white, for weak eyes; chosen by itself where the system's own colours are such.
enum class Look { kSystem, kLight, kDark, kContrast };

// The theme in force, for what is painted by hand.
const Theme& theme();

// Sets palette, style sheet and fonts of the whole application. Once, before the first window.
void apply_theme(QApplication& application, Look look, bool japanese);

// Four slats of a bamboo blind and their cords.
QIcon sudare_icon();

// Logical pixels; all distances are multiples of it.
inline constexpr int kUnit = 8;

}  // namespace sudare::client
