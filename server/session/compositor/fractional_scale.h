// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <vector>

#include "server/session/compositor/resource.h"
#include "server/session/compositor/scale.h"

namespace sudare::compositor {

struct FractionalScaleHandle;

// wp_fractional_scale_manager_v1: tells surfaces the exact scale, so that text is drawn sharp.
class FractionalScale {
   public:
    explicit FractionalScale(Context& context);
    // Tells all surfaces the output's new scale.
    void changed();

    void add(std::weak_ptr<FractionalScaleHandle> handle);

   private:
    static void bind(wl_client* client, void* data, std::uint32_t version, std::uint32_t id);
    std::vector<std::weak_ptr<FractionalScaleHandle>> handles_;
    Global global_;
};

}  // namespace sudare::compositor
