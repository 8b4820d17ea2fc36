// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/session/compositor/region.h"
#include "server/session/compositor/resource.h"
#include "server/session/compositor/types.h"

namespace sudare::compositor {

class Surface;
class TextInput;

// What an input method in the session wants to stand in the field.
struct Composing {
    std::string committed;
    std::string preedit;
    std::int32_t cursor_begin = 0, cursor_end = 0;  // bytes of preedit; -1: hidden
};

// The field as an input method in the session sees it.
struct FocusedField {
    std::uint64_t id = 0;  // another one after each `enable`
    std::uint32_t hint = 0, purpose = 0;  // of text-input-v3
    FieldKind kind = FieldKind::kText;
    Box caret;  // logical, on the screen
};

// zwp_text_input_manager_v3: where the caret is and what kind of field has it, outwards; committed
// text, inwards. The text around the caret, which the browser offers as well, is never read. A
// composition has a preedit here only when an input method in the session makes it (input_method.h):
// those of the terminal's are drawn by the viewer.
class TextInputs {
   public:
    explicit TextInputs(Context& context);

    void bind_input(wl_client* client, int version, std::uint32_t id);
    // Follows the keyboard focus; null: nobody.
    void focus(const std::shared_ptr<Surface>& surface);
    // False when no field is active.
    bool commit_text(std::string_view utf8);
    // Replaces the composition. Ignored when no field is active.
    void compose(const Composing& composing);
    [[nodiscard]] std::optional<FocusedField> focused_field() const;
    // Tells the delegate if what it knows is outdated.
    void report();
    [[nodiscard]] const TextField& field() const { return reported_; }
    [[nodiscard]] std::shared_ptr<Surface> focused() const { return focus_.lock(); }

    [[nodiscard]] std::uint64_t next_field() { return ++fields_; }

   private:
    static void bind(wl_client* client, void* data, std::uint32_t version, std::uint32_t id);
    [[nodiscard]] std::shared_ptr<TextInput> active() const;
    [[nodiscard]] TextField current() const;

    Context& context_;
    std::weak_ptr<Surface> focus_;
    std::vector<std::weak_ptr<TextInput>> inputs_;
    std::uint64_t fields_ = 0;  // that were enabled so far
    TextField reported_;
    Global global_;
};

}  // namespace sudare::compositor
