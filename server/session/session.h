// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "protocol/ipc/host_session.h"
#include "protocol/wire/messages.h"
#include "server/base/unique_fd.h"
#include "server/session/compositor/compositor.h"
#include "server/session/frame_stream.h"
#include "server/session/seek_points.h"
#include "server/session/input/input_filter.h"
#include "server/session/picture/pipeline.h"
#include "server/session/viewer_state.h"

namespace sudare::session {

// One person's session: browser in (Wayland), viewer out (wire frames over the attached stream),
// launcher above (protocol/ipc/host_session.h). Connects the parts and holds no logic of theirs.
//
// States: waiting for a viewer or attached to one, in any order and as often as the launcher
// attaches; ended once, for one reason. While nobody is attached the browser draws twice a second.
class Session final : private compositor::Delegate, private picture::Output {
   public:
    // As protocol/ipc/host_session.h describes them.
    struct Sockets {
        UniqueFd control, wayland, input_method;
    };
    static Result<std::unique_ptr<Session>> create(EventLoop& loop,
                                                   const ipc::SessionConfig& config,
                                                   Sockets sockets);
    ~Session() override;

    // Why it ended, once it has; the loop is stopped then.
    [[nodiscard]] std::optional<EndReason> ended() const { return ended_; }

   private:
    Session(EventLoop& loop, const ipc::SessionConfig& config);
    Result<void> make(const ipc::SessionConfig& config, Sockets sockets);

    // compositor::Delegate
    void on_damage(const compositor::Framebuffer& framebuffer, Rect bounding) override;
    void on_cursor(compositor::Cursor shape) override;
    void on_text_field(const compositor::TextField& field) override;
    void on_client_connected() override;
    void on_client_gone() override;
    void on_last_window_closed() override;

    // picture::Output
    void send(std::span<const std::uint8_t> update_payload) override;
    void set_frame_gate(bool open) override;
    bool socket_drained() override;

    // The launcher.
    void on_control(const Frame& frame);
    void attach(const Frame& order);
    void detach();
    void set_rules(const ipc::SessionRules& rules);
    void end(EndReason reason);

    // The viewer.
    void on_viewer(const Frame& frame);
    void take(const wire::UpMessage& message);
    void resize(const Display& asked);
    void flush_state();
    void arm_picture_timer();
    void send_whole();
    void watch_seek_points();
    // After each message that says that the viewer is there.
    void watch_held();
    void let_go();

    EventLoop& loop_;
    ipc::SessionRules rules_;
    Display asked_;  // by the viewer; the policy may make it smaller
    Size canvas_;
    input::InputFilter filter_;
    std::unique_ptr<picture::Pipeline> pipeline_;
    EventLoop::Timer picture_timer_;
    SeekPoints seek_points_;
    EventLoop::Timer seek_timer_;
    EventLoop::Timer held_timer_;  // armed while a key is held
    std::optional<compositor::Compositor> compositor_;
    std::unique_ptr<FrameStream> control_;
    std::unique_ptr<FrameStream> viewer_;
    ViewerState state_;
    bool gate_open_ = true;       // what the pipeline wants; shut anyway without a viewer
    bool browser_shown_ = false;  // kReady has been sent
    bool viewer_lost_ = false;    // detach() is due
    std::optional<EndReason> ended_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);  // for deferred tasks
};

}  // namespace sudare::session
