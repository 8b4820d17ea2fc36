// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "protocol/core/reader.h"
#include "protocol/core/result.h"
#include "protocol/core/writer.h"
#include "protocol/ipc/host_rules.h"

// The effective policy of one session, as the broker hands it to the link and the link to the
// session host. Layers and origins stay in server/broker/policy. The initial values here are the
// built-in default: deny. With nothing set a session shows the start page's pictures and takes
// input, and nothing else.
namespace sudare::ipc {

struct Bookmark {
    std::string title;
    std::string url;
    friend bool operator==(const Bookmark&, const Bookmark&) = default;
};

struct WebPolicy {
    bool allow_by_default = false;  // what happens to a host that no rule names
    bool plain_http = false;
    bool clipboard_in_browser = false;  // read access of pages to the browser's own clipboard
    std::string start_page = "about:blank";  // its host is always allowed
    HostRules hosts;
    std::vector<std::string> denied_urls;     // Chromium URLBlocklist syntax, at most limits::kDeniedUrlsMax
    std::vector<Bookmark> bookmarks;          // at most limits::kBookmarksMax
    std::uint32_t connections_max = 200;      // at once, per session
    std::uint32_t megabytes_per_day = 0;      // 0: no quota
    friend bool operator==(const WebPolicy&, const WebPolicy&) = default;
};

// How much may go up: server/session/input/profile.h.
enum class InputProfile : std::uint8_t { kStrict = 0, kNormal = 1 };

struct InputPolicy {
    bool keyboard = true;
    bool pointer = true;
    bool text = true;                         // committed text of the terminal's own IME
    std::uint16_t characters_per_minute = 1200;  // keys and code points together; 0: view only
    // Blocked key combinations, bit n = BlockedCombination n (input_combination names them).
    std::uint32_t blocked_combinations = 0;
    InputProfile profile = InputProfile::kNormal;
    friend bool operator==(const InputPolicy&, const InputPolicy&) = default;
};

// Bits of InputPolicy::blocked_combinations.
enum class BlockedCombination : std::uint8_t {
    kPrint = 0,        // Ctrl+P, Ctrl+Shift+P
    kSave = 1,         // Ctrl+S
    kOpenFile = 2,     // Ctrl+O
    kDevTools = 3,     // F12, Ctrl+Shift+I/J/C
    kViewSource = 4,   // Ctrl+U
    kTaskManager = 5,  // Shift+Esc
};

// Bits of DisplayPolicy::watermark.
enum WatermarkField : std::uint8_t {
    kWatermarkUser = 1,
    kWatermarkTerminal = 2,
    kWatermarkTime = 4,
    kWatermarkSession = 8,
};

struct DisplayPolicy {
    std::uint16_t width_max = 3840;
    std::uint16_t height_max = 2160;
    std::uint8_t frames_per_second = 60;
    std::uint32_t kilobits_per_second = 0;  // 0: no limit
    std::uint8_t watermark = 0;
    friend bool operator==(const DisplayPolicy&, const DisplayPolicy&) = default;
};

enum class Recording : std::uint8_t { kOff = 0, kOn = 1, kRequired = 2 };

struct SessionPolicy {
    std::uint32_t version = 0;  // of the stored policy; each session's records name it
    std::uint32_t idle_minutes = 30;
    std::uint32_t total_minutes = 600;
    std::uint16_t resume_minutes = 0;  // that the session outlives its connection; 0: not at all
    Recording recording = Recording::kOff;
    WebPolicy web;
    InputPolicy input;
    DisplayPolicy display;
    friend bool operator==(const SessionPolicy&, const SessionPolicy&) = default;
};

// Layout: fixed fields in the order above, counts as u16, texts as in text.h, host rules as in
// host_rules.h. At most limits::kPolicyBytesMax, so that any message can carry one; at least
// kPolicyBytesMin (empty lists and a start page of one byte).
inline constexpr std::uint32_t kPolicyBytesMin = 61;
void write_policy(Writer& out, const SessionPolicy& policy);
// kBadInput or kLimit; names the field.
Result<SessionPolicy> read_policy(Reader& in);

}  // namespace sudare::ipc
