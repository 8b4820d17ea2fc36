// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <vector>

#include "protocol/core/geometry.h"
#include "server/session/compositor/region.h"
#include "server/session/compositor/resource.h"
#include "server/session/compositor/scale.h"

namespace sudare::compositor {

class Surface;
struct OutputHandle;

// wl_output: the one screen, as large as the viewer's window.
class Output {
   public:
    Output(Context& context, Size size, Scale scale);

    [[nodiscard]] Size size() const { return size_; }
    [[nodiscard]] Scale scale() const { return scale_; }
    [[nodiscard]] Box device_box() const { return {0, 0, size_.width(), size_.height()}; }
    // What a maximised window is told; covers the screen.
    [[nodiscard]] Box logical_box() const;

    void change(Size size, Scale scale);
    // Tells the surface's client on which output it is.
    void enter(Surface& surface);

   private:
    static void bind(wl_client* client, void* data, std::uint32_t version, std::uint32_t id);
    void describe(const OutputHandle& handle) const;

    Context& context_;
    Size size_;
    Scale scale_;
    std::vector<std::weak_ptr<OutputHandle>> handles_;
    Global global_;
};

}  // namespace sudare::compositor
