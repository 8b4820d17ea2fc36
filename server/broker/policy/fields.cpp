// SPDX-License-Identifier: Apache-2.0
#include "server/broker/policy/fields.h"

#include <array>

namespace sudare::policy {
namespace {

constexpr std::array<std::string_view, 7> kDays{"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
// Bit order of ipc::BlockedCombination.
constexpr std::array<std::string_view, 6> kCombinations{"print",     "save",        "open_file",
                                                        "dev_tools", "view_source", "task_manager"};
// Bit order of ipc::WatermarkField.
constexpr std::array<std::string_view, 4> kWatermarks{"user", "terminal", "time", "session"};
constexpr std::array<std::string_view, 2> kFactors{"off", "required"};
// By ipc::InputProfile.
constexpr std::array<std::string_view, 2> kProfiles{"strict", "normal"};
constexpr std::array<std::string_view, 3> kRecordings{"off", "on", "required"};

// clang-format off: one row per line reads as the table that it is
using I = FieldId;
using T = FieldType;
using L = Loosens;
constexpr std::array<FieldRow, kFieldCount> kRows{{
    {I::kAccessEnabled,
     "access.enabled",
     T::kFlag,
     0,
     1,
     {},
     "true",
     L::kWhenTrue,
     "broker",
     "may open sessions at all",
     "セッションを開ける"},
    {I::kAccessWeekdays, "access.weekdays", T::kWords, 0, 0, kDays, "mon,tue,wed,thu,fri,sat,sun",
     L::kWhenWordAdded, "broker", "days of the week", "利用できる曜日"},
    {I::kAccessHours,
     "access.hours",
     T::kHours,
     0,
     0,
     {},
     "00:00-24:00",
     L::kHours,
     "broker",
     "hours of the day, broker's local time",
     "利用できる時間帯 (サーバの現地時刻)"},
    {I::kAccessTerminals,
     "access.terminals",
     T::kNames,
     0,
     0,
     {},
     "any",
     L::kNames,
     "broker",
     "terminals by certificate name",
     "利用できる端末 (証明書の名前)"},
    {I::kAccessSessionsMax,
     "access.sessions_max",
     T::kNumber,
     0,
     16,
     {},
     "1",
     L::kWhenGreater,
     "broker",
     "sessions at once",
     "同時セッション数"},
    {I::kAccessIdleMinutes,
     "access.idle_minutes",
     T::kNumber,
     1,
     480,
     {},
     "30",
     L::kWhenGreater,
     "link",
     "minutes without input until the end",
     "無操作で終了するまでの分"},
    {I::kAccessTotalMinutes,
     "access.total_minutes",
     T::kNumber,
     1,
     1440,
     {},
     "600",
     L::kWhenGreater,
     "broker, link",
     "minutes a session may last",
     "1 セッションの最長時間 (分)"},
    {I::kAccessResumeMinutes,
     "access.resume_minutes",
     T::kNumber,
     0,
     480,
     {},
     "10",
     L::kWhenGreater,
     "broker, link, host",
     "minutes a session waits for a lost viewer, 0: it ends with its connection",
     "接続が切れたセッションを保つ分、0: 接続とともに終了"},
    {I::kAccessSecondFactor, "access.second_factor", T::kChoice, 0, 0, kFactors, "off",
     L::kWhenSmaller, "broker", "one-time code beside the password",
     "パスワードに加えて確認番号を求める"},
    {I::kAccessPasswordDays,
     "access.password_days",
     T::kNumber,
     0,
     3650,
     {},
     "0",
     L::kWhenGreaterZeroUnlimited,
     "broker",
     "days after which a password must be changed, 0: never",
     "パスワードの変更を求めるまでの日数、0: 求めない"},
    {I::kWebAllowByDefault,
     "web.allow_by_default",
     T::kFlag,
     0,
     1,
     {},
     "false",
     L::kWhenTrue,
     "egress",
     "hosts that no rule names are allowed",
     "規則にないホストを許可する"},
    {I::kWebPlainHttp,
     "web.plain_http",
     T::kFlag,
     0,
     1,
     {},
     "false",
     L::kWhenTrue,
     "egress, browser",
     "http without TLS",
     "暗号化されない http を許可する"},
    {I::kWebClipboard,
     "web.clipboard_in_browser",
     T::kFlag,
     0,
     1,
     {},
     "false",
     L::kWhenTrue,
     "browser",
     "pages may read the browser's own clipboard; nothing crosses zones",
     "ページがブラウザ内のクリップボードを読める (ゾーンは越えない)"},
    {I::kWebStartPage,
     "web.start_page",
     T::kUrl,
     0,
     0,
     {},
     "about:blank",
     L::kOrigin,
     "egress, browser",
     "first page; its host is always allowed",
     "最初のページ (そのホストは常に許可)"},
    {I::kWebHosts,
     "web.hosts",
     T::kHostRules,
     0,
     0,
     {},
     "",
     L::kHostRules,
     "egress",
     "host rules; the longest pattern decides, a user's rule replaces the default's of the same "
     "pattern and port",
     "ホスト規則 (最長一致。利用者の規則は同じパターンとポートの既定に代わる)"},
    {I::kWebDeniedUrls,
     "web.denied_urls",
     T::kUrlList,
     0,
     0,
     {},
     "",
     L::kListShrinks,
     "browser only: not against a broken browser",
     "URL patterns with paths (Chromium URLBlocklist)",
     "拒否する URL パターン (ブラウザのみ)"},
    {I::kWebBookmarks,
     "web.bookmarks",
     T::kBookmarks,
     0,
     0,
     {},
     "",
     L::kNever,
     "browser",
     "bookmarks, TITLE|URL",
     "ブックマーク (題名|URL)"},
    {I::kWebConnectionsMax,
     "web.connections_max",
     T::kNumber,
     1,
     1000,
     {},
     "200",
     L::kWhenGreater,
     "egress",
     "connections at once",
     "同時接続数"},
    {I::kWebMegabytesPerDay,
     "web.megabytes_per_day",
     T::kNumber,
     0,
     1000000,
     {},
     "0",
     L::kWhenGreaterZeroUnlimited,
     "egress",
     "traffic of a session per day in MB, 0: no limit",
     "1 セッションの 1 日の通信量 (MB、0 は無制限)"},
    {I::kInputKeyboard,
     "input.keyboard",
     T::kFlag,
     0,
     1,
     {},
     "true",
     L::kWhenTrue,
     "link, session",
     "keys",
     "キーボード"},
    {I::kInputPointer,
     "input.pointer",
     T::kFlag,
     0,
     1,
     {},
     "true",
     L::kWhenTrue,
     "link, session",
     "pointer",
     "ポインタ"},
    {I::kInputText,
     "input.text",
     T::kFlag,
     0,
     1,
     {},
     "true",
     L::kWhenTrue,
     "link, session",
     "committed text of the terminal's input method",
     "端末の日本語入力で確定した文字"},
    {I::kInputCharactersPerMinute,
     "input.characters_per_minute",
     T::kNumber,
     0,
     60000,
     {},
     "1200",
     L::kWhenGreater,
     "link, session",
     "keys and characters per minute, 0: view only",
     "1 分あたりの入力文字数 (0 は閲覧のみ)"},
    {I::kInputBlocked, "input.blocked_combinations", T::kWords, 0, 0, kCombinations, "none",
     L::kWhenWordRemoved, "link, session", "blocked key combinations", "禁止するキーの組み合わせ"},
    {I::kInputProfile, "input.profile", T::kChoice, 0, 0, kProfiles, "normal", L::kWhenGreater,
     "viewer, link, session", "how much may go up in a second; sudarectl policy budget says it",
     "1 秒間に上げられる量 (sudarectl policy budget で表示)"},
    {I::kDisplayWidthMax,
     "display.width_max",
     T::kNumber,
     320,
     3840,
     {},
     "3840",
     L::kWhenGreater,
     "session",
     "pixels",
     "最大の幅 (ピクセル)"},
    {I::kDisplayHeightMax,
     "display.height_max",
     T::kNumber,
     240,
     2160,
     {},
     "2160",
     L::kWhenGreater,
     "session",
     "pixels",
     "最大の高さ (ピクセル)"},
    {I::kDisplayFramesPerSecond,
     "display.frames_per_second",
     T::kNumber,
     1,
     60,
     {},
     "60",
     L::kWhenGreater,
     "session",
     "pictures per second",
     "毎秒の画面更新"},
    {I::kDisplayKilobitsPerSecond,
     "display.kilobits_per_second",
     T::kNumber,
     0,
     10000000,
     {},
     "0",
     L::kWhenGreaterZeroUnlimited,
     "session",
     "bandwidth in kbit/s, 0: no limit",
     "帯域 (kbit/s、0 は無制限)"},
    {I::kDisplayWatermark, "display.watermark", T::kWords, 0, 0, kWatermarks, "none",
     L::kWhenWordRemoved, "viewer", "fields of the watermark", "透かしの項目"},
    {I::kEvidenceRecording, "evidence.recording", T::kChoice, 0, 0, kRecordings, "off",
     L::kWhenSmaller, "link, recorder", "recording of the screen", "画面の録画"},
    {I::kEvidenceSecondReviewer, "evidence.second_reviewer", T::kFlag, 0, 1, {}, "false",
     L::kWhenSmaller, "broker", "a recording is handed out with a second reviewer's consent only",
     "録画の取り出しに 2 人目の閲覧者の同意を求める"},
    {I::kEvidenceRetentionDays, "evidence.retention_days", T::kNumber, 0, 36500, {}, "0",
     L::kWhenSmallerZeroUnlimited, "broker, recorder",
     "days after which a recording is deleted, 0: never", "録画を削除するまでの日数 (0 は削除しない)"},
}};
// clang-format on

constexpr bool in_order() {
    for (std::size_t i = 0; i < kRows.size(); ++i)
        if (static_cast<std::size_t>(kRows[i].id) != i)
            return false;
    return true;
}
static_assert(in_order(), "kRows is indexed by FieldId");

std::string joined(std::span<const std::string_view> words) {
    std::string out;
    for (const std::string_view word : words)
        out += (out.empty() ? "" : ", ") + std::string(word);
    return out;
}

}  // namespace

std::span<const FieldRow> field_rows() {
    return kRows;
}

const FieldRow* row_of(std::string_view name) {
    for (const FieldRow& row : kRows)
        if (row.name == name)
            return &row;
    return nullptr;
}

const FieldRow& row_of(FieldId id) {
    return kRows[static_cast<std::size_t>(id)];
}

std::string syntax_of(const FieldRow& row) {
    switch (row.type) {
        case FieldType::kFlag:
            return "true, false";
        case FieldType::kNumber:
            return std::to_string(row.low) + ".." + std::to_string(row.high);
        case FieldType::kChoice:
            return joined(row.words);
        case FieldType::kWords:
            return "none, or some of " + joined(row.words) + " with commas";
        case FieldType::kHours:
            return "HH:MM-HH:MM with commas";
        case FieldType::kNames:
            return "any, or terminal names with commas";
        case FieldType::kUrl:
            return "https://..., http://... or about:blank";
        case FieldType::kHostRules:
            return "allow:HOST[:PORT], deny:HOST[:PORT], allow:@LIST, deny:@LIST with commas; .HOST is the whole domain";
        case FieldType::kUrlList:
            return "URL patterns, one per line";
        case FieldType::kBookmarks:
            return "TITLE|URL, one per line";
    }
    return {};
}

}  // namespace sudare::policy
