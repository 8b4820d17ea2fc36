// SPDX-License-Identifier: Apache-2.0
// What a browser that has fallen to a page can send. Each case ends that client at most; the
// compositor still serves the next one, which is the control.
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <random>

#include "server/base/unique_fd.h"
#include "tests/unit/server/session/compositor/desk.h"

namespace sudare::compositor::test {
namespace {

constexpr std::uint32_t kRed = 0xFFFF0000;

class HostileClientTest : public testing::Test {
   protected:
    void TearDown() override {
        Client next(desk_);
        EXPECT_TRUE(next.alive());
        Window window(next, kRed);
        EXPECT_EQ(desk_.pixel(5, 5), kRed) << "the next client is served";
    }
    // Sends raw bytes and serves them; true when the compositor hung up.
    bool hangs_up_on(const std::vector<std::uint8_t>& bytes) {
        UniqueFd raw(desk_.connect());
        EXPECT_EQ(::send(raw.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL),
                  static_cast<ssize_t>(bytes.size()));
        bool over = false;
        desk_.turn_until([&] {
            char sink[4096];
            const ssize_t count = ::recv(raw.get(), sink, sizeof sink, MSG_DONTWAIT);
            over = count == 0 || (count < 0 && errno != EAGAIN);
            return over;
        });
        return over;
    }
    Desk desk_;
};

TEST_F(HostileClientTest, GarbageEndsTheConnection) {
    std::mt19937 random(7);
    int over = 0;
    for (int round = 0; round < 50; ++round) {
        // More than libwayland's buffer of 4096: it waits for the rest of a message that claims
        // to be longer, until nothing more fits.
        std::vector<std::uint8_t> bytes(8192);
        for (auto& byte : bytes)
            byte = static_cast<std::uint8_t>(random());
        over += hangs_up_on(bytes) ? 1 : 0;
    }
    EXPECT_EQ(over, 50);
    // A message that says it is shorter than its own header, and one for no object.
    EXPECT_TRUE(hangs_up_on({1, 0, 0, 0, 0, 0, 4, 0}));
    EXPECT_TRUE(hangs_up_on({0x34, 0x12, 0, 0, 0, 0, 8, 0}));
    // An opcode that wl_display does not have.
    EXPECT_TRUE(hangs_up_on({1, 0, 0, 0, 9, 0, 8, 0}));
}

TEST_F(HostileClientTest, ATruncatedPoolReadsAsNothing) {
    Client client(desk_);
    Window window(client, kRed);
    int memory = -1;
    wl_buffer* buffer = client.make_buffer(400, 300, 0xFF00FF00, WL_SHM_FORMAT_XRGB8888, &memory);
    client.roundtrip();
    ASSERT_EQ(::ftruncate(memory, 0), 0);
    wl_surface_attach(window.surface, buffer, 0, 0);
    wl_surface_damage(window.surface, 0, 0, 400, 300);
    wl_surface_commit(window.surface);
    client.roundtrip();
    EXPECT_FALSE(client.alive());
    ::close(memory);
}

TEST_F(HostileClientTest, RowsThatOverlapOrPassThePoolAreRefused) {
    Client client(desk_);
    Window window(client, kRed);
    const int memory = ::memfd_create("pool", MFD_CLOEXEC);
    ASSERT_EQ(::ftruncate(memory, 4096), 0);
    wl_shm_pool* pool = wl_shm_create_pool(client.shm, memory, 4096);
    // libwayland takes stride >= width; four bytes a pixel would end far beyond the pool.
    wl_buffer* buffer =
        wl_shm_pool_create_buffer(pool, 0, 1000, 4, 1000, WL_SHM_FORMAT_XRGB8888);
    client.roundtrip();
    ASSERT_TRUE(client.alive()) << "so this is ours to refuse";
    wl_surface_attach(window.surface, buffer, 0, 0);
    wl_surface_damage(window.surface, 0, 0, 1000, 4);
    wl_surface_commit(window.surface);
    client.roundtrip();
    EXPECT_FALSE(client.alive());
    ::close(memory);
}

TEST_F(HostileClientTest, OddOffsetsAndStridesAreRefused) {
    for (const auto& [offset, stride] : {std::pair{1, 400}, {2, 400}, {0, 402}}) {
        Client client(desk_);
        Window window(client, kRed);
        const int memory = ::memfd_create("pool", MFD_CLOEXEC);
        ASSERT_EQ(::ftruncate(memory, 65536), 0);
        wl_shm_pool* pool = wl_shm_create_pool(client.shm, memory, 65536);
        wl_buffer* buffer =
            wl_shm_pool_create_buffer(pool, offset, 100, 100, stride, WL_SHM_FORMAT_XRGB8888);
        wl_surface_attach(window.surface, buffer, 0, 0);
        wl_surface_commit(window.surface);
        client.roundtrip();
        EXPECT_FALSE(client.alive()) << offset << ' ' << stride;
        ::close(memory);
    }
}

TEST_F(HostileClientTest, HugeBuffersAreRefusedBeforeMemoryIsTaken) {
    Client client(desk_);
    Window window(client, kRed);
    const int memory = ::memfd_create("pool", MFD_CLOEXEC);
    constexpr std::int32_t kWidth = 20'000;
    ASSERT_EQ(::ftruncate(memory, kWidth * 4 * 2), 0);
    wl_shm_pool* pool = wl_shm_create_pool(client.shm, memory, kWidth * 4 * 2);
    wl_surface_attach(window.surface,
                      wl_shm_pool_create_buffer(pool, 0, kWidth, 1, kWidth * 4,
                                                WL_SHM_FORMAT_XRGB8888),
                      0, 0);
    wl_surface_commit(window.surface);
    client.roundtrip();
    EXPECT_FALSE(client.alive());
    ::close(memory);
}

TEST_F(HostileClientTest, SurfacesTogetherHaveAPixelBudget) {
    Client client(desk_);
    const int memory = ::memfd_create("pool", MFD_CLOEXEC);
    constexpr std::int32_t kSide = 8192;
    ASSERT_EQ(::ftruncate(memory, std::int64_t{kSide} * kSide * 4), 0);  // sparse
    wl_shm_pool* pool = wl_shm_create_pool(client.shm, memory, kSide * kSide * 4);
    for (int i = 0; i < 3 && client.alive(); ++i) {
        wl_surface* surface = wl_compositor_create_surface(client.compositor);
        wl_surface_attach(surface,
                          wl_shm_pool_create_buffer(pool, 0, kSide, kSide, kSide * 4,
                                                    WL_SHM_FORMAT_XRGB8888),
                          0, 0);
        wl_surface_damage_buffer(surface, 0, 0, 1, 1);
        wl_surface_commit(surface);
        client.roundtrip();
    }
    EXPECT_FALSE(client.alive());
    ::close(memory);
}

TEST_F(HostileClientTest, ObjectsWithoutEndAreRefused) {
    Client client(desk_);
    for (int i = 0; i < 100'000 && client.alive(); ++i) {
        wl_compositor_create_surface(client.compositor);
        if (i % 64 == 0)
            client.roundtrip();
    }
    EXPECT_FALSE(client.alive());
    Client regions(desk_);
    for (int i = 0; i < 100'000 && regions.alive(); ++i) {
        wl_compositor_create_region(regions.compositor);
        if (i % 64 == 0)
            regions.roundtrip();
    }
    EXPECT_FALSE(regions.alive());
}

TEST_F(HostileClientTest, ACircleOfSubsurfacesIsRefused) {
    Client client(desk_);
    wl_surface* a = wl_compositor_create_surface(client.compositor);
    wl_surface* b = wl_compositor_create_surface(client.compositor);
    wl_subcompositor_get_subsurface(client.subcompositor, a, b);
    client.roundtrip();
    ASSERT_TRUE(client.alive());
    wl_subcompositor_get_subsurface(client.subcompositor, b, a);
    client.roundtrip();
    EXPECT_FALSE(client.alive());
}

TEST_F(HostileClientTest, ACircleOfPopupsIsRefused) {
    Client client(desk_);
    xdg_positioner* rules = xdg_wm_base_create_positioner(client.wm_base);
    xdg_positioner_set_size(rules, 10, 10);
    xdg_positioner_set_anchor_rect(rules, 0, 0, 1, 1);
    const auto make = [&] {
        return xdg_wm_base_get_xdg_surface(client.wm_base,
                                           wl_compositor_create_surface(client.compositor));
    };
    xdg_surface* root = make();
    xdg_surface* a = make();
    xdg_surface* b = make();
    xdg_surface_get_toplevel(root);
    xdg_popup* first = xdg_surface_get_popup(a, root, rules);
    xdg_surface_get_popup(b, a, rules);
    xdg_popup_destroy(first);
    client.roundtrip();
    ASSERT_TRUE(client.alive());
    xdg_surface_get_popup(a, b, rules);
    client.roundtrip();
    EXPECT_FALSE(client.alive());
}

TEST_F(HostileClientTest, ObjectsDieInEveryOrder) {
    for (int order = 0; order < 24; ++order) {
        Client client(desk_);
        Window window(client, kRed);
        desk_.compositor().pointer_move(10, 10);
        desk_.compositor().button(272, true);
        wl_surface* child = wl_compositor_create_surface(client.compositor);
        wl_subsurface* link =
            wl_subcompositor_get_subsurface(client.subcompositor, child, window.surface);
        wp_viewport* viewport = wp_viewporter_get_viewport(client.viewporter, window.surface);
        wl_buffer* buffer = client.make_buffer(10, 10, 0);
        wl_surface_attach(child, buffer, 0, 0);
        wl_surface_frame(child);
        std::vector<int> steps{0, 1, 2, 3, 4, 5};
        std::mt19937 random(static_cast<unsigned>(order));
        std::shuffle(steps.begin(), steps.end(), random);
        for (const int step : steps) {
            if (step == 0)
                wl_surface_destroy(window.surface);
            else if (step == 1)
                xdg_surface_destroy(window.shell);
            else if (step == 2)
                xdg_toplevel_destroy(window.toplevel);
            else if (step == 3)
                wl_subsurface_destroy(link);
            else if (step == 4)
                wl_buffer_destroy(buffer);
            else
                wp_viewport_destroy(viewport);
            wl_surface_commit(child);
            client.roundtrip();
            desk_.compositor().pointer_move(20 + step, 20);
            desk_.compositor().key(30, step % 2 == 0);
        }
        desk_.compositor().button(272, false);
        desk_.compositor().release_all();
    }
}

TEST_F(HostileClientTest, AClientThatNeverReadsIsDropped) {
    UniqueFd raw(desk_.connect());
    // wl_display.sync without end; the answers are never read.
    std::vector<std::uint8_t> requests;
    for (std::uint32_t id = 2; id < 2000; ++id) {
        const std::uint32_t words[3] = {1, (12U << 16) | 0, id};
        const auto* bytes = reinterpret_cast<const std::uint8_t*>(words);
        requests.insert(requests.end(), bytes, bytes + sizeof words);
    }
    bool over = false;
    for (int round = 0; round < 2000 && !over; ++round) {
        over = ::send(raw.get(), requests.data(), requests.size(), MSG_NOSIGNAL | MSG_DONTWAIT) < 0 &&
               errno != EAGAIN;
        desk_.turn();
    }
    EXPECT_TRUE(over);
}

}  // namespace
}  // namespace sudare::compositor::test
