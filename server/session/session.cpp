// SPDX-License-Identifier: Apache-2.0
#include "server/session/session.h"

#include <algorithm>
#include <utility>
#include <variant>
#include <vector>

#include "protocol/core/limits.h"
#include "protocol/ipc/link_host.h"
#include "protocol/ipc/rules.h"
#include "server/base/log.h"
#include "server/session/button_codes.h"

namespace sudare::session {
namespace {

using ipc::HostSessionFrame;

const ipc::TableRules kFromHost{ipc::kSessionDownRows};
const wire::SessionRules kFromViewer{wire::Direction::kUp};

template <typename Enum>
constexpr std::uint8_t number(Enum value) {
    return static_cast<std::uint8_t>(value);
}

picture::Settings picture_settings(const ipc::DisplayPolicy& policy) {
    return {.bits_per_second = std::uint64_t{policy.kilobits_per_second} * 1000,
            .fps = policy.frames_per_second};
}

// As large as the policy permits; nothing if that is no size at all.
std::optional<Size> permitted(Size asked, const ipc::DisplayPolicy& policy) {
    return Size::make(std::min(asked.width(), policy.width_max),
                      std::min(asked.height(), policy.height_max));
}

}  // namespace

Result<std::unique_ptr<Session>> Session::create(EventLoop& loop, const ipc::SessionConfig& config,
                                                 Sockets sockets) {
    std::unique_ptr<Session> session(new Session(loop, config));
    SUDARE_CHECK(session->make(config, std::move(sockets)));
    return session;
}

Session::Session(EventLoop& loop, const ipc::SessionConfig& config)
    : loop_(loop),
      rules_(config.rules),
      asked_(config.display),
      canvas_(permitted(config.display.size, config.rules.display).value_or(config.display.size)),
      filter_(config.rules.input, canvas_, std::chrono::steady_clock::now) {}

Session::~Session() {
    *alive_ = false;
    compositor_.reset();  // first: it still tells its delegate that windows and fields go
}

Result<void> Session::make(const ipc::SessionConfig& config, Sockets sockets) {
    SUDARE_TRY(pipeline_,
               picture::Pipeline::create(canvas_, picture_settings(rules_.display), *this));
    SUDARE_TRY(held_timer_, loop_.timer([this] { let_go(); }));
    SUDARE_TRY(picture_timer_, loop_.timer([this] {
        pipeline_->tick();
        arm_picture_timer();
    }));
    SUDARE_TRY(seek_timer_, loop_.timer([this] { watch_seek_points(); }));
    seek_points_.follow(rules_.recorded, std::chrono::steady_clock::now());
    SUDARE_TRY(compositor_, compositor::Compositor::create(loop_,
                                                           {.size = canvas_,
                                                            .scale_120 = config.display.scale_120,
                                                            .layout = config.keyboard,
                                                            .listen_socket = std::move(sockets.wayland),
                                                            .input_method_socket = std::move(sockets.input_method)},
                                                           *this));
    SUDARE_TRY(control_,
               FrameStream::create(loop_, std::move(sockets.control), kFromHost,
                                   {.frame = [this](const Frame& frame) { on_control(frame); },
                                    .end = [this](EndReason) { end(EndReason::kHostLost); },
                                    .drained = {}}));
    return {};
}

// --- launcher ------------------------------------------------------------------------------------

void Session::on_control(const Frame& frame) {
    switch (static_cast<HostSessionFrame>(frame.type)) {
        case HostSessionFrame::kAttach:
            return attach(frame);
        case HostSessionFrame::kPolicy: {
            const auto rules = ipc::read_session_rules(frame.payload);
            return rules ? set_rules(*rules) : end(EndReason::kMalformed);
        }
        case HostSessionFrame::kStop: {
            const auto reason = ipc::read_reason(frame.payload);
            return end(reason.value_or(EndReason::kInternal));
        }
        default:  // kConfig comes once, before this loop
            return end(EndReason::kIllegalState);
    }
}

void Session::attach(const Frame& order) {
    const auto terminal = ipc::read_session_attach(order.payload);
    auto fd = control_->take_fd();
    if (!terminal || !fd)
        return end(EndReason::kMalformed);
    detach();
    if (!(terminal->display == asked_))
        resize(terminal->display);
    compositor_->set_layout(terminal->keyboard);
    auto stream = FrameStream::create(loop_, std::move(*fd), kFromViewer,
                                      {.frame = [this](const Frame& frame) { on_viewer(frame); },
                                       .end = [this](EndReason) { detach(); },
                                       .drained = [this] {
                                           flush_state();
                                           pipeline_->on_socket_drained();
                                           arm_picture_timer();
                                       }});
    if (!stream)
        return log_error("attach: {}", stream.error().message);
    viewer_ = std::move(*stream);
    set_frame_gate(gate_open_);
    state_.forget_sent();
    flush_state();
    send_whole();
}

void Session::send_whole() {
    seek_points_.whole(std::chrono::steady_clock::now());
    pipeline_->force_snapshot();
    pipeline_->on_socket_drained();
    arm_picture_timer();
}

// For replays; a viewer sees nothing of it. Without one there is nothing to record.
void Session::watch_seek_points() {
    const auto now = std::chrono::steady_clock::now();
    if (viewer_ && seek_points_.due(now))
        send_whole();
    const auto next = viewer_ ? seek_points_.next() : std::nullopt;
    if (!next)
        return seek_timer_.disarm();
    using std::chrono::milliseconds;
    seek_timer_.arm(std::chrono::ceil<milliseconds>(std::max(*next - now, SeekPoints::Clock::duration::zero())));
}

// Nothing stays pressed that nobody can release any more.
void Session::detach() {
    viewer_lost_ = false;
    viewer_.reset();
    (void)filter_.admit(wire::ReleaseAll{});
    compositor_->release_all();
    held_timer_.disarm();
    set_frame_gate(gate_open_);
}

void Session::set_rules(const ipc::SessionRules& rules) {
    const bool other_size = rules.display.width_max != rules_.display.width_max ||
                            rules.display.height_max != rules_.display.height_max;
    if (rules.recorded != rules_.recorded)
        seek_points_.follow(rules.recorded, std::chrono::steady_clock::now());
    rules_ = rules;
    if (other_size)
        resize(asked_);
    filter_.set_policy(rules.input);
    const picture::Settings settings = picture_settings(rules.display);
    pipeline_->set_limits(settings.bits_per_second, settings.fps);
    // A recording may begin with any change, also one that had failed before.
    if (rules.recorded && viewer_)
        send_whole();
    arm_picture_timer();
}

void Session::end(EndReason reason) {
    if (ended_)
        return;
    ended_ = reason;
    log_info("session ends: {}", name_of(reason));
    if (control_)
        control_->send(number(HostSessionFrame::kEnded), ipc::write_reason(reason));
    loop_.stop();
}

// --- viewer: up ----------------------------------------------------------------------------------

void Session::on_viewer(const Frame& frame) {
    auto message = wire::parse_up(frame);
    if (!message) {
        log_warn("viewer: {}", name_of(message.error()));
        return detach();
    }
    take(*message);
    if (!std::holds_alternative<wire::Ack>(*message))
        watch_held();
}

void Session::watch_held() {
    if (filter_.repeats())
        held_timer_.arm(limits::kHeldDeadline);
    else
        held_timer_.disarm();
}

// The viewer is frozen, or the way to it: a key that nobody can release must not go on writing.
// Modifiers and buttons do nothing by themselves, and after a short halt of the line the letters behind
// a held Shift are still capitals.
void Session::let_go() {
    log_info("held keys are released: nothing came from the viewer");
    for (const std::uint16_t code : filter_.let_go())
        compositor_->key(code, false);
}

void Session::take(const wire::UpMessage& message) {
    if (const auto* key = std::get_if<wire::Key>(&message)) {
        if (filter_.admit(*key))
            compositor_->key(key->code, key->down);
    } else if (const auto* move = std::get_if<wire::PointerMove>(&message)) {
        if (filter_.admit(*move)) {
            compositor_->pointer_move(move->x, move->y);
            pipeline_->on_pointer(move->x, move->y);
        }
    } else if (const auto* button = std::get_if<wire::PointerButton>(&message)) {
        if (filter_.admit(*button))
            compositor_->button(button_code(button->button), button->down);
    } else if (const auto* wheel = std::get_if<wire::Wheel>(&message)) {
        if (filter_.admit(*wheel))
            compositor_->wheel(wheel->dx_120, wheel->dy_120);
    } else if (const auto* text = std::get_if<wire::Text>(&message)) {
        if (filter_.admit(*text))
            compositor_->commit_text(text->utf8);
    } else if (const auto* release = std::get_if<wire::ReleaseAll>(&message)) {
        if (filter_.admit(*release))
            compositor_->release_all();
    } else if (const auto* size = std::get_if<wire::Resize>(&message)) {
        if (filter_.admit(*size))
            resize(size->display);
    } else if (const auto* held = std::get_if<wire::Held>(&message)) {
        (void)filter_.admit(*held);
    } else if (const auto* ack = std::get_if<wire::Ack>(&message)) {
        pipeline_->on_ack(ack->sequence, ack->decode_us, ack->queue);
        arm_picture_timer();
    }
}

void Session::resize(const Display& asked) {
    asked_ = asked;
    const auto size = permitted(asked.size, rules_.display);
    if (!size)
        return;
    filter_.set_canvas(*size);
    if (auto done = compositor_->resize(*size, asked.scale_120); !done) {
        log_error("resize: {}", done.error().message);
        end(EndReason::kNoResources);
    }
}

// --- browser and picture: down -------------------------------------------------------------------

void Session::on_damage(const compositor::Framebuffer& framebuffer, Rect bounding) {
    if (framebuffer.size != canvas_) {
        canvas_ = framebuffer.size;
        pipeline_->resize(canvas_);
    }
    if (!std::exchange(browser_shown_, true))
        control_->send(number(HostSessionFrame::kReady), {});
    pipeline_->on_damage({framebuffer.pixels, framebuffer.stride, framebuffer.size}, bounding);
    arm_picture_timer();
    if (rules_.recorded) {
        const bool waited = seek_points_.next().has_value();
        seek_points_.changed(std::chrono::steady_clock::now());
        if (!waited)
            watch_seek_points();
    }
}

void Session::send(std::span<const std::uint8_t> update_payload) {
    if (viewer_ && !viewer_->send(number(wire::MessageType::kUpdate), update_payload) &&
        !std::exchange(viewer_lost_, true)) {
        // Not here: the pipeline is in the middle of something.
        loop_.defer([this, alive = alive_] {
            if (*alive && viewer_lost_)
                detach();
        });
    }
}

void Session::set_frame_gate(bool open) {
    gate_open_ = open;
    if (compositor_)
        compositor_->set_frame_gate(gate_open_ && viewer_);
}

bool Session::socket_drained() {
    return viewer_ && !viewer_lost_ && viewer_->drained();
}

void Session::flush_state() {
    if (viewer_)
        state_.flush(*viewer_);
}

void Session::on_cursor(compositor::Cursor shape) {
    state_.set(wire::CursorShape{shape});
    flush_state();
}

void Session::on_text_field(const compositor::TextField& field) {
    state_.set(wire::TextField{.active = field.active,
                               .x = field.x,
                               .y = field.y,
                               .width = field.width,
                               .height = field.height,
                               .kind = field.kind,
                               .composed_there = field.composed_here});
    flush_state();
}

void Session::on_client_connected() {
    log_debug("the browser has connected");
}

void Session::on_client_gone() {
    end(EndReason::kBrowserCrashed);  // had it closed its windows, the session would have ended
}

void Session::on_last_window_closed() {
    end(EndReason::kBrowserClosed);
}

void Session::arm_picture_timer() {
    const auto deadline = pipeline_->next_deadline();
    if (!deadline)
        return picture_timer_.disarm();
    using std::chrono::milliseconds;
    const auto left = *deadline - std::chrono::steady_clock::now();
    picture_timer_.arm(std::chrono::ceil<milliseconds>(std::max(left, decltype(left)::zero())));
}

}  // namespace sudare::session
