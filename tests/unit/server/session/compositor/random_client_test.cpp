// SPDX-License-Identifier: Apache-2.0
// Well-formed requests in senseless order: the compositor must outlive every sequence. The seeds
// are fixed, so a failure repeats; under the asan preset this is the search for dangling objects.
#include <gtest/gtest.h>

#include <climits>
#include <random>

#include "tests/unit/server/session/compositor/desk.h"

namespace sudare::compositor::test {
namespace {

class Chaos {
   public:
    Chaos(Client& client, unsigned seed) : client_(client), random_(seed) {}

    void step() {
        switch (below(26)) {
            case 0: surfaces_.push_back(wl_compositor_create_surface(client_.compositor)); break;
            case 1: take(surfaces_, wl_surface_destroy); break;
            case 2: with_two(surfaces_, [&](auto* a, auto* b) {
                subsurfaces_.push_back(
                    wl_subcompositor_get_subsurface(client_.subcompositor, a, b));
            }); break;
            case 3: take(subsurfaces_, wl_subsurface_destroy); break;
            case 4: with(subsurfaces_, [&](auto* s) { wl_subsurface_set_position(s, any(), any()); });
                break;
            case 5: with(subsurfaces_, wl_subsurface_set_desync); break;
            case 6: with(subsurfaces_, wl_subsurface_set_sync); break;
            case 7: with(surfaces_, [&](auto* s) {
                shells_.push_back(xdg_wm_base_get_xdg_surface(client_.wm_base, s));
            }); break;
            case 8: take(shells_, xdg_surface_destroy); break;
            case 9: with(shells_, [&](auto* s) {
                toplevels_.push_back(xdg_surface_get_toplevel(s));
            }); break;
            case 10: take(toplevels_, xdg_toplevel_destroy); break;
            case 11: with_two(shells_, [&](auto* a, auto* b) {
                popups_.push_back(xdg_surface_get_popup(a, b, positioner()));
            }); break;
            case 12: take(popups_, xdg_popup_destroy); break;
            case 13: with(popups_, [&](auto* p) { xdg_popup_grab(p, client_.seat, 1); }); break;
            case 14: with(shells_, [&](auto* s) {
                xdg_surface_set_window_geometry(s, any(), any(), any(), any());
            }); break;
            case 15: with(shells_, [&](auto* s) { xdg_surface_ack_configure(s, below(20)); }); break;
            case 16: with(surfaces_, [&](auto* s) {
                viewports_.push_back(wp_viewporter_get_viewport(client_.viewporter, s));
            }); break;
            case 17: take(viewports_, wp_viewport_destroy); break;
            case 18: with(viewports_, [&](auto* v) {
                wp_viewport_set_destination(v, 1 + below(3000), 1 + below(3000));
            }); break;
            case 19: take(buffers_, wl_buffer_destroy); break;
            case 20: with_two(surfaces_, [&](auto* a, auto* b) {
                wl_data_device_start_drag(device(), nullptr, a, b, below(50));
            }); break;
            case 21: with(surfaces_, [&](auto* s) {
                wl_surface_damage(s, any(), any(), any(), any());
                wl_surface_set_buffer_scale(s, 1 + below(3));
            }); break;
            case 22: desk_input(); break;
            default: with(surfaces_, [&](auto* s) { show(s); }); break;
        }
    }

   private:
    int below(int limit) { return static_cast<int>(random_() % static_cast<unsigned>(limit)); }
    int any() {
        static constexpr int kEdges[] = {INT_MIN, INT_MAX, -1, 0, 1, 65536, -65537};
        return below(3) == 0 ? kEdges[below(7)] : below(600) - 100;
    }
    template <typename T, typename F>
    void with(std::vector<T*>& list, F f) {
        if (!list.empty())
            f(list[static_cast<std::size_t>(below(static_cast<int>(list.size())))]);
    }
    template <typename T, typename F>
    void with_two(std::vector<T*>& list, F f) {
        with(list, [&](T* a) { with(list, [&](T* b) { f(a, b); }); });
    }
    template <typename T, typename F>
    void take(std::vector<T*>& list, F f) {
        with(list, [&](T* one) {
            std::erase(list, one);
            f(one);
        });
    }
    void show(wl_surface* surface) {
        if (below(4) != 0) {
            buffers_.push_back(client_.make_buffer(1 + below(300), 1 + below(300), 0x80402010,
                                                   static_cast<std::uint32_t>(below(2))));
            wl_surface_attach(surface, buffers_.back(), any(), any());
        } else if (below(2) == 0) {
            wl_surface_attach(surface, nullptr, 0, 0);
        }
        wl_surface_damage_buffer(surface, any(), any(), any(), any());
        wl_surface_frame(surface);
        wl_surface_commit(surface);
    }
    xdg_positioner* positioner() {
        xdg_positioner* made = xdg_wm_base_create_positioner(client_.wm_base);
        xdg_positioner_set_size(made, 1 + below(5000), 1 + below(500));
        xdg_positioner_set_anchor_rect(made, any(), any(), below(100), below(100));
        xdg_positioner_set_constraint_adjustment(made, static_cast<std::uint32_t>(below(64)));
        xdg_positioner_set_offset(made, any(), any());
        return made;
    }
    wl_data_device* device() {
        if (!device_)
            device_ = wl_data_device_manager_get_data_device(client_.data_devices, client_.seat);
        return device_;
    }
    void desk_input() {
        Compositor& compositor = client_.desk.compositor();
        compositor.pointer_move(any(), any());
        compositor.button(272, below(2) == 0);
        compositor.key(30, below(2) == 0);
        compositor.set_frame_gate(below(2) == 0);
        if (below(8) == 0)
            (void)compositor.resize(*Size::make(320 + below(300), 240 + below(300)),
                                    static_cast<std::uint16_t>(60 + below(300)));
    }

    Client& client_;
    std::mt19937 random_;
    std::vector<wl_surface*> surfaces_;
    std::vector<wl_subsurface*> subsurfaces_;
    std::vector<xdg_surface*> shells_;
    std::vector<xdg_toplevel*> toplevels_;
    std::vector<xdg_popup*> popups_;
    std::vector<wp_viewport*> viewports_;
    std::vector<wl_buffer*> buffers_;
    wl_data_device* device_ = nullptr;
};

TEST(RandomClientTest, NoSequenceOfRequestsEndsTheCompositor) {
    Desk desk;
    int survived = 0;
    for (unsigned seed = 0; seed < 300; ++seed) {
        Client client(desk);
        wl_seat_get_pointer(client.seat);
        wl_seat_get_keyboard(client.seat);
        Chaos chaos(client, seed);
        for (int i = 0; i < 200 && client.alive(); ++i) {
            chaos.step();
            client.roundtrip();
        }
        survived += client.alive() ? 1 : 0;
    }
    desk.compositor().release_all();
    Client next(desk);
    Window window(next, 0xFF00FF00);
    EXPECT_EQ(desk.pixel(3, 3), 0xFF00FF00);
    EXPECT_LT(survived, 300) << "some sequences break the protocol: else this tests nothing";
}

}  // namespace
}  // namespace sudare::compositor::test
