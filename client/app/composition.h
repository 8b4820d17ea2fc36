// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QFont>
#include <QInputMethodEvent>
#include <QRect>
#include <QString>
#include <QTextLayout>

class QPainter;

namespace sudare::client {

// The text that an input method is composing, drawn at the remote caret by this side: it has not
// been committed, so the session does not know it.
class Composition {
public:
    // Takes text, clauses and cursor of the event. An empty text ends the composition.
    void set(const QInputMethodEvent& event);
    void clear() { text_.clear(); }
    [[nodiscard]] bool active() const { return !text_.isEmpty(); }
    [[nodiscard]] const QString& text() const { return text_; }

    // Places it: at the caret, moved left where it would leave the view, in more lines where it
    // is wider than the view. All in logical pixels of the view.
    void place(const QRectF& caret, const QSize& view, const QFont& font);
    // What place() covered, border included; empty when not active.
    [[nodiscard]] QRect area() const;
    // Where the candidate window belongs: the composition's own cursor, else the caret.
    [[nodiscard]] QRectF cursor() const;

    void paint(QPainter& painter) const;

private:
    QString text_;
    QList<QTextLayout::FormatRange> clauses_;
    int cursor_ = 0;
    QTextLayout layout_;
    qreal width_ = 0;  // of the widest line
    QPointF origin_;
    QRectF caret_;
};

}  // namespace sudare::client
