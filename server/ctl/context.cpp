// SPDX-License-Identifier: Apache-2.0
#include "server/ctl/context.h"

#include <cstdio>
#include <cstdlib>
#include <ctime>

#include "server/base/log.h"

namespace sudare::ctl {
namespace {

void print(std::FILE* file, std::string_view line) {
    std::fwrite(line.data(), 1, line.size(), file);
    std::fputc('\n', file);
    std::fflush(file);
}

std::string_view name_of(Errc code) {
    switch (code) {
        case Errc::kBadInput:
            return "bad_input";
        case Errc::kLimit:
            return "limit";
        case Errc::kState:
            return "state";
        case Errc::kDenied:
            return "denied";
        case Errc::kNotFound:
            return "not_found";
        case Errc::kUnavailable:
            return "unavailable";
        case Errc::kSystem:
            break;
    }
    return "system";
}

int exit_code_of(Errc code) {
    if (code == Errc::kUnavailable)
        return kExitUnavailable;
    return code == Errc::kNotFound ? kExitNotFound : kExitFailed;
}

}  // namespace

Language language_from(int argc, const char* const* argv) {
    std::string_view wanted;
    for (const char* name : {"LANG", "LC_MESSAGES", "LC_ALL"})
        if (const char* value = std::getenv(name); value != nullptr && *value != '\0')
            wanted = value;
    for (int i = 1; i < argc; ++i) {
        const std::string_view argument = argv[i];
        if (argument == "--lang" && i + 1 < argc)
            wanted = argv[i + 1];
        else if (argument.starts_with("--lang="))
            wanted = argument.substr(7);
    }
    return wanted.starts_with("ja") ? Language::kJapanese : Language::kEnglish;
}

void Context::result(const boost::json::object& object, std::string_view text) const {
    print(stdout, json ? boost::json::serialize(object) : std::string(text));
}

void Context::failed(Errc code, std::string_view english, std::string_view japanese) {
    exit_code = exit_code_of(code);
    const std::string message(pick(english, japanese));
    if (json) {
        const boost::json::object error{{"error", name_of(code)}, {"message", message}};
        print(stderr, boost::json::serialize(error));
    } else {
        print(stderr, "sudarectl: " + printable(message));
    }
}

std::string utc(std::int64_t seconds) {
    const auto time = static_cast<std::time_t>(seconds);
    std::tm parts{};
    gmtime_r(&time, &parts);
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", parts.tm_year + 1900,
                       parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec);
}

}  // namespace sudare::ctl
