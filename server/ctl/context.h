// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/json.hpp>
#include <string>
#include <string_view>

#include "protocol/core/result.h"

// What every command of sudarectl shares: language, form of the output, the broker's socket.
namespace sudare::ctl {

enum class Language { kEnglish, kJapanese };

// From --lang, else LC_ALL, LC_MESSAGES, LANG as POSIX orders them. Looked at before the options
// are parsed, because the help texts depend on it. Only "en" and "ja..." count.
Language language_from(int argc, const char* const* argv);

// Exit codes, for scripts.
inline constexpr int kExitOk = 0;
inline constexpr int kExitFailed = 1;       // refused or failed; the message says why
inline constexpr int kExitUsage = 2;        // the command line is wrong
inline constexpr int kExitUnavailable = 3;  // the broker cannot be reached
inline constexpr int kExitNotFound = 4;     // the named thing does not exist
inline constexpr int kExitPending = 5;      // waits for a second person; nothing has changed yet
inline constexpr int kExitExpiring = 6;     // something that was asked about ends soon, or has ended

struct Context {
    Language language = Language::kEnglish;
    bool json = false;
    std::string socket = "/run/sudare/admin.sock";
    int exit_code = kExitOk;

    [[nodiscard]] std::string_view pick(std::string_view english, std::string_view japanese) const {
        return language == Language::kJapanese ? japanese : english;
    }
    // One result: a JSON object per line with --json, else the text.
    void result(const boost::json::object& object, std::string_view text) const;
    // Prints the message on stderr (as JSON with --json) and sets the exit code.
    void failed(Errc code, std::string_view english, std::string_view japanese);
    void failed(const Error& error) { failed(error.code, error.message, error.message); }
};

// "2026-11-24T09:30:00Z": UTC everywhere, so that records of several machines compare.
std::string utc(std::int64_t seconds);

}  // namespace sudare::ctl
