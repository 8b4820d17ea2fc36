// SPDX-License-Identifier: Apache-2.0
#include "server/session/compositor/keymap.h"

#include <cstdlib>
#include <cstring>
#include <span>

#include "server/base/unix_socket.h"

namespace sudare::compositor {
namespace {

struct XkbContextDeleter {
    void operator()(xkb_context* context) const { xkb_context_unref(context); }
};
struct FreeDeleter {
    void operator()(char* text) const { std::free(text); }
};

Result<Keymap> compile(xkb_context* context, const char* model, const char* layout) {
    const xkb_rule_names names{"evdev", model, layout, "", ""};
    Keymap map;
    map.compiled.reset(xkb_keymap_new_from_names(context, &names, XKB_KEYMAP_COMPILE_NO_FLAGS));
    if (!map.compiled)
        return fail(Errc::kSystem, std::string("no keyboard map ") + layout);
    std::unique_ptr<char, FreeDeleter> text(
        xkb_keymap_get_as_string(map.compiled.get(), XKB_KEYMAP_FORMAT_TEXT_V1));
    if (!text)
        return fail(Errc::kSystem, "xkb_keymap_get_as_string");
    map.size = static_cast<std::uint32_t>(std::strlen(text.get()) + 1);
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.get());
    SUDARE_TRY(map.text, sealed_memory("sudare-keymap", std::span(bytes, map.size)));
    return map;
}

}  // namespace

Result<Keymaps> Keymaps::create() {
    // No environment: XKB_DEFAULT_* of whoever started us must not choose the layout.
    std::unique_ptr<xkb_context, XkbContextDeleter> context(
        xkb_context_new(XKB_CONTEXT_NO_ENVIRONMENT_NAMES));
    if (!context)
        return fail(Errc::kSystem, "xkb_context_new");
    Keymaps maps;
    SUDARE_TRY(maps.maps_[static_cast<std::size_t>(KeyboardLayout::kUs)],
               compile(context.get(), "pc105", "us"));
    SUDARE_TRY(maps.maps_[static_cast<std::size_t>(KeyboardLayout::kJp)],
               compile(context.get(), "jp106", "jp"));
    return maps;
}

}  // namespace sudare::compositor
