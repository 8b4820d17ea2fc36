// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <spdlog/fmt/fmt.h>

#include <string>
#include <string_view>

// Diagnostics to stderr, one line each: time, program, level, text. Not evidence: the audit log
// of the broker is. Never pass secrets or typed text here. Threads: any.
namespace sudare {

enum class LogLevel { kDebug, kInfo, kWarn, kError };

// The name shown in each line; call once at start. The level comes from SUDARE_LOG
// (debug|info|warn|error), default info.
void log_init(std::string_view program);

// Control bytes, DEL and invalid UTF-8 become \xNN: a peer's bytes cannot forge a line or drive
// a terminal (Qubes QSB-087).
std::string printable(std::string_view text);

void log_line(LogLevel level, std::string_view text);
[[nodiscard]] bool log_enabled(LogLevel level);

template <typename... Args>
void log_debug(fmt::format_string<Args...> format, Args&&... args) {
    if (log_enabled(LogLevel::kDebug))
        log_line(LogLevel::kDebug, fmt::format(format, std::forward<Args>(args)...));
}
template <typename... Args>
void log_info(fmt::format_string<Args...> format, Args&&... args) {
    log_line(LogLevel::kInfo, fmt::format(format, std::forward<Args>(args)...));
}
template <typename... Args>
void log_warn(fmt::format_string<Args...> format, Args&&... args) {
    log_line(LogLevel::kWarn, fmt::format(format, std::forward<Args>(args)...));
}
template <typename... Args>
void log_error(fmt::format_string<Args...> format, Args&&... args) {
    log_line(LogLevel::kError, fmt::format(format, std::forward<Args>(args)...));
}

}  // namespace sudare
