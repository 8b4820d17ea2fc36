// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "client/probe/command.h"
#include "client/probe/options.h"
#include "client/probe/waiting.h"

// The judges of everything that takes time. Each looks at what has happened so far, so that
// nothing is missed between two commands.
namespace sudare::probe {

// Sends what the way in needs when its turn comes, as far as `goal`: kLogin is connected,
// kReady is logged in, kRunning is the first whole picture. The options must outlive the judge.
Waiting::Judge enter(Watch& watch, const Options& options, QString password, Until goal);

Waiting::Judge still(Watch& watch, Waiting& waiting, std::chrono::milliseconds quiet);
// Differs from the mark within the area; then the mark is set anew.
Waiting::Judge change(Watch& watch, std::optional<QRect> area);
Waiting::Judge colour(Watch& watch, const WaitColour& wanted);
Waiting::Judge state(Watch& watch, Until until);
Waiting::Judge size(Watch& watch, QSize wanted);
Waiting::Judge cursor(Watch& watch, wire::Cursor wanted);
Waiting::Judge text_field(Watch& watch, const WaitTextField& wanted);
Waiting::Judge notice(Watch& watch, wire::NoticeCode code);
Waiting::Judge ended(Watch& watch);

// Whether the area, or all, of two pictures is the same. Different sizes are different.
bool same_pixels(const QImage& a, const QImage& b, const std::optional<QRect>& area);

// "#rrggbb" without the sign.
QString colour_text(QRgb pixel);

}  // namespace sudare::probe
