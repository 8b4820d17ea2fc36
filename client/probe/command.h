// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QRect>
#include <QSize>
#include <QString>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "client/core/key_map.h"
#include "protocol/core/terminal.h"
#include "protocol/wire/messages.h"

// What one line of a script asks for, with checked values. Coordinates are device pixels of the
// canvas; whether a rectangle lies on it is known only when the command runs.
namespace sudare::probe {

using std::chrono::milliseconds;

enum class Edge { kDown, kUp, kPress };

// --- the way in and out ----------------------------------------------------------------------
struct Connect {};
struct Login {
    QString password;  // empty: the one that came through --password-fd
};
struct Open {};
struct Start {};       // Connect, Login, Open and the first picture
struct End {};
struct Abandon {};
struct Quit {};

// --- input -----------------------------------------------------------------------------------
struct KeyInput {
    std::uint16_t code = 0;
    Edge edge = Edge::kPress;
};
struct Combo {
    std::vector<std::uint16_t> codes;  // pressed in this order, released in the reverse
};
struct Type {
    std::vector<client::KeyStroke> strokes;
};
struct CommitText {
    QString text;
};
struct Move {
    wire::PointerMove to;
};
struct ButtonInput {
    wire::Button button = wire::Button::kLeft;
    Edge edge = Edge::kPress;
};
struct Click {
    wire::PointerMove at;
    wire::Button button = wire::Button::kLeft;
};
struct WheelInput {
    wire::Wheel step;
};
struct ReleaseAll {};
struct ResizeTo {
    Display display;
    bool scale_given = false;
};
struct AskException {
    std::uint32_t rule = 0;
};
struct Raw {
    QByteArray bytes;
};

// --- conditions ------------------------------------------------------------------------------
struct WaitStill {
    milliseconds quiet{}, timeout{};
};
struct WaitChange {
    std::optional<QRect> area;
    milliseconds timeout{};
};
struct WaitColour {
    QPoint at;
    std::uint32_t rgb = 0;
    milliseconds timeout{};
    int tolerance = 0;  // of each colour component
};
enum class Until { kLogin, kReady, kRunning, kClosed, kEnded, kReconnecting };
struct WaitState {
    Until until = Until::kRunning;
    milliseconds timeout{};
};
struct WaitSize {
    QSize size;
    milliseconds timeout{};
};
struct WaitCursor {
    wire::Cursor cursor = wire::Cursor::kDefault;
    milliseconds timeout{};
};
struct WaitTextField {
    bool active = true;
    std::optional<wire::FieldKind> kind;
    milliseconds timeout{};
};
struct WaitNotice {
    wire::NoticeCode code = wire::NoticeCode::kSiteRefused;
    milliseconds timeout{};
};

// --- answers ---------------------------------------------------------------------------------
struct SavePng {
    QString path;
    std::optional<QRect> area;
};
struct Hash {
    std::optional<QRect> area;
};
struct HashEvery {
    std::uint32_t updates = 0;  // 0: no longer
};
struct Pixel {
    QPoint at;
};
struct Mark {};
struct Stats {};
struct StatsReset {};
struct Measure {
    std::uint16_t code = 0;
    std::optional<QRect> area;
    int times = 0;
};

using Command =
    std::variant<Connect, Login, Open, Start, End, Abandon, Quit, KeyInput, Combo, Type, CommitText,
                 Move, ButtonInput, Click, WheelInput, ReleaseAll, ResizeTo, AskException, Raw,
                 WaitStill, WaitChange, WaitColour, WaitState, WaitSize, WaitCursor, WaitTextField,
                 WaitNotice, SavePng, Hash, HashEvery, Pixel, Mark, Stats, StatsReset, Measure>;

}  // namespace sudare::probe
