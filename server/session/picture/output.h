// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

namespace sudare::picture {

// What the pipeline needs from the session. Called from inside Pipeline's own functions; an
// implementation must not call back into the pipeline from here.
class Output {
public:
    virtual ~Output() = default;
    // One Update payload (protocol/wire/update.h), to be written at once.
    virtual void send(std::span<const std::uint8_t> update_payload) = 0;
    // Shut: the compositor withholds frame callbacks, so that the browser stops drawing.
    virtual void set_frame_gate(bool open) = 0;
    // Nothing that was sent waits in our memory or, beyond TCP_NOTSENT_LOWAT, in the kernel's.
    [[nodiscard]] virtual bool socket_drained() = 0;
};

}  // namespace sudare::picture
