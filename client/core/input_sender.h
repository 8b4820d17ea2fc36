// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QElapsedTimer>
#include <QObject>
#include <QString>
#include <QTimer>
#include <bitset>
#include <functional>
#include <optional>

#include "protocol/core/limits.h"
#include "protocol/wire/key_codes.h"
#include "protocol/wire/messages.h"

namespace sudare::client {

// Turns what the user does into messages within the wire's rates, so that nothing of an honest
// user is ever dropped on the other side:
//  - moves, and wheel steps, closer together than their interval are merged (the first goes at once);
//  - a press, release or text first sends the move that is still waiting: order is kept;
//  - a release is sent only for what was pressed here (an input method eats presses, not
//    releases: reference/trials.md section 1), and key repeats are not sent: the session repeats.
class InputSender : public QObject {
    Q_OBJECT
   public:
    using Sink = std::function<bool(const wire::UpMessage&)>;
    explicit InputSender(Sink sink, QObject* parent = nullptr);

    void key(std::uint16_t code, bool down);
    void move(wire::PointerMove position);
    void button(wire::Button button, bool down);
    void wheel(wire::Wheel step);
    // Committed text: split at 32 code points, filtered by the wire's text rules. Returns how
    // many code points were left out because they may not cross (control, bidi, private use).
    int text(const QString& committed);
    void resize(const Display& display);
    // Everything up, there and here: on focus loss, and before the connection is reused.
    // Down and up, with this key held if there is one.
    void stroke(std::uint16_t code, std::optional<std::uint16_t> held);
    void release_all();
    // Forgets what is held and waiting, sends nothing: a new session starts.
    void reset();
    // Profile strict of the policy (server/session/input/profile.h): less often, and coarser.
    void set_strict(bool strict);

    [[nodiscard]] bool is_down(std::uint16_t code) const { return keys_.test(code); }

    struct Pace {
        std::chrono::milliseconds moves, wheel, resizes;
        std::uint16_t position_step;  // positions are multiples of it
        bool notches;                 // the wheel goes by single notches along one axis
    };
    static constexpr Pace kNormal{std::chrono::milliseconds(8), std::chrono::milliseconds(9),
                                  std::chrono::milliseconds(50), 1, false};
    static constexpr Pace kStrict{std::chrono::milliseconds(40), std::chrono::milliseconds(50),
                                  limits::kStrictResizeInterval, limits::kStrictPositionStep, true};

   private:
    void flush();
    void flush_move();
    void flush_wheel();
    [[nodiscard]] bool wheel_waits() const;
    [[nodiscard]] wire::Wheel next_step();
    [[nodiscard]] const Pace& pace() const { return strict_ ? kStrict : kNormal; }
    // While something is held the session is told so again and again.
    void watch_held();

    Sink sink_;
    std::bitset<wire::kHighestKey + 1> keys_;
    std::bitset<8> buttons_;
    std::optional<wire::PointerMove> waiting_move_;
    int waiting_dx_ = 0;
    int waiting_dy_ = 0;
    bool strict_ = false;
    QTimer move_timer_;
    QTimer wheel_timer_;
    QTimer held_timer_;
    std::optional<Display> waiting_display_;
    std::optional<Display> sent_display_;
    QTimer resize_timer_;
};

}  // namespace sudare::client
