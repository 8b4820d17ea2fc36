// SPDX-License-Identifier: Apache-2.0
#include "client/probe/names.h"

#include <iterator>

namespace sudare::probe {
namespace {

// By number; the names of CSS, and "none" for the hidden pointer.
constexpr std::string_view kCursors[] = {
    "none",        "default",    "context-menu", "help",       "pointer",     "progress",
    "wait",        "cell",       "crosshair",    "text",       "vertical-text", "alias",
    "copy",        "move",       "no-drop",      "not-allowed", "grab",       "grabbing",
    "e-resize",    "n-resize",   "ne-resize",    "nw-resize",  "s-resize",    "se-resize",
    "sw-resize",   "w-resize",   "ew-resize",    "ns-resize",  "nesw-resize", "nwse-resize",
    "col-resize",  "row-resize", "all-scroll",   "zoom-in",    "zoom-out",
};
static_assert(std::size(kCursors) == 35);

// By number.
constexpr std::string_view kFieldKinds[] = {"text", "password", "number",
                                            "url",  "email",    "multiline"};
// By number - 1.
constexpr std::string_view kNotices[] = {
    "site_refused",   "input_refused",       "idle_soon",       "time_soon",
    "policy_changed", "too_many_characters", "exception_asked",
};
constexpr std::string_view kVerdicts[] = {"ok", "refused", "busy", "second_factor_needed",
                                          "password_change_needed", "enrolment_needed"};
constexpr std::string_view kStages[] = {"idle",  "connecting", "login",  "logging_in",
                                        "ready", "opening",    "running", "reconnecting"};
constexpr std::string_view kButtons[] = {"left", "middle", "right", "back", "forward"};
constexpr std::string_view kUntils[] = {"login",  "ready", "running",
                                        "closed", "ended", "reconnecting"};

template <std::size_t N>
std::string_view at(const std::string_view (&names)[N], std::size_t index) {
    return index < N ? names[index] : "unknown";
}

template <std::size_t N>
std::optional<std::size_t> index_of(const std::string_view (&names)[N], std::string_view name) {
    for (std::size_t i = 0; i < N; ++i)
        if (names[i] == name)
            return i;
    return std::nullopt;
}

template <std::size_t N>
std::string joined(const std::string_view (&names)[N]) {
    std::string out;
    for (const std::string_view name : names)
        out.append(out.empty() ? "" : ", ").append(name);
    return out;
}

template <typename Enum>
std::optional<Enum> as(std::optional<std::size_t> index, std::size_t first = 0) {
    return index ? std::optional(static_cast<Enum>(*index + first)) : std::nullopt;
}

}  // namespace

std::string_view name_of(wire::Cursor cursor) {
    return at(kCursors, static_cast<std::size_t>(cursor));
}
std::string_view name_of(wire::FieldKind kind) {
    return at(kFieldKinds, static_cast<std::size_t>(kind));
}
std::string_view name_of(wire::NoticeCode code) {
    return at(kNotices, static_cast<std::size_t>(code) - 1);
}
std::string_view name_of(wire::LoginVerdict verdict) {
    return at(kVerdicts, static_cast<std::size_t>(verdict));
}
std::string_view name_of(client::Stage stage) {
    return at(kStages, static_cast<std::size_t>(stage));
}

std::optional<wire::Cursor> cursor_by_name(std::string_view name) {
    return as<wire::Cursor>(index_of(kCursors, name));
}
std::optional<wire::FieldKind> field_kind_by_name(std::string_view name) {
    return as<wire::FieldKind>(index_of(kFieldKinds, name));
}
std::optional<wire::NoticeCode> notice_by_name(std::string_view name) {
    return as<wire::NoticeCode>(index_of(kNotices, name), 1);
}
std::optional<wire::Button> button_by_name(std::string_view name) {
    return as<wire::Button>(index_of(kButtons, name));
}
std::optional<Until> until_by_name(std::string_view name) {
    return as<Until>(index_of(kUntils, name));
}

std::string cursor_names() { return joined(kCursors); }
std::string field_kind_names() { return joined(kFieldKinds); }
std::string notice_names() { return joined(kNotices); }

}  // namespace sudare::probe
