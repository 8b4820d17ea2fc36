// SPDX-License-Identifier: Apache-2.0
#include "server/base/log.h"

#include <unistd.h>
#include <utf8proc.h>

#include <array>
#include <chrono>
#include <cstdlib>
#include <ctime>

namespace sudare {
namespace {

std::string g_program = "sudare";  // written once, before threads exist
LogLevel g_level = LogLevel::kInfo;

constexpr std::array<std::string_view, 4> kLevelNames{"debug", "info", "warn", "error"};

std::string timestamp() {
    const auto now = std::chrono::system_clock::now();
    const auto millis =
        std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count();
    const std::time_t seconds = millis / 1000;
    std::tm utc{};
    gmtime_r(&seconds, &utc);
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", utc.tm_year + 1900,
                       utc.tm_mon + 1, utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec,
                       millis % 1000);
}

}  // namespace

void log_init(std::string_view program) {
    g_program = program;
    ::tzset();  // reads the zone file now: a sandbox that comes later permits no file
    const char* wanted = std::getenv("SUDARE_LOG");
    for (std::size_t i = 0; wanted != nullptr && i < kLevelNames.size(); ++i)
        if (kLevelNames[i] == wanted)
            g_level = static_cast<LogLevel>(i);
}

std::string printable(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    const auto* at = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
    auto left = static_cast<utf8proc_ssize_t>(text.size());
    while (left > 0) {
        utf8proc_int32_t code = -1;
        const utf8proc_ssize_t used = utf8proc_iterate(at, left, &code);
        const bool shown = used > 0 && code >= 0x20 && code != 0x7f && (code < 0x80 || code > 0x9f) &&
                           utf8proc_category(code) != UTF8PROC_CATEGORY_CF && code != 0x2028 &&
                           code != 0x2029;
        const utf8proc_ssize_t step = used > 0 ? used : 1;
        if (shown)
            out.append(reinterpret_cast<const char*>(at), static_cast<std::size_t>(step));
        else
            for (utf8proc_ssize_t i = 0; i < step; ++i)
                out += fmt::format("\\x{:02x}", at[i]);
        at += step;
        left -= step;
    }
    return out;
}

bool log_enabled(LogLevel level) { return level >= g_level; }

void log_line(LogLevel level, std::string_view text) {
    if (!log_enabled(level))
        return;
    const std::string line =
        fmt::format("{} {}[{}] {}: {}\n", timestamp(), g_program, ::getpid(),
                    kLevelNames[static_cast<std::size_t>(level)], printable(text));
    // One write per line keeps lines of several processes whole. A full disk must not stop us.
    [[maybe_unused]] const auto written = ::write(STDERR_FILENO, line.data(), line.size());
}

}  // namespace sudare
