// SPDX-License-Identifier: Apache-2.0
// Input to pixel, the same for every client: presses a real key in a virtual display and waits
// until pixels of that display's screen change. Works on a local browser and on the viewer alike.
//
//   sudare-bench-latency DISPLAY XWD KEYSYM COUNT X,Y [X,Y...]
//
// All named pixels must change (several points tell a whole-screen change from its first rows).
// Prints one line per press: milliseconds, or -1 after two seconds without the change. The moment
// of each press is drawn at random against any frame clock.
#include <X11/Xlib.h>
#include <X11/extensions/XTest.h>
#include <X11/keysym.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <random>
#include <thread>
#include <vector>

#include "tests/bench/latency/framebuffer.h"

namespace {

using Clock = std::chrono::steady_clock;
using Milliseconds = std::chrono::duration<double, std::milli>;

struct Point {
    std::size_t x, y;
};

struct DisplayDeleter {
    void operator()(Display* display) const { XCloseDisplay(display); }
};

std::vector<std::uint32_t> look(const sudare::bench::Framebuffer& screen,
                                const std::vector<Point>& points) {
    std::vector<std::uint32_t> pixels;
    pixels.reserve(points.size());
    for (const Point& point : points)
        pixels.push_back(screen.pixel(point.x, point.y));
    return pixels;
}

bool all_differ(const sudare::bench::Framebuffer& screen, const std::vector<Point>& points,
                const std::vector<std::uint32_t>& before) {
    for (std::size_t i = 0; i < points.size(); ++i)
        if (screen.pixel(points[i].x, points[i].y) == before[i])
            return false;
    return true;
}

// One press; the key goes up again only after the measurement.
double measure(Display* display, unsigned keycode, const sudare::bench::Framebuffer& screen,
               const std::vector<Point>& points) {
    const auto before = look(screen, points);
    const auto begin = Clock::now();
    XTestFakeKeyEvent(display, keycode, True, CurrentTime);
    XFlush(display);
    double result = -1;
    while (Clock::now() - begin < std::chrono::seconds(2)) {
        if (all_differ(screen, points, before)) {
            result = Milliseconds(Clock::now() - begin).count();
            break;
        }
        // Both cores have work to do: look again after 0.1 ms instead of spinning.
        std::this_thread::sleep_for(std::chrono::microseconds(100));
    }
    XTestFakeKeyEvent(display, keycode, False, CurrentTime);
    XFlush(display);
    return result;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 6) {
        std::fprintf(stderr, "usage: %s DISPLAY XWD KEYSYM COUNT X,Y [X,Y...]\n", argv[0]);
        return 2;
    }
    const std::unique_ptr<Display, DisplayDeleter> display(XOpenDisplay(argv[1]));
    auto screen = sudare::bench::Framebuffer::open(argv[2]);
    const KeySym symbol = XStringToKeysym(argv[3]);
    if (!display || !screen || symbol == NoSymbol) {
        std::fprintf(stderr, "cannot use display %s, screen %s or key %s\n", argv[1], argv[2], argv[3]);
        return 2;
    }
    std::vector<Point> points;
    for (int i = 5; i < argc; ++i) {
        Point point{};
        if (std::sscanf(argv[i], "%zu,%zu", &point.x, &point.y) != 2 || point.x >= screen->width() ||
            point.y >= screen->height()) {
            std::fprintf(stderr, "\"%s\" is not a point X,Y on the screen\n", argv[i]);
            return 2;
        }
        points.push_back(point);
    }
    const unsigned keycode = XKeysymToKeycode(display.get(), symbol);
    std::mt19937 random(1);
    std::uniform_int_distribution<int> pause(120'000, 160'000);
    for (int i = 0; i < std::atoi(argv[4]); ++i) {
        std::this_thread::sleep_for(std::chrono::microseconds(pause(random)));
        std::printf("%.3f\n", measure(display.get(), keycode, *screen, points));
        std::fflush(stdout);
    }
    return 0;
}
