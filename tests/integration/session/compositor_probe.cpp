// SPDX-License-Identifier: Apache-2.0
// The compositor without link, encoder or sandbox: takes commands on stdin, one per line, and
// tells what happens on stdout. `compositor_probe SOCKET WIDTH HEIGHT SCALE120`.
//
//   key CODE 0|1    move X Y    button CODE 0|1    wheel DX DY    text UTF8    release
//   resize W H S    layout us|jp    gate 0|1    pixel X Y    png FILE    quit
//
// Each command is answered by one line that begins with "ok" or "failed"; between answers come
// "damage X Y W H", "cursor N", "field ACTIVE KIND X Y W H", "connected", "gone", "closed".
#include <unistd.h>

#include <cstdlib>
#include <iostream>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "server/base/unix_socket.h"
#include "server/session/compositor/compositor.h"
#include "tests/integration/session/probe_picture.h"

namespace {

using namespace sudare;
using namespace sudare::compositor;

class Teller final : public Delegate {
   public:
    void on_damage(const Framebuffer&, Rect r) override {
        std::cout << "damage " << r.x() << ' ' << r.y() << ' ' << r.width() << ' ' << r.height()
                  << std::endl;
    }
    void on_cursor(Cursor shape) override {
        std::cout << "cursor " << static_cast<int>(shape) << std::endl;
    }
    void on_text_field(const TextField& field) override {
        std::cout << "field " << field.active << ' ' << static_cast<int>(field.kind) << ' '
                  << field.x << ' ' << field.y << ' ' << field.width << ' ' << field.height
                  << std::endl;
    }
    void on_client_connected() override { std::cout << "connected" << std::endl; }
    void on_client_gone() override { std::cout << "gone" << std::endl; }
    void on_last_window_closed() override { std::cout << "closed" << std::endl; }
};

std::string obey(Compositor& compositor, const std::string& line) {
    const Framebuffer picture = compositor.framebuffer();
    std::istringstream in(line);
    std::string word;
    int a = 0, b = 0, c = 0;
    in >> word;
    if (word == "text") {
        return compositor.commit_text(line.substr(5)) ? "ok" : "failed no field";
    } else if (word == "png") {
        in >> word;
        return probe::write_png(picture.pixels, picture.stride, picture.size, word) ? "ok"
                                                                                   : "failed";
    } else if (word == "layout") {
        in >> word;
        compositor.set_layout(word == "jp" ? KeyboardLayout::kJp : KeyboardLayout::kUs);
        return "ok";
    } else if (word == "release") {
        compositor.release_all();
        return "ok";
    }
    in >> a >> b;
    if (word == "key")
        compositor.key(static_cast<std::uint16_t>(a), b != 0);
    else if (word == "move")
        compositor.pointer_move(a, b);
    else if (word == "button")
        compositor.button(static_cast<std::uint16_t>(a), b != 0);
    else if (word == "wheel")
        compositor.wheel(a, b);
    else if (word == "gate")
        compositor.set_frame_gate(a != 0);
    else if (word == "pixel")
        return probe::pixel(picture.pixels, picture.stride, picture.size,
                            static_cast<unsigned>(a), static_cast<unsigned>(b));
    else if (word == "resize" && in >> c && Size::make(a, b))
        return compositor.resize(*Size::make(a, b), static_cast<std::uint16_t>(c)) ? "ok"
                                                                                   : "failed";
    else
        return "failed unknown";
    return "ok";
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 5)
        return 2;
    const auto number = [argv](int i) { return static_cast<std::uint32_t>(std::atoi(argv[i])); };
    auto size = Size::make(number(2), number(3));
    auto socket = unix_listen(argv[1], 0666);
    auto loop = EventLoop::create();
    if (!size || !socket || !loop)
        return 2;
    Teller teller;
    auto compositor = Compositor::create(
        *loop,
        Config{*size, static_cast<std::uint16_t>(number(4)), KeyboardLayout::kUs,
               std::move(*socket)},
        teller);
    if (!compositor) {
        std::cerr << compositor.error().message << '\n';
        return 1;
    }
    std::string pending;
    auto commands = loop->watch(STDIN_FILENO, EventLoop::kReadable, [&](std::uint32_t) {
        char bytes[4096];
        const ssize_t count = ::read(STDIN_FILENO, bytes, sizeof bytes);
        if (count <= 0)
            return loop->stop();
        pending.append(bytes, static_cast<std::size_t>(count));
        for (std::size_t end; (end = pending.find('\n')) != std::string::npos;) {
            const std::string line = pending.substr(0, end);
            pending.erase(0, end + 1);
            if (line == "quit")
                return loop->stop();
            std::cout << obey(*compositor, line) << std::endl;
        }
    });
    if (!commands)
        return 1;
    std::cout << "READY" << std::endl;
    loop->run();
    return 0;
}
