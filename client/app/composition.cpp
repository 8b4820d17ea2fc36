// SPDX-License-Identifier: Apache-2.0
#include "client/app/composition.h"

#include <QFontMetricsF>
#include <QPainter>
#include <algorithm>
#include <cmath>

#include "client/app/theme.h"

namespace sudare::client {
namespace {

constexpr int kMargin = 2;  // logical pixels around the text

// A caret is as high as its line. 0.65 makes it the size of the page's letters with Noto Sans CJK, which
// Japanese pages get in the session: a line of 16 pixels' letters has a caret of 25.
QFont font_for(QFont font, qreal caret_height) {
    if (caret_height >= 8)
        font.setPixelSize(std::clamp(static_cast<int>(std::lround(caret_height * 0.65)), 11, 64));
    return font;
}

}  // namespace

void Composition::set(const QInputMethodEvent& event) {
    text_ = event.preeditString();
    clauses_.clear();
    cursor_ = static_cast<int>(text_.size());
    for (const QInputMethodEvent::Attribute& attribute : event.attributes()) {
        if (attribute.type == QInputMethodEvent::Cursor)
            cursor_ = std::clamp(attribute.start, 0, static_cast<int>(text_.size()));
        if (attribute.type != QInputMethodEvent::TextFormat)
            continue;
        const QTextCharFormat format = attribute.value.value<QTextFormat>().toCharFormat();
        if (format.isValid())
            clauses_.append({attribute.start, attribute.length, format});
    }
}

void Composition::place(const QRectF& caret, const QSize& view, const QFont& font) {
    caret_ = caret;
    if (!active())
        return;
    layout_.clearLayout();
    layout_.setText(text_);
    layout_.setFont(font_for(font, caret.height()));
    QList<QTextLayout::FormatRange> formats = clauses_;
    if (formats.isEmpty()) {
        QTextCharFormat underlined;
        underlined.setFontUnderline(true);
        formats.append({0, static_cast<int>(text_.size()), underlined});
    }
    layout_.setFormats(formats);
    const qreal most = std::max<qreal>(40, view.width() - 2 * kMargin);
    qreal height = 0;
    width_ = 0;
    layout_.beginLayout();
    for (QTextLine line = layout_.createLine(); line.isValid(); line = layout_.createLine()) {
        line.setLineWidth(most);
        line.setPosition({0, height});
        height += line.height();
        width_ = std::max(width_, line.naturalTextWidth());
    }
    layout_.endLayout();
    const qreal first = layout_.lineAt(0).height();
    const qreal x = std::clamp<qreal>(caret.left(), kMargin,
                                      std::max<qreal>(kMargin, view.width() - width_ - kMargin));
    const qreal y = caret.center().y() - first / 2;
    origin_ = {x, std::clamp<qreal>(y, 0, std::max<qreal>(0, view.height() - height))};
}

QRect Composition::area() const {
    if (!active())
        return {};
    return QRectF(origin_, QSizeF(width_, layout_.boundingRect().height()))
        .adjusted(0, -kMargin, kMargin + 1, kMargin)  // the page's own text ends at the left
        .toAlignedRect();
}

QRectF Composition::cursor() const {
    if (!active() || layout_.lineCount() == 0)
        return caret_;
    const QTextLine line = layout_.lineForTextPosition(cursor_);
    if (!line.isValid())
        return caret_;
    return {origin_ + QPointF(line.cursorToX(cursor_), line.y()), QSizeF(1, line.height())};
}

void Composition::paint(QPainter& painter) const {
    if (!active())
        return;
    painter.fillRect(area(), theme().card);
    painter.setPen(theme().text);
    layout_.draw(&painter, origin_);
    layout_.drawCursor(&painter, origin_, cursor_, 1);
}

}  // namespace sudare::client
