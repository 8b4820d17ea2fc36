// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "protocol/wire/messages.h"
#include "server/session/frame_stream.h"

namespace sudare::session {

// What the viewer is told besides the picture: the pointer's shape and the text field. The browser
// may change both as often as it likes, so nothing of it is queued: what goes out is the newest,
// and only when the stream has passed on all before it.
class ViewerState {
   public:
    void set(const wire::CursorShape& cursor);
    void set(const wire::TextField& field);
    // A new viewer knows nothing yet.
    void forget_sent() { cursor_due_ = field_due_ = true; }
    // Sends what is due, if the stream is drained; else call again when it is.
    void flush(FrameStream& stream);

   private:
    wire::CursorShape cursor_;
    wire::TextField field_;
    bool cursor_due_ = false;
    bool field_due_ = false;
};

}  // namespace sudare::session
