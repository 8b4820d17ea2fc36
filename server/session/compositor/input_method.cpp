// SPDX-License-Identifier: Apache-2.0
#include "server/session/compositor/input_method.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "server/session/compositor/context.h"
#include "server/session/compositor/input_method_protocol.h"
#include "server/session/compositor/input_popup.h"
#include "server/session/compositor/keyboard_grab.h"
#include "server/session/compositor/scene.h"
#include "server/session/compositor/seat.h"
#include "server/session/compositor/surface.h"
#include "server/session/compositor/text_input.h"

namespace sudare::compositor {

// zwp_input_method_v2. Its state is double-buffered like a text input's: requests collect in
// `pending_` until `commit`.
class InputMethod : public Object {
   public:
    using Object::Object;

    [[nodiscard]] bool active() const { return field_.has_value(); }
    // Nothing: no field, or none that an input method may see.
    void follow(const std::optional<FocusedField>& field);

    Composing pending;
    void commit(std::uint32_t serial);

   private:
    void on_destroyed() override { context.input_methods->left(this); }
    void tell_done() {
        send_done(resource());
        ++dones_;
    }
    struct Field {
        std::uint64_t id;
        std::uint32_t hint, purpose;
        friend bool operator==(const Field&, const Field&) = default;
    };
    std::optional<Field> field_;
    std::uint32_t dones_ = 0;         // the protocol's serial
    std::uint32_t active_since_ = 0;  // `dones_` when the field was given
};

void InputMethod::follow(const std::optional<FocusedField>& field) {
    std::optional<Field> next;
    if (field && field->kind != FieldKind::kPassword)
        next = Field{field->id, field->hint, field->purpose};
    if (next == field_)
        return;
    const bool other = !next || !field_ || next->id != field_->id;
    if (other && field_)
        send_deactivate(resource());
    if (other && next)
        send_activate(resource());
    if (next)
        send_content_type(resource(), next->hint, next->purpose);
    tell_done();
    field_ = next;
    if (other)
        active_since_ = dones_;
    if (other && !next)
        context.seat->keyboard().set_grab(nullptr);
}

// What was meant for a former field must not appear in this one.
void InputMethod::commit(std::uint32_t serial) {
    const Composing composing = std::exchange(pending, {});
    if (field_ && static_cast<std::int32_t>(serial - active_since_) >= 0)
        context.text_inputs->compose(composing);
}

namespace {

InputMethod& self(wl_resource* resource) {
    return *object_of<InputMethod>(resource);
}

const InputMethodRequests kMethodRequests = {
    .commit_string = [](wl_client*, wl_resource* resource,
                        const char* text) { self(resource).pending.committed = text; },
    .set_preedit_string =
        [](wl_client*, wl_resource* resource, const char* text, std::int32_t begin,
           std::int32_t end) {
            Composing& pending = self(resource).pending;
            pending.preedit = text;
            pending.cursor_begin = begin;
            pending.cursor_end = end;
        },
    // It is told nothing of what stands there.
    .delete_surrounding_text = [](wl_client*, wl_resource*, std::uint32_t, std::uint32_t) {},
    .commit = [](wl_client*, wl_resource* resource,
                 std::uint32_t serial) { self(resource).commit(serial); },
    .get_input_popup_surface =
        [](wl_client* client, wl_resource* resource, std::uint32_t id, wl_resource* surface) {
            create_input_popup(self(resource).owner(), client, wl_resource_get_version(resource),
                               id, surface);
        },
    .grab_keyboard =
        [](wl_client* client, wl_resource* resource, std::uint32_t id) {
            create_keyboard_grab(self(resource).owner(), client, wl_resource_get_version(resource),
                                 id);
        },
    .destroy = destroy_request,
};

const InputMethodManagerRequests kManagerRequests = {
    .get_input_method =
        [](wl_client* client, wl_resource* resource, wl_resource*, std::uint32_t id) {
            context_of(resource).input_methods->bind_input_method(
                client, wl_resource_get_version(resource), id);
        },
    .destroy = destroy_request,
};

}  // namespace

InputMethods::InputMethods(Context& context)
    : context_(context),
      manager_(make_global<&kInputMethodManagerInterface, &kManagerRequests>(context, 1)),
      keyboards_(create_virtual_keyboards(context)) {}

void InputMethods::bind_input_method(wl_client* client, int version, std::uint32_t id) {
    auto method = make_object<InputMethod>(context_, client, &kInputMethodInterface, version, id,
                                           &kMethodRequests);
    if (!method)
        return;
    if (!method_.expired())
        return send_unavailable(method->resource());
    method_ = method;
    context_.text_inputs->report();
}

void InputMethods::add_popup(std::weak_ptr<InputPopup> popup) {
    std::erase_if(popups_, [](const auto& known) { return known.expired(); });
    popups_.push_back(std::move(popup));
}

void InputMethods::left(const InputMethod* method) {
    if (const auto known = method_.lock(); known && known.get() != method)
        return;
    method_.reset();
    context_.seat->keyboard().set_grab(nullptr);
    context_.text_inputs->compose({});
    context_.text_inputs->report();
}

bool InputMethods::serving() const {
    const auto method = method_.lock();
    return method && method->resource() && method->active();
}

void InputMethods::follow() {
    const auto method = method_.lock();
    if (!method || !method->resource())
        return;
    const auto field = context_.text_inputs->focused_field();
    const bool before = method->active();
    method->follow(field);
    bool visible = false;
    for (const auto& known : popups_)
        if (const auto popup = known.lock(); popup && popup->surface() && popup->surface()->contents()) {
            visible = true;
            if (field && method->active())
                popup->tell_caret(field->caret);
        }
    if (visible && (before || method->active()))
        context_.scene->compose();
}

std::vector<InputMethods::Shown> InputMethods::shown() const {
    std::vector<Shown> out;
    const auto field = serving() ? context_.text_inputs->focused_field() : std::nullopt;
    if (!field)
        return out;
    for (const auto& known : popups_)
        if (const auto popup = known.lock())
            if (const auto origin = popup->origin(field->caret))
                out.push_back({popup->surface(), *origin});
    return out;
}

}  // namespace sudare::compositor
