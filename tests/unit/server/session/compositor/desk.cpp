// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/server/session/compositor/desk.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <functional>

#include "server/base/unix_socket.h"

namespace sudare::compositor::test {
namespace {

using namespace std::chrono_literals;
constexpr int kTurnsMax = 20'000;

}  // namespace

Desk::Desk(Size size, std::uint16_t scale_120) {
    char name[] = "/tmp/sudare-desk-XXXXXX";
    directory_ = ::mkdtemp(name);
    path_ = directory_ + "/wayland";
    auto loop = EventLoop::create();
    auto socket = unix_listen(path_, 0600);
    auto input_method = unix_listen(path_ + "-input-method", 0600);
    loop_ = std::make_unique<EventLoop>(std::move(*loop));
    auto made = Compositor::create(*loop_, {size, scale_120, KeyboardLayout::kUs,
                                            std::move(*socket), std::move(*input_method)}, told_);
    compositor_ = std::make_unique<Compositor>(std::move(*made));
}

Desk::~Desk() {
    compositor_.reset();
    std::filesystem::remove_all(directory_);
}

int Desk::connect(Socket socket) const {
    auto fd = unix_connect(socket == Socket::kBrowser ? path_ : path_ + "-input-method");
    return fd ? fd->release() : -1;
}

void Desk::turn() {
    loop_->turn(0ms);
}

bool Desk::turn_until(const std::function<bool()>& done) {
    for (int i = 0; i < kTurnsMax; ++i) {
        if (done())
            return true;
        loop_->turn(1ms);
    }
    return false;
}

void Client::on_global(void* data, wl_registry* own, std::uint32_t name,
                       const char* interface, std::uint32_t version) {
    auto* self = static_cast<Client*>(data);
    self->globals.emplace_back(interface);
    self->names.push_back(name);
    const auto bind = [&](const wl_interface& wanted, auto*& place) {
        if (std::strcmp(interface, wanted.name) == 0)
            place = static_cast<std::remove_reference_t<decltype(place)>>(wl_registry_bind(
                own, name, &wanted,
                std::min(version, static_cast<std::uint32_t>(wanted.version))));
    };
    bind(wl_compositor_interface, self->compositor);
    bind(wl_subcompositor_interface, self->subcompositor);
    bind(wl_shm_interface, self->shm);
    bind(wl_seat_interface, self->seat);
    bind(xdg_wm_base_interface, self->wm_base);
    bind(wp_viewporter_interface, self->viewporter);
    bind(wl_data_device_manager_interface, self->data_devices);
    bind(zwp_text_input_manager_v3_interface, self->text_inputs);
    bind(zxdg_decoration_manager_v1_interface, self->decorations);
}

Client::Client(Desk& owner, Desk::Socket socket)
    : desk(owner), display(wl_display_connect_to_fd(owner.connect(socket))) {
    static const wl_registry_listener kListener = {
        .global = on_global, .global_remove = [](void*, wl_registry*, std::uint32_t) {}};
    registry = wl_display_get_registry(display);
    wl_registry_add_listener(registry, &kListener, this);
    roundtrip();
}

Client::~Client() {
    wl_display_disconnect(display);  // the proxies' memory goes with the test process
    desk.turn();
}

void Client::dispatch() {
    wl_display_flush(display);
    desk.turn();
    while (wl_display_prepare_read(display) != 0)
        if (wl_display_dispatch_pending(display) < 0)
            return;  // dead; what is still queued stays so
    pollfd asked{wl_display_get_fd(display), POLLIN, 0};
    if (::poll(&asked, 1, 0) > 0)
        wl_display_read_events(display);
    else
        wl_display_cancel_read(display);
    wl_display_dispatch_pending(display);
}

void Client::roundtrip() {
    static const wl_callback_listener kListener = {
        .done = [](void* data, wl_callback*, std::uint32_t) { *static_cast<bool*>(data) = true; }};
    bool done = false;
    wl_callback* callback = wl_display_sync(display);
    wl_callback_add_listener(callback, &kListener, &done);
    for (int i = 0; i < kTurnsMax && !done && alive(); ++i)
        dispatch();
    wl_callback_destroy(callback);
    dispatch();  // what idle tasks have sent since
}

wl_buffer* Client::make_buffer(int width, int height, std::uint32_t colour, std::uint32_t format,
                               int* fd) {
    const auto bytes = static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 4;
    const int memory = ::memfd_create("test-pool", MFD_CLOEXEC);
    if (::ftruncate(memory, static_cast<off_t>(bytes)) != 0)
        return nullptr;
    auto* pixels = static_cast<std::uint32_t*>(
        ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, memory, 0));
    std::fill_n(pixels, bytes / 4, colour);
    ::munmap(pixels, bytes);
    wl_shm_pool* pool = wl_shm_create_pool(shm, memory, static_cast<int>(bytes));
    wl_buffer* buffer = wl_shm_pool_create_buffer(pool, 0, width, height, width * 4, format);
    wl_shm_pool_destroy(pool);
    if (fd)
        *fd = memory;
    else
        ::close(memory);
    return buffer;
}

Window::Window(Client& owner, std::uint32_t colour)
    : client(owner),
      surface(wl_compositor_create_surface(owner.compositor)),
      shell(xdg_wm_base_get_xdg_surface(owner.wm_base, surface)),
      toplevel(xdg_surface_get_toplevel(shell)) {
    static const xdg_toplevel_listener kToplevel = {
        .configure =
            [](void* data, xdg_toplevel*, std::int32_t w, std::int32_t h, wl_array* states) {
                auto* self = static_cast<Window*>(data);
                self->width = w;
                self->height = h;
                const auto* state = static_cast<const std::uint32_t*>(states->data);
                self->activated = std::count(state, state + states->size / 4,
                                             XDG_TOPLEVEL_STATE_ACTIVATED) != 0;
            },
        .close = [](void*, xdg_toplevel*) {},
        .configure_bounds = nullptr,
        .wm_capabilities = nullptr};
    static const xdg_surface_listener kShell = {
        .configure = [](void* data, xdg_surface* own, std::uint32_t number) {
            ++static_cast<Window*>(data)->configures;
            xdg_surface_ack_configure(own, number);
        }};
    xdg_toplevel_add_listener(toplevel, &kToplevel, this);
    xdg_surface_add_listener(shell, &kShell, this);
    wl_surface_commit(surface);
    client.roundtrip();
    paint(colour);
}

void Window::paint(std::uint32_t colour) {
    wl_surface_attach(surface, client.make_buffer(width, height, colour), 0, 0);
    wl_surface_damage(surface, 0, 0, width, height);
    wl_surface_commit(surface);
    client.roundtrip();
}

void Window::destroy() {
    xdg_toplevel_destroy(toplevel);
    xdg_surface_destroy(shell);
    wl_surface_destroy(surface);
    client.roundtrip();
}

}  // namespace sudare::compositor::test

// The proxies of a client that is disconnected on purpose are never destroyed one by one.
extern "C" const char* __lsan_default_suppressions() {
    return "leak:libwayland-client\n";
}
