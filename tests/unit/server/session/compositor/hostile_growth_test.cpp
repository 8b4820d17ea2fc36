// SPDX-License-Identifier: Apache-2.0
// Requests that are each harmless and that a browser repeats without end: memory, time and log
// stay bounded. Under sanitizers mallinfo2 says nothing, and the cases run for their sake alone.
#include <gtest/gtest.h>
#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <climits>
#include <string>

#include "server/base/unique_fd.h"
#include "server/session/compositor/compositor_limits.h"
#include "tests/unit/server/session/compositor/desk.h"

namespace sudare::compositor::test {
namespace {

constexpr std::uint32_t kRed = 0xFFFF0000;

// What is allocated, in bytes. Proxies of the test's own client count too.
std::size_t allocated() {
    const auto now = ::mallinfo2();
    return now.uordblks + now.hblkhd;
}

class HostileGrowthTest : public testing::Test {
   protected:
    // 100 boxes that do not touch, other ones each time.
    void scatter(wl_surface* surface, int round, void (*damage)(wl_surface*, std::int32_t,
                                                                std::int32_t, std::int32_t,
                                                                std::int32_t)) {
        for (int i = 0; i < 100; ++i)
            damage(surface, 3 * i, 3 * round, 1, 1);
    }
    xdg_positioner* make_rules(Client& client, std::int32_t offset) {
        xdg_positioner* rules = xdg_wm_base_create_positioner(client.wm_base);
        xdg_positioner_set_size(rules, 10, 10);
        xdg_positioner_set_anchor_rect(rules, 0, 0, 1, 1);
        xdg_positioner_set_offset(rules, offset, offset);
        xdg_positioner_set_constraint_adjustment(rules, offset == 0 ? 3 : 0);
        return rules;
    }
    Desk desk_;
};

TEST_F(HostileGrowthTest, OneMenuThatGrabsAgainAndAgain) {
    Client client(desk_);
    Window window(client, kRed);
    xdg_surface* shell = xdg_wm_base_get_xdg_surface(
        client.wm_base, wl_compositor_create_surface(client.compositor));
    xdg_popup* popup = xdg_surface_get_popup(shell, window.shell, make_rules(client, 0));
    xdg_popup_grab(popup, client.seat, 1);
    client.roundtrip();
    const std::size_t before = allocated();
    for (int i = 0; i < 20'000; ++i) {
        xdg_popup_grab(popup, client.seat, 1);
        if (i % 64 == 0)
            client.roundtrip();
    }
    client.roundtrip();
    ASSERT_TRUE(client.alive());
    EXPECT_LT(allocated(), before + (100U << 10));
}

TEST_F(HostileGrowthTest, ASynchronisedSurfaceWhoseParentNeverCommits) {
    Client client(desk_);
    Window window(client, kRed);
    wl_surface* child = wl_compositor_create_surface(client.compositor);
    wl_subcompositor_get_subsurface(client.subcompositor, child, window.surface);
    client.roundtrip();
    const std::size_t before = allocated();
    for (int round = 0; round < 400; ++round) {
        scatter(child, round, wl_surface_damage);
        scatter(child, round, wl_surface_damage_buffer);
        wl_surface_commit(child);
        client.roundtrip();
    }
    ASSERT_TRUE(client.alive());
    EXPECT_LT(allocated(), before + (100U << 10));
}

TEST_F(HostileGrowthTest, ASurfaceThatIsNoLongerOnTheScreen) {
    Client client(desk_);
    Window window(client, kRed);
    wl_surface* surface = wl_compositor_create_surface(client.compositor);
    wl_subsurface_set_desync(
        wl_subcompositor_get_subsurface(client.subcompositor, surface, window.surface));
    wl_buffer* buffer = client.make_buffer(400, 1300, 0xFF00FF00);
    wl_surface_attach(surface, buffer, 0, 0);
    wl_surface_commit(surface);
    wl_surface_commit(window.surface);
    client.roundtrip();
    ASSERT_EQ(desk_.pixel(5, 5), 0xFF00FF00) << "its first damage has been composed";
    wl_surface_attach(window.surface, nullptr, 0, 0);
    wl_surface_commit(window.surface);
    client.roundtrip();
    ASSERT_NE(desk_.pixel(5, 5), 0xFF00FF00);
    const std::size_t before = allocated();
    for (int round = 0; round < 400; ++round) {
        wl_surface_attach(surface, buffer, 0, 0);
        scatter(surface, round, wl_surface_damage_buffer);
        wl_surface_commit(surface);
        client.roundtrip();
    }
    ASSERT_TRUE(client.alive());
    EXPECT_LT(allocated(), before + (100U << 10));
}

TEST_F(HostileGrowthTest, ASurfaceIsOneWindowOnly) {
    Client client(desk_);
    wl_surface* surface = wl_compositor_create_surface(client.compositor);
    xdg_surface* first = xdg_wm_base_get_xdg_surface(client.wm_base, surface);
    client.roundtrip();
    xdg_surface_destroy(first);
    xdg_wm_base_get_xdg_surface(client.wm_base, surface);
    client.roundtrip();
    ASSERT_TRUE(client.alive()) << "one after the other";
    xdg_wm_base_get_xdg_surface(client.wm_base, surface);
    client.roundtrip();
    EXPECT_FALSE(client.alive());
}

// libwayland counts neither these nor the pools.
TEST_F(HostileGrowthTest, GlobalsBoundWithoutEnd) {
    Client client(desk_);
    wl_registry* registry = wl_display_get_registry(client.display);
    // They are numbered from 1 in the order in which they are announced.
    const auto place = std::ranges::find(client.globals, "wp_viewporter");
    ASSERT_NE(place, client.globals.end());
    const auto name = static_cast<std::uint32_t>(place - client.globals.begin() + 1);
    for (std::size_t i = 0; i < 2 * kResourcesMax && client.alive(); ++i) {
        wl_registry_bind(registry, name, &wp_viewporter_interface, 1);
        if (i % 64 == 0)
            client.roundtrip();
    }
    client.roundtrip();
    EXPECT_FALSE(client.alive());
}

TEST_F(HostileGrowthTest, PoolsWithoutEnd) {
    Client client(desk_);
    UniqueFd memory(::memfd_create("pool", MFD_CLOEXEC));
    ASSERT_EQ(::ftruncate(memory.get(), 4096), 0);
    for (std::size_t i = 0; i < 2 * kResourcesMax && client.alive(); ++i) {
        wl_shm_create_pool(client.shm, memory.get(), 4096);
        if (i % 16 == 0)
            client.roundtrip();
    }
    client.roundtrip();
    EXPECT_FALSE(client.alive());
}

// What is released makes room again: the limit is no allowance for a whole life.
TEST_F(HostileGrowthTest, ButAnyNumberOfThemOneAfterTheOther) {
    Client client(desk_);
    for (std::size_t i = 0; i < 2 * kResourcesMax; ++i) {
        wl_region_destroy(wl_compositor_create_region(client.compositor));
        if (i % 64 == 0)
            client.roundtrip();
    }
    client.roundtrip();
    EXPECT_TRUE(client.alive());
}

TEST_F(HostileGrowthTest, MenusOfMenusFarOutside) {
    Client client(desk_);
    Window window(client, kRed);
    xdg_surface* above = window.shell;
    for (int depth = 0; depth < 200; ++depth) {
        xdg_surface* shell = xdg_wm_base_get_xdg_surface(
            client.wm_base, wl_compositor_create_surface(client.compositor));
        const std::int32_t offset = depth % 16 == 15 ? 0 : depth % 32 < 16 ? INT_MIN : INT_MAX;
        xdg_surface_get_popup(shell, above, make_rules(client, offset));
        above = shell;
    }
    client.roundtrip();
    EXPECT_TRUE(client.alive());
}

TEST_F(HostileGrowthTest, ConnectionsThatAreRefusedDoNotFillTheLog) {
    Client client(desk_);
    testing::internal::CaptureStderr();
    for (int i = 0; i < 5 * kComplaintsMax; ++i) {
        UniqueFd several[kConnectionsMax];
        for (UniqueFd& one : several)
            one.reset(desk_.connect());
        for (std::size_t turn = 0; turn < 2 * kConnectionsMax; ++turn)
            desk_.turn();
    }
    const std::string log = testing::internal::GetCapturedStderr();
    EXPECT_NE(log.find("refused"), std::string::npos) << "the control";
    EXPECT_LE(std::ranges::count(log, '\n'), 2 * (kComplaintsMax + 1));
    client.roundtrip();
    EXPECT_TRUE(client.alive());
}

}  // namespace
}  // namespace sudare::compositor::test
