// SPDX-License-Identifier: Apache-2.0
#include "server/session/compositor/text_input.h"

#include <algorithm>
#include <string>

#include "server/session/compositor/context.h"
#include "server/session/compositor/input_method.h"
#include "server/session/compositor/output.h"
#include "server/session/compositor/scene.h"
#include "server/session/compositor/surface.h"
#include "text-input-unstable-v3-server-protocol.h"

namespace sudare::compositor {

// One client's zwp_text_input_v3. Its state is double-buffered: requests collect in `pending`.
class TextInput : public Object {
   public:
    using Object::Object;
    struct State {
        bool enabled = false;
        std::uint64_t id = 0;  // 0: not enabled
        Box caret;             // surface coordinates
        std::uint32_t hint = 0;
        std::uint32_t purpose = 0;
    };
    State pending;
    State current;

    // Whether the viewer may know of the field. Chromium enables a field first and tells its caret with the
    // next commit: until then nobody could compose at the right place. One that never tells a caret
    // is a field all the same, from its second commit on.
    [[nodiscard]] bool ready() const {
        return current.enabled && (current.caret.height > 0 || commits_since_enabled_ > 1);
    }

    void commit() {
        commits_since_enabled_ = enabling_ ? 1 : commits_since_enabled_ + 1;
        enabling_ = false;
        if (current.id != pending.id)
            composing_ = {};
        current = pending;
        ++commits_;
        // Every commit is answered: Chromium holds back further state until then.
        done();
        context.text_inputs->report();
    }
    void type(const std::string& text) {
        zwp_text_input_v3_send_commit_string(resource(), text.c_str());
        done();
    }
    void compose(const Composing& composing) {
        composing_ = composing;
        if (!composing.committed.empty())
            zwp_text_input_v3_send_commit_string(resource(), composing.committed.c_str());
        done();
    }
    // Each `done` without a preedit takes the one that stands there away.
    void done() {
        if (!composing_.preedit.empty())
            zwp_text_input_v3_send_preedit_string(resource(), composing_.preedit.c_str(),
                                                  composing_.cursor_begin, composing_.cursor_end);
        zwp_text_input_v3_send_done(resource(), commits_);
    }
    void enable() {
        pending = {.enabled = true, .caret = {}, .hint = 0, .purpose = 0};
        pending.id = context.text_inputs->next_field();
        enabling_ = true;
    }
    void reset() {
        pending = current = {};
        composing_ = {};
    }

   private:
    void on_destroyed() override { context.text_inputs->report(); }
    Composing composing_;
    std::uint32_t commits_ = 0;  // the protocol's serial
    std::uint32_t commits_since_enabled_ = 0;
    bool enabling_ = false;
};

namespace {

TextInput& self(wl_resource* resource) {
    return *object_of<TextInput>(resource);
}

const struct zwp_text_input_v3_interface kInputRequests = {
    .destroy = destroy_request,
    .enable = [](wl_client*, wl_resource* resource) { self(resource).enable(); },
    .disable = [](wl_client*, wl_resource* resource) { self(resource).pending = {}; },
    .set_surrounding_text = [](wl_client*, wl_resource*, const char*, std::int32_t,
                               std::int32_t) {},
    .set_text_change_cause = [](wl_client*, wl_resource*, std::uint32_t) {},
    .set_content_type =
        [](wl_client*, wl_resource* resource, std::uint32_t hint, std::uint32_t purpose) {
            self(resource).pending.hint = hint;
            self(resource).pending.purpose = purpose;
        },
    .set_cursor_rectangle =
        [](wl_client*, wl_resource* resource, std::int32_t x, std::int32_t y, std::int32_t width,
           std::int32_t height) {
            self(resource).pending.caret = Box::clamped(x, y, width, height);
        },
    .commit = [](wl_client*, wl_resource* resource) { self(resource).commit(); },
};

FieldKind kind_of(const TextInput::State& state) {
    if (state.hint & (ZWP_TEXT_INPUT_V3_CONTENT_HINT_HIDDEN_TEXT |
                      ZWP_TEXT_INPUT_V3_CONTENT_HINT_SENSITIVE_DATA))
        return FieldKind::kPassword;
    switch (state.purpose) {
        case ZWP_TEXT_INPUT_V3_CONTENT_PURPOSE_PASSWORD:
        case ZWP_TEXT_INPUT_V3_CONTENT_PURPOSE_PIN:
            return FieldKind::kPassword;
        case ZWP_TEXT_INPUT_V3_CONTENT_PURPOSE_DIGITS:
        case ZWP_TEXT_INPUT_V3_CONTENT_PURPOSE_NUMBER:
        case ZWP_TEXT_INPUT_V3_CONTENT_PURPOSE_PHONE:
            return FieldKind::kNumber;
        case ZWP_TEXT_INPUT_V3_CONTENT_PURPOSE_URL:
            return FieldKind::kUrl;
        case ZWP_TEXT_INPUT_V3_CONTENT_PURPOSE_EMAIL:
            return FieldKind::kEmail;
        default:
            break;
    }
    return (state.hint & ZWP_TEXT_INPUT_V3_CONTENT_HINT_MULTILINE) ? FieldKind::kMultiline
                                                                   : FieldKind::kText;
}

const struct zwp_text_input_manager_v3_interface kRequests = {
    .destroy = destroy_request,
    .get_text_input =
        [](wl_client* client, wl_resource* resource, std::uint32_t id, wl_resource*) {
            static_cast<TextInputs*>(wl_resource_get_user_data(resource))
                ->bind_input(client, wl_resource_get_version(resource), id);
        },
};

}  // namespace

TextInputs::TextInputs(Context& context)
    : context_(context),
      global_(wl_global_create(context.display, &zwp_text_input_manager_v3_interface, 1, this,
                               bind)) {}

void TextInputs::bind(wl_client* client, void* data, std::uint32_t version, std::uint32_t id) {
    wl_resource* resource = wl_resource_create(client, &zwp_text_input_manager_v3_interface,
                                               static_cast<int>(version), id);
    if (!resource)
        return wl_client_post_no_memory(client);
    wl_resource_set_implementation(resource, &kRequests, data, nullptr);
}

void TextInputs::bind_input(wl_client* client, int version, std::uint32_t id) {
    auto input = make_object<TextInput>(context_, client, &zwp_text_input_v3_interface, version, id,
                                        &kInputRequests);
    if (!input)
        return;
    std::erase_if(inputs_, [](const auto& known) { return known.expired(); });
    inputs_.push_back(input);
    if (auto surface = focus_.lock(); surface && surface->client() == client)
        zwp_text_input_v3_send_enter(input->resource(), surface->resource());
}

void TextInputs::focus(const std::shared_ptr<Surface>& surface) {
    auto former = focus_.lock();
    if (former == surface)
        return;
    focus_ = surface;
    for (const auto& known : inputs_) {
        auto input = known.lock();
        if (!input || !input->resource())
            continue;
        if (former && former->resource() && former->client() == input->client())
            zwp_text_input_v3_send_leave(input->resource(), former->resource());
        input->reset();
        if (surface && surface->client() == input->client())
            zwp_text_input_v3_send_enter(input->resource(), surface->resource());
    }
    report();
}

std::shared_ptr<TextInput> TextInputs::active() const {
    auto surface = focus_.lock();
    if (!surface || !surface->resource())
        return nullptr;
    for (const auto& known : inputs_) {
        auto input = known.lock();
        if (input && input->resource() && input->current.enabled &&
            input->client() == surface->client())
            return input;
    }
    return nullptr;
}

bool TextInputs::commit_text(std::string_view utf8) {
    auto input = active();
    if (!input)
        return false;
    input->type(std::string(utf8));
    return true;
}

void TextInputs::compose(const Composing& composing) {
    if (auto input = active())
        input->compose(composing);
}

std::optional<FocusedField> TextInputs::focused_field() const {
    const auto input = active();
    if (!input || !input->ready())
        return std::nullopt;
    const auto& state = input->current;
    const auto caret = context_.scene->place_logical(*focus_.lock(), state.caret);
    return FocusedField{state.id, state.hint, state.purpose, kind_of(state), caret.value_or(Box{})};
}

TextField TextInputs::current() const {
    TextField field;
    auto input = active();
    if (!input || !input->ready())
        return field;
    field.active = true;
    field.composed_here = context_.input_methods->serving();
    field.kind = kind_of(input->current);
    const auto place = context_.scene->place(*focus_.lock(), input->current.caret);
    const Size screen = context_.output->size();
    // A caret has no width of its own; a rectangle that is empty or outside is told as none.
    const auto rect = place ? Rect::clip(place->x, place->y, std::max(place->width, 1),
                                         std::max(place->height, 1), screen)
                            : std::nullopt;
    if (rect && input->current.caret.height > 0) {
        field.x = rect->x();
        field.y = rect->y();
        field.width = rect->width();
        field.height = rect->height();
    }
    return field;
}

void TextInputs::report() {
    context_.input_methods->follow();
    const TextField field = current();
    if (field == reported_)
        return;
    reported_ = field;
    context_.delegate.on_text_field(field);
}

}  // namespace sudare::compositor
