// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "server/session/compositor/resource.h"
#include "server/session/compositor/types.h"

namespace sudare::compositor {

class Surface;
class TextInput;

// zwp_text_input_manager_v3: where the caret is and what kind of field has it, outwards; committed
// text, inwards. The text around the caret, which the browser offers as well, is never read. There
// is no preedit: compositions are drawn by the viewer, so `done` has none to preserve.
class TextInputs {
   public:
    explicit TextInputs(Context& context);

    void bind_input(wl_client* client, int version, std::uint32_t id);
    // Follows the keyboard focus; null: nobody.
    void focus(const std::shared_ptr<Surface>& surface);
    // False when no field is active.
    bool commit_text(std::string_view utf8);
    // Tells the delegate if what it knows is outdated.
    void report();
    [[nodiscard]] const TextField& field() const { return reported_; }
    [[nodiscard]] std::shared_ptr<Surface> focused() const { return focus_.lock(); }

   private:
    static void bind(wl_client* client, void* data, std::uint32_t version, std::uint32_t id);
    [[nodiscard]] std::shared_ptr<TextInput> active() const;
    [[nodiscard]] TextField current() const;

    Context& context_;
    std::weak_ptr<Surface> focus_;
    std::vector<std::weak_ptr<TextInput>> inputs_;
    TextField reported_;
    Global global_;
};

}  // namespace sudare::compositor
