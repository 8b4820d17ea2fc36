// SPDX-License-Identifier: Apache-2.0
#include "server/session/compositor/compositor.h"

#include <linux/input-event-codes.h>
#include <wayland-server-core.h>

#include <algorithm>
#include <array>
#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "server/session/compositor/client_gate.h"
#include "server/session/compositor/complaint.h"
#include "server/session/compositor/context.h"
#include "server/session/compositor/cursor_shape.h"
#include "server/session/compositor/data_device.h"
#include "server/session/compositor/fractional_scale.h"
#include "server/session/compositor/frame_pacer.h"
#include "server/session/compositor/input_method.h"
#include "server/session/compositor/input_method_protocol.h"
#include "server/session/compositor/native_loop.h"
#include "server/session/compositor/output.h"
#include "server/session/compositor/scene.h"
#include "server/session/compositor/seat.h"
#include "server/session/compositor/subcompositor.h"
#include "server/session/compositor/text_input.h"
#include "server/session/compositor/viewporter.h"
#include "server/session/compositor/window_stack.h"
#include "server/session/compositor/wl_compositor.h"
#include "server/session/compositor/xdg_decoration.h"
#include "server/session/compositor/xdg_wm_base.h"

namespace sudare::compositor {

// --- what the other files of this folder share ---------------------------------------------------

Object::Object(Context& owner) : context(owner) {
    ++context.objects;
}

Object::~Object() {
    --context.objects;
}

bool too_many_objects(Context& context) {
    return context.objects >= kObjectsMax;
}

wl_display* display_of(Context& context) {
    return context.display;
}

std::uint32_t event_time() {
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return static_cast<std::uint32_t>(now.tv_sec * 1000 + now.tv_nsec / 1'000'000);
}

namespace {

void log_from_libwayland(const char* format, va_list arguments) {
    char line[512];
    if (std::vsnprintf(line, sizeof line, format, arguments) > 0)
        complain("libwayland: {}", std::string_view(line).substr(0, std::strcspn(line, "\n")));
}

}  // namespace

// --- Compositor ----------------------------------------------------------------------------------

// Members are destroyed from last to first: the clients go first (in the destructor), then the
// globals, then what their objects refer to.
struct Compositor::Parts {
    Parts(EventLoop& loop, Delegate& delegate)
        : context(loop, loop.native().display.get(), delegate),
          windows(context) {
        context.windows = &windows;
    }
    ~Parts() {
        input_method_gate.reset();
        gate.reset();
        wl_display_destroy_clients(context.display);
    }
    Parts(const Parts&) = delete;
    Parts& operator=(const Parts&) = delete;

    Result<void> make(Config config);

    Context context;
    WindowStack windows;
    std::unique_ptr<Scene> scene;
    std::unique_ptr<FramePacer> pacer;
    std::optional<Output> output;
    std::optional<FractionalScale> fractional_scale;
    std::optional<TextInputs> text_inputs;
    std::optional<InputMethods> input_methods;
    std::optional<Seat> seat;
    std::vector<Global> globals;
    std::unique_ptr<ClientGate> gate;
    std::unique_ptr<ClientGate> input_method_gate;
};

namespace {

// The two clients have little in common. Neither learns of what is the other's.
bool may_see(const wl_client* client, const wl_global* global, void* data) {
    static constexpr std::array<std::string_view, 4> kShared{"wl_compositor", "wl_shm", "wl_seat",
                                                             "wl_output"};
    const auto& gate = *static_cast<const std::unique_ptr<ClientGate>*>(data);
    const wl_interface* interface = wl_global_get_interface(global);
    const bool composing = interface == &kInputMethodManagerInterface ||
                           interface == &kVirtualKeyboardManagerInterface;
    if (!gate || !gate->let_in(client))
        return !composing;
    return composing || std::ranges::find(kShared, interface->name) != kShared.end();
}

}  // namespace

Result<void> Compositor::Parts::make(Config config) {
    wl_log_set_handler_server(log_from_libwayland);
    SUDARE_TRY(Keymaps keymaps, Keymaps::create());
    SUDARE_TRY(scene, Scene::create(context, config.size));
    context.scene = scene.get();
    SUDARE_TRY(pacer, FramePacer::create(context));
    context.pacer = pacer.get();
    context.output = &output.emplace(context, config.size, Scale(config.scale_120));
    fractional_scale.emplace(context);
    context.text_inputs = &text_inputs.emplace(context);
    context.input_methods = &input_methods.emplace(context);
    context.seat = &seat.emplace(context, std::move(keymaps), config.layout);
    if (wl_display_init_shm(context.display) != 0)
        return fail(Errc::kSystem, "wl_display_init_shm");
    globals.push_back(create_wl_compositor(context));
    globals.push_back(create_wl_subcompositor(context));
    globals.push_back(create_wp_viewporter(context));
    globals.push_back(create_xdg_wm_base(context));
    globals.push_back(create_data_device_manager(context));
    globals.push_back(create_cursor_shape(context));
    globals.push_back(create_xdg_decoration(context));
    for (const Global& global : globals)
        if (!global)
            return fail(Errc::kSystem, "wl_global_create");
    wl_display_set_global_filter(context.display, may_see, &input_method_gate);
    SUDARE_TRY(gate, ClientGate::create(
                         context, std::move(config.listen_socket),
                         {.came = [this] { context.delegate.on_client_connected(); },
                          .gone = [this] { context.delegate.on_client_gone(); }}));
    if (config.input_method_socket) {
        SUDARE_TRY(input_method_gate,
                   ClientGate::create(context, std::move(config.input_method_socket),
                                      {.came = [] {}, .gone = [] {}}));
    }
    return {};
}

Result<Compositor> Compositor::create(EventLoop& loop, Config config, Delegate& delegate) {
    auto parts = std::make_unique<Parts>(loop, delegate);
    SUDARE_CHECK(parts->make(std::move(config)));
    return Compositor(std::move(parts));
}

Compositor::Compositor(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Compositor::Compositor(Compositor&&) noexcept = default;
Compositor& Compositor::operator=(Compositor&&) noexcept = default;
Compositor::~Compositor() = default;

// Alt+Tab is the desk's own, as everywhere: it shows the next window. No window ever sees that Tab.
void Compositor::key(std::uint16_t code, bool down) {
    Keyboard& keyboard = parts_->seat->keyboard();
    const bool alt = keyboard.holds(KEY_LEFTALT) || keyboard.holds(KEY_RIGHTALT);
    if (code == KEY_TAB && down && alt && !keyboard.holds(KEY_TAB))
        return parts_->windows.raise_next();
    keyboard.key(code, down);
}

void Compositor::pointer_move(std::int32_t x, std::int32_t y) {
    parts_->seat->pointer_move({x, y});
}

void Compositor::button(std::uint16_t code, bool down) {
    parts_->seat->button(code, down);
}

void Compositor::wheel(std::int32_t dx120, std::int32_t dy120) {
    parts_->seat->wheel(dx120, dy120);
}

bool Compositor::commit_text(std::string_view utf8) {
    return parts_->text_inputs->commit_text(utf8);
}

void Compositor::release_all() {
    parts_->seat->release_all();
}

void Compositor::set_layout(KeyboardLayout layout) {
    parts_->seat->keyboard().set_layout(layout);
}

Result<void> Compositor::resize(Size size, std::uint16_t scale_120) {
    const Scale scale(scale_120);
    Output& output = *parts_->output;
    if (size == output.size() && scale == output.scale())
        return {};
    const bool scale_changed = !(scale == output.scale());
    output.change(size, scale);
    if (scale_changed)
        parts_->fractional_scale->changed();
    parts_->windows.reconfigure(scale_changed);
    SUDARE_CHECK(parts_->scene->resize(size));
    parts_->text_inputs->report();
    return {};
}

void Compositor::set_frame_gate(bool open) {
    parts_->pacer->set_gate(open);
}

Framebuffer Compositor::framebuffer() const {
    return parts_->scene->framebuffer();
}

Cursor Compositor::cursor() const {
    return parts_->seat->pointer().cursor();
}

TextField Compositor::text_field() const {
    return parts_->text_inputs->field();
}

}  // namespace sudare::compositor
