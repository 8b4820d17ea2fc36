// SPDX-License-Identifier: Apache-2.0
#include "server/session/viewer_state.h"

#include <cstdint>
#include <span>
#include <vector>

#include "protocol/core/limits.h"

namespace sudare::session {
namespace {

// False: the stream is useless, which whoever owns it hears from the stream itself.
bool send(FrameStream& stream, const wire::DownMessage& message) {
    std::vector<std::uint8_t> frame;
    return wire::encode(frame, message) &&
           stream.send(static_cast<std::uint8_t>(wire::type_of(message)),
                       std::span(frame).subspan(limits::kFrameHeaderBytes));
}

}  // namespace

void ViewerState::set(const wire::CursorShape& cursor) {
    cursor_ = cursor;
    cursor_due_ = true;
}

void ViewerState::set(const wire::TextField& field) {
    field_ = field;
    field_due_ = true;
}

void ViewerState::flush(FrameStream& stream) {
    if ((!cursor_due_ && !field_due_) || !stream.drained())
        return;
    if (cursor_due_)
        cursor_due_ = !send(stream, cursor_);
    if (field_due_)
        field_due_ = !send(stream, field_);
}

}  // namespace sudare::session
