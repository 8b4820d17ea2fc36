// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/input-event-codes.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/server/session/compositor/desk.h"

namespace sudare::compositor::test {
namespace {

constexpr std::uint32_t kRed = 0xFFFF0000, kGreen = 0xFF00FF00, kBlue = 0xFF0000FF;
constexpr std::uint32_t kBlack = 0xFF000000;

TEST(GlobalsTest, AreExactlyTheTwelveOfTheDesign) {
    Desk desk;
    Client client(desk);
    EXPECT_THAT(client.globals,
                testing::UnorderedElementsAre(
                    "wl_shm", "wl_compositor", "wl_subcompositor", "wp_viewporter", "xdg_wm_base",
                    "wl_seat", "zwp_text_input_manager_v3", "wl_data_device_manager",
                    "wp_fractional_scale_manager_v1", "wp_cursor_shape_manager_v1",
                    "zxdg_decoration_manager_v1", "wl_output"));
}

TEST(WindowTest, IsTheWholeScreenAndItsPixelsAreShown) {
    Desk desk;
    Client client(desk);
    EXPECT_EQ(desk.pixel(0, 0), kBlack);
    Window window(client, 0x00FF0000);  // XRGB: the top byte means nothing
    EXPECT_EQ(window.width, 400);
    EXPECT_EQ(window.height, 300);
    EXPECT_TRUE(window.activated);
    EXPECT_EQ(desk.pixel(0, 0), kRed) << "and reads 0xFF for us";
    EXPECT_EQ(desk.pixel(399, 299), kRed);
    ASSERT_EQ(desk.told().damage.size(), 1U);
    EXPECT_EQ(desk.told().damage[0], Rect::whole(*Size::make(400, 300)));
}

TEST(WindowTest, OnlyTheDamageIsTakenAndTold) {
    Desk desk;
    Client client(desk);
    Window window(client, kRed);
    desk.told().damage.clear();
    wl_surface_attach(window.surface, client.make_buffer(400, 300, kBlue), 0, 0);
    wl_surface_damage(window.surface, 10, 20, 30, 40);
    wl_surface_commit(window.surface);
    client.roundtrip();
    EXPECT_THAT(desk.told().damage,
                testing::ElementsAre(*Rect::make(10, 20, 30, 40, *Size::make(400, 300))));
    EXPECT_EQ(desk.pixel(10, 20), kBlue);
    EXPECT_EQ(desk.pixel(39, 59), kBlue);
    EXPECT_EQ(desk.pixel(9, 20), kRed);
    EXPECT_EQ(desk.pixel(40, 60), kRed);
}

TEST(WindowTest, TheBufferComesBackInTheSameCommit) {
    Desk desk;
    Client client(desk);
    Window window(client, kRed);
    static bool released;
    released = false;
    static const wl_buffer_listener kListener = {
        .release = [](void*, wl_buffer*) { released = true; }};
    wl_buffer* buffer = client.make_buffer(400, 300, kBlue);
    wl_buffer_add_listener(buffer, &kListener, nullptr);
    wl_surface_attach(window.surface, buffer, 0, 0);
    wl_surface_damage(window.surface, 0, 0, 400, 300);
    client.roundtrip();
    EXPECT_FALSE(released) << "not before the commit";
    wl_surface_commit(window.surface);
    client.roundtrip();
    EXPECT_TRUE(released);
}

TEST(WindowTest, ClosingTheTopOneShowsTheOneBeneathAndTheLastEndsTheSession) {
    Desk desk;
    Client client(desk);
    Window below(client, kRed);
    Window above(client, kGreen);
    EXPECT_EQ(desk.pixel(200, 150), kGreen);
    EXPECT_FALSE(below.activated);
    above.destroy();
    EXPECT_EQ(desk.pixel(200, 150), kRed);
    EXPECT_TRUE(below.activated);
    EXPECT_EQ(desk.told().closed, 0);
    below.destroy();
    EXPECT_EQ(desk.pixel(200, 150), kBlack);
    EXPECT_EQ(desk.told().closed, 1);
}

TEST(WindowTest, AltTabBringsTheOneAtTheBackToTheFront) {
    Desk desk;
    Client client(desk);
    Window first(client, kRed);
    Window second(client, kGreen);
    Window third(client, kBlue);
    const auto next = [&] {
        desk.compositor().key(KEY_LEFTALT, true);
        desk.compositor().key(KEY_TAB, true);
        desk.compositor().key(KEY_TAB, false);
        desk.compositor().key(KEY_LEFTALT, false);
        client.roundtrip();
        return desk.pixel(200, 150);
    };
    EXPECT_EQ(next(), kRed);
    EXPECT_TRUE(first.activated);
    EXPECT_FALSE(third.activated);
    EXPECT_EQ(next(), kGreen);
    EXPECT_EQ(next(), kBlue);
    desk.compositor().key(KEY_TAB, true);  // without Alt it is a key of the window
    client.roundtrip();
    EXPECT_EQ(desk.pixel(200, 150), kBlue);
}

TEST(WindowTest, FollowsTheSizeOfTheScreen) {
    Desk desk;
    Client client(desk);
    Window window(client, kRed);
    ASSERT_TRUE(desk.compositor().resize(*Size::make(500, 400), 120));
    EXPECT_EQ(desk.compositor().framebuffer().size, *Size::make(500, 400));
    EXPECT_EQ(desk.pixel(399, 299), kRed) << "the old contents stay until new ones come";
    EXPECT_EQ(desk.pixel(450, 350), kBlack);
    client.roundtrip();
    EXPECT_EQ(window.width, 500);
    window.paint(kBlue);
    EXPECT_EQ(desk.pixel(499, 399), kBlue);
}

TEST(WindowTest, AChangeOfScaleIsFollowedByASizeSomePixelsOffAndBack) {
    Desk desk(*Size::make(600, 300));
    Client client(desk);
    Window window(client, kRed);
    const int before = window.configures;
    ASSERT_TRUE(desk.compositor().resize(*Size::make(600, 300), 180));
    client.roundtrip();
    EXPECT_EQ(window.width, 406) << "400 logical pixels and the nudge";
    window.paint(kGreen);
    client.roundtrip();
    EXPECT_EQ(window.width, 400);
    EXPECT_EQ(window.configures, before + 2);
}

TEST(WindowTest, ABufferOfDevicePixelsIsShownOneToOneUnderAFractionalScale) {
    Desk desk(*Size::make(600, 300), 180);
    Client client(desk);
    Window window(client, kRed);
    EXPECT_EQ(window.width, 400);
    wp_viewport* viewport = wp_viewporter_get_viewport(client.viewporter, window.surface);
    wp_viewport_set_destination(viewport, 400, 200);
    wl_surface_attach(window.surface, client.make_buffer(600, 300, kBlue), 0, 0);
    wl_surface_damage_buffer(window.surface, 0, 0, 600, 300);
    wl_surface_commit(window.surface);
    client.roundtrip();
    EXPECT_EQ(desk.pixel(599, 299), kBlue);
    desk.told().damage.clear();
    wl_surface_attach(window.surface, client.make_buffer(600, 300, kGreen), 0, 0);
    wl_surface_damage_buffer(window.surface, 7, 9, 1, 1);
    wl_surface_commit(window.surface);
    client.roundtrip();
    ASSERT_EQ(desk.told().damage.size(), 1U);
    EXPECT_EQ(desk.told().damage[0].pixels(), 1U) << "no filter widens it";
    EXPECT_EQ(desk.pixel(7, 9), kGreen);
    EXPECT_EQ(desk.pixel(8, 9), kBlue);
}

TEST(SubsurfaceTest, BlendsOverItsParentAndWaitsForItWhileSynchronised) {
    Desk desk;
    Client client(desk);
    Window window(client, kRed);
    wl_surface* bubble = wl_compositor_create_surface(client.compositor);
    wl_subsurface* link =
        wl_subcompositor_get_subsurface(client.subcompositor, bubble, window.surface);
    wl_subsurface_set_position(link, 50, 60);
    // Premultiplied blue at half strength.
    wl_surface_attach(bubble, client.make_buffer(20, 20, 0x80000080, WL_SHM_FORMAT_ARGB8888), 0, 0);
    wl_surface_damage(bubble, 0, 0, 20, 20);
    wl_surface_commit(bubble);
    client.roundtrip();
    EXPECT_EQ(desk.pixel(55, 65), kRed) << "the parent has not committed";
    wl_surface_commit(window.surface);
    client.roundtrip();
    EXPECT_EQ(desk.pixel(55, 65), 0xFF7F0080);
    EXPECT_EQ(desk.pixel(49, 65), kRed);
    wl_subsurface_set_desync(link);
    wl_surface_attach(bubble, client.make_buffer(20, 20, kGreen), 0, 0);
    wl_surface_damage(bubble, 0, 0, 20, 20);
    wl_surface_commit(bubble);
    client.roundtrip();
    EXPECT_EQ(desk.pixel(55, 65), kGreen) << "alone, once it is desynchronised";
    wl_subsurface_destroy(link);
    client.roundtrip();
    EXPECT_EQ(desk.pixel(55, 65), kRed);
}

TEST(PopupTest, OpensInsideTheScreenAndGivesBackWhatItCovered) {
    Desk desk;
    Client client(desk);
    Window window(client, kRed);
    xdg_positioner* rules = xdg_wm_base_create_positioner(client.wm_base);
    xdg_positioner_set_size(rules, 100, 100);
    xdg_positioner_set_anchor_rect(rules, 380, 280, 10, 10);
    xdg_positioner_set_anchor(rules, XDG_POSITIONER_ANCHOR_BOTTOM_LEFT);
    xdg_positioner_set_gravity(rules, XDG_POSITIONER_GRAVITY_BOTTOM_RIGHT);
    xdg_positioner_set_constraint_adjustment(
        rules, XDG_POSITIONER_CONSTRAINT_ADJUSTMENT_SLIDE_X |
                   XDG_POSITIONER_CONSTRAINT_ADJUSTMENT_FLIP_Y);
    wl_surface* surface = wl_compositor_create_surface(client.compositor);
    xdg_surface* shell = xdg_wm_base_get_xdg_surface(client.wm_base, surface);
    xdg_popup* popup = xdg_surface_get_popup(shell, window.shell, rules);
    static const xdg_surface_listener kShell = {
        .configure = [](void*, xdg_surface* s, std::uint32_t n) { xdg_surface_ack_configure(s, n); }};
    xdg_surface_add_listener(shell, &kShell, nullptr);
    wl_surface_commit(surface);
    client.roundtrip();
    wl_surface_attach(surface, client.make_buffer(100, 100, kBlue), 0, 0);
    wl_surface_damage(surface, 0, 0, 100, 100);
    wl_surface_commit(surface);
    client.roundtrip();
    EXPECT_EQ(desk.pixel(300, 180), kBlue);
    EXPECT_EQ(desk.pixel(399, 279), kBlue);
    EXPECT_EQ(desk.pixel(299, 180), kRed);
    EXPECT_EQ(desk.pixel(300, 280), kRed);
    xdg_popup_destroy(popup);
    client.roundtrip();
    EXPECT_EQ(desk.pixel(300, 180), kRed);
    EXPECT_TRUE(client.alive());
}

TEST(FrameGateTest, HoldsTheCallbackBackWhileItIsShutAndGivesItWhenItOpens) {
    Desk desk;
    Client client(desk);
    Window window(client, kRed);
    static int frames;
    frames = 0;
    static const wl_callback_listener kListener = {
        .done = [](void*, wl_callback*, std::uint32_t) { ++frames; }};
    const auto ask = [&] {
        wl_callback_add_listener(wl_surface_frame(window.surface), &kListener, nullptr);
        window.paint(kBlue);
    };
    ask();
    EXPECT_EQ(frames, 1) << "open: answered by the commit";
    desk.compositor().set_frame_gate(false);
    ask();
    EXPECT_EQ(frames, 1);
    desk.compositor().set_frame_gate(true);
    client.roundtrip();
    EXPECT_EQ(frames, 2);
    desk.compositor().set_frame_gate(false);
    ask();
    EXPECT_TRUE(desk.turn_until([&] {
        client.dispatch();
        return frames == 3;
    })) << "the floor";
}

TEST(FrameGateTest, AWindowThatCannotBeSeenDoesNotDrawAtFullSpeed) {
    Desk desk;
    Client client(desk);
    Window below(client, kRed);
    Window above(client, kGreen);
    static int frames;
    frames = 0;
    static const wl_callback_listener kListener = {
        .done = [](void*, wl_callback*, std::uint32_t) { ++frames; }};
    wl_callback_add_listener(wl_surface_frame(below.surface), &kListener, nullptr);
    below.paint(kBlue);
    EXPECT_EQ(frames, 0);
    above.destroy();
    below.paint(kBlue);
    EXPECT_EQ(frames, 1);
}

TEST(ClientGateTest, LetsInOneProcessOnly) {
    Desk desk;
    const pid_t other = ::fork();
    ASSERT_GE(other, 0);
    if (other == 0) {  // waits for the word to connect, then reports what it gets
        ::raise(SIGSTOP);
        const int fd = desk.connect();
        char byte = 0;
        ::_exit(fd >= 0 && ::recv(fd, &byte, 1, 0) <= 0 ? 0 : 1);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(other, &status, WUNTRACED), other);
    {
        Client first(desk);
        Client second(desk);
        EXPECT_TRUE(first.alive() && second.alive()) << "one process may connect twice";
        ::kill(other, SIGCONT);
        pid_t ended = 0;
        EXPECT_TRUE(desk.turn_until([&] {
            ended = ::waitpid(other, &status, WNOHANG);
            return ended == other;
        }));
        EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << "another is turned away";
        first.roundtrip();
        EXPECT_TRUE(first.alive());
    }
    EXPECT_EQ(desk.told().connected, 1);
    EXPECT_EQ(desk.told().gone, 1);
}

}  // namespace
}  // namespace sudare::compositor::test
