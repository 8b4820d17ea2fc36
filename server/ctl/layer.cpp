// SPDX-License-Identifier: Apache-2.0
#include "server/ctl/layer.h"

#include <ctime>

#include "server/ctl/commands.h"
#include "server/ctl/times.h"

namespace sudare::ctl {

std::string layer_argument(const std::string& text) {
    return text == "default" ? "" : text;
}

CLI::Option* add_layer(CLI::App* command, const Context& context, std::string& into) {
    return add_needed(command, "layer", into,
                      context.pick("a user, group:NAME, or \"default\" for everybody",
                                   "利用者、group:グループ名、または全員の既定は default"));
}

std::optional<std::string> moment_argument(Context& context, std::string_view option,
                                           const std::string& text) {
    if (text.find_first_not_of("0123456789") == std::string::npos)
        return text;  // a version, or nothing: now
    if (const auto time = time_from(text, DayEnd::kEnd))
        return "@" + std::to_string(text.find('T') == std::string::npos ? *time - 1 : *time);
    const std::string name(option);
    context.failed(Errc::kBadInput,
                   name + " \"" + text +
                       "\" must be a version number, 2026-04-01, or 2026-04-01T09:30 (local time)",
                   name + "「" + text +
                       "」: 版の番号、2026-04-01、2026-04-01T09:30 (現地時刻) のいずれかで指定してください");
    return std::nullopt;
}

std::optional<std::string> end_argument(Context& context, const std::string& text) {
    if (text.empty())
        return text;
    if (const auto lasts = duration_from(text))
        return std::to_string(std::time(nullptr) + *lasts);
    if (const auto time = time_from(text, DayEnd::kEnd))
        return std::to_string(*time);
    context.failed(Errc::kBadInput,
                   "--until \"" + text +
                       "\" must be 2026-04-30 or 2026-04-30T17:00 (local time), or 2h or 7d from now",
                   "--until「" + text +
                       "」: 2026-04-30、2026-04-30T17:00 (現地時刻)、2h、7d (今から) のいずれかで指定してください");
    return std::nullopt;
}

std::string_view moment_help(const Context& context) {
    return context.pick("a version, 2026-04-01 (the end of that day), or 2026-04-01T09:30",
                        "版の番号、2026-04-01 (その日の終わり)、2026-04-01T09:30");
}

}  // namespace sudare::ctl
