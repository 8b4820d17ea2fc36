// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "server/session/compositor/region.h"
#include "server/session/compositor/resource.h"

namespace sudare::compositor {

class InputMethod;
class InputPopup;
class Surface;

// An input method in the session, for people whose terminal may send keys but no text
// (docs/decisions/0012): zwp_input_method_manager_v2 and zwp_virtual_keyboard_manager_v1. It is
// another client than the browser, over a socket of its own (client_gate.h), and one at a time. It
// gets keys while a text field has them, passwords excepted; it composes in that field, and shows its
// candidates beside the caret. It is never told what stands around the caret.
class InputMethods {
   public:
    explicit InputMethods(Context& context);

    // An input method has the field that has the keyboard.
    [[nodiscard]] bool serving() const;
    // The field, its kind or its caret has changed, or may have.
    void follow();

    // For the scene: what the input method shows, and where; logical.
    struct Shown {
        std::shared_ptr<Surface> surface;
        Point origin;
    };
    [[nodiscard]] std::vector<Shown> shown() const;

    // For the files of the input method only.
    void bind_input_method(wl_client* client, int version, std::uint32_t id);
    void add_popup(std::weak_ptr<InputPopup> popup);
    void left(const InputMethod* method);

   private:
    Context& context_;
    std::weak_ptr<InputMethod> method_;
    std::vector<std::weak_ptr<InputPopup>> popups_;
    Global manager_;
    Global keyboards_;
};

}  // namespace sudare::compositor
