// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <wayland-client.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "fractional-scale-v1-client-protocol.h"
#include "server/session/compositor/compositor.h"
#include "text-input-unstable-v3-client-protocol.h"
#include "viewporter-client-protocol.h"
#include "xdg-decoration-unstable-v1-client-protocol.h"
#include "xdg-shell-client-protocol.h"

// A compositor and, in the same thread, libwayland clients that talk to it over its real socket.
namespace sudare::compositor::test {

// What the compositor said.
struct Told final : Delegate {
    void on_damage(const Framebuffer&, Rect bounding) override { damage.push_back(bounding); }
    void on_cursor(Cursor shape) override { cursors.push_back(shape); }
    void on_text_field(const TextField& field) override { fields.push_back(field); }
    void on_client_connected() override { ++connected; }
    void on_client_gone() override { ++gone; }
    void on_last_window_closed() override { ++closed; }

    std::vector<Rect> damage;
    std::vector<Cursor> cursors;
    std::vector<TextField> fields;
    int connected = 0, gone = 0, closed = 0;
};

class Desk {
   public:
    explicit Desk(Size size = *Size::make(400, 300), std::uint16_t scale_120 = 120);
    ~Desk();
    Desk(const Desk&) = delete;
    Desk& operator=(const Desk&) = delete;

    enum class Socket { kBrowser, kInputMethod };
    // A connection to a socket of the compositor.
    [[nodiscard]] int connect(Socket socket = Socket::kBrowser) const;
    [[nodiscard]] Compositor& compositor() { return *compositor_; }
    [[nodiscard]] Told& told() { return told_; }
    [[nodiscard]] std::uint32_t pixel(unsigned x, unsigned y) const {
        return compositor_->framebuffer().row(y)[x];
    }
    // Serves everything that is there.
    void turn();
    // Serves until `done` says so; false if it never does.
    bool turn_until(const std::function<bool()>& done);

   private:
    std::string directory_;
    std::string path_;
    Told told_;
    std::unique_ptr<EventLoop> loop_;
    std::unique_ptr<Compositor> compositor_;
};

// One client with the globals bound.
class Client {
   public:
    explicit Client(Desk& desk, Desk::Socket socket = Desk::Socket::kBrowser);
    ~Client();
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    // All requests so far have been served, or the connection is dead.
    void roundtrip();
    // Reads and dispatches what is there.
    void dispatch();
    [[nodiscard]] bool alive() const { return wl_display_get_error(display) == 0; }

    // A buffer of one colour; the memory stays the client's (`fd` for mischief).
    wl_buffer* make_buffer(int width, int height, std::uint32_t colour,
                           std::uint32_t format = WL_SHM_FORMAT_XRGB8888, int* fd = nullptr);

    Desk& desk;
    wl_display* display;
    std::vector<std::string> globals;
    std::vector<std::uint32_t> names;  // the registry's, one for each of `globals`
    wl_registry* registry = nullptr;
    wl_compositor* compositor = nullptr;
    wl_subcompositor* subcompositor = nullptr;
    wl_shm* shm = nullptr;
    wl_seat* seat = nullptr;
    xdg_wm_base* wm_base = nullptr;
    wp_viewporter* viewporter = nullptr;
    wl_data_device_manager* data_devices = nullptr;
    zwp_text_input_manager_v3* text_inputs = nullptr;
    zxdg_decoration_manager_v1* decorations = nullptr;

   private:
    static void on_global(void* data, wl_registry* registry, std::uint32_t name,
                          const char* interface, std::uint32_t version);
};

// A mapped window of one colour.
class Window {
   public:
    Window(Client& client, std::uint32_t colour);
    // Attaches a buffer of the configured size and commits.
    void paint(std::uint32_t colour);
    void destroy();

    Client& client;
    wl_surface* surface;
    xdg_surface* shell;
    xdg_toplevel* toplevel;
    int width = 0, height = 0;
    bool activated = false;
    int configures = 0;
};

}  // namespace sudare::compositor::test
