// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "server/session/compositor/pixel_store.h"
#include "server/session/compositor/region.h"
#include "server/session/compositor/resource.h"
#include "server/session/compositor/surface_state.h"

namespace sudare::compositor {

class Subsurface;

// A surface is used for one thing for all its life (the `role` of the Wayland protocol).
enum class Role : std::uint8_t { kNone, kToplevel, kPopup, kSubsurface, kCursor, kDragIcon, kInputPopup };

// Told when a surface's state has been applied (xdg_surface is the only one).
class CommitListener {
   public:
    virtual ~CommitListener() = default;
    virtual void on_commit() = 0;
};

// Where a surface and its subsurfaces lie over each other; an empty `child` is the surface itself.
struct Layer {
    std::weak_ptr<Subsurface> child;
    bool self = false;
};

// wl_surface: collects a pending state, applies it on commit, keeps a private copy of the pixels
// and gives the buffer back at once. A synchronised subsurface keeps its committed state aside
// until its parent commits.
class Surface : public Object, public std::enable_shared_from_this<Surface> {
   public:
    explicit Surface(Context& owner);
    ~Surface() override;

    void commit();
    [[nodiscard]] SurfaceState& pending() { return pending_; }

    // False when the surface already serves for something else.
    [[nodiscard]] bool set_role(Role role);
    [[nodiscard]] Role role() const { return role_; }
    void set_commit_listener(std::weak_ptr<CommitListener> listener);
    [[nodiscard]] std::shared_ptr<CommitListener> commit_listener() const {
        return listener_.lock();
    }

    [[nodiscard]] std::uint64_t id() const { return id_; }
    // Null while nothing is attached.
    [[nodiscard]] const PixelStore* contents() const { return store_.get(); }
    [[nodiscard]] bool opaque_format() const { return opaque_format_; }
    [[nodiscard]] const Region& opaque() const { return opaque_; }  // logical
    [[nodiscard]] bool accepts_input(double x, double y) const;     // logical, surface-local
    // Logical size, {0,0,0,0} without contents.
    [[nodiscard]] Box extent() const;
    // How far attach requests have moved it: only a drag's icon is ever moved so.
    [[nodiscard]] Point offset() const { return offset_; }
    // The part of the buffer that is shown, in buffer pixels.
    [[nodiscard]] CropBox crop() const;
    // Buffer pixels that changed since they were last asked for.
    [[nodiscard]] Region take_damage();

    // The subsurface tree.
    void attach_child(const std::shared_ptr<Subsurface>& child);
    void detach_child(const Subsurface* child);
    // Puts `child` directly above or below `sibling` (null: the surface itself) at the next
    // commit. False when the sibling is none.
    bool restack(const Subsurface* child, const Subsurface* sibling, bool above);
    [[nodiscard]] const std::vector<Layer>& layers() const { return layers_; }
    void set_subsurface(std::weak_ptr<Subsurface> subsurface);
    [[nodiscard]] std::shared_ptr<Subsurface> subsurface() const { return subsurface_.lock(); }
    // Applies what a synchronised subsurface has kept aside.
    void apply_cached();

   private:
    void on_destroyed() override;
    void apply(SurfaceState state);
    void apply_children();
    void take_buffer(SurfaceState& state);
    [[nodiscard]] Region damage_in_buffer(const SurfaceState& state) const;
    void refuse(const Error& error);

    std::uint64_t id_;
    Role role_ = Role::kNone;
    std::weak_ptr<CommitListener> listener_;
    SurfaceState pending_;
    SurfaceState cached_;

    std::unique_ptr<PixelStore> store_;
    bool opaque_format_ = false;
    bool entered_output_ = false;
    std::int32_t scale_ = 1;
    Point offset_;
    ViewportState viewport_;
    Region opaque_;
    std::optional<Region> input_;  // none: everywhere
    Region damage_;                // buffer pixels not yet composed

    std::weak_ptr<Subsurface> subsurface_;
    std::vector<Layer> layers_;          // bottom to top
    std::vector<Layer> pending_layers_;
};

void create_surface(Context& context, wl_client* client, int version, std::uint32_t id);

}  // namespace sudare::compositor
