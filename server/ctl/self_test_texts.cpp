// SPDX-License-Identifier: Apache-2.0
// What the report says about each try. A unit test holds this list and protocol/core/self_test.h together.
#include "server/ctl/self_test.h"

namespace sudare::ctl {
namespace {

constexpr std::string_view kKeysField = "input.blocked_combinations";

}  // namespace

const std::vector<TryText>& try_texts() {
    static const std::vector<TryText> texts{
        {"download", "ダウンロード", "Download",
         "頁のリンクからファイルの保存を求め、Ctrl+S を押す。サイトは、ブラウザが受け取りをやめたことを確かめる",
         "A page's link asks to save a file, then Ctrl+S. The site sees that the browser gives the file up",
         {kKeysField}, {"DownloadRestrictions", "AllowFileSelectionDialogs"}, "端末へファイルを送るメッセージは存在しない", "no message carries a file to the terminal"},
        {"upload", "アップロード", "Upload", "頁でファイルの選択を求め、Ctrl+O を押す",
         "A page asks for a file to be chosen, then Ctrl+O", {kKeysField}, {"AllowFileSelectionDialogs"},
         "端末からファイルを送るメッセージは存在しない", "no message carries a file from the terminal"},
        {"print", "印刷", "Printing", "頁で印刷を求め、Ctrl+P を押す", "A page asks to be printed, then Ctrl+P",
         {kKeysField}, {"PrintingEnabled", "DisablePrintPreview"}, "端末へ印刷データを送るメッセージは存在しない", "no message carries a print job"},
        {"clipboard_write", "クリップボードへの書込み", "Writing to the clipboard",
         "頁の中で 40 万文字を写し、画像のほかに端末へ届いたバイト数を数える",
         "A page copies 400,000 characters; what comes down beside pictures is counted", {"web.clipboard_in_browser"}, {},
         "クリップボードを運ぶメッセージは存在しない。ブラウザの中の書込みは外へ出ない",
         "no message carries a clipboard; what is copied within the browser leads nowhere"},
        {"clipboard_read", "クリップボードの読取り", "Reading the clipboard", "頁でクリップボードの読取りを求める",
         "A page asks to read the clipboard", {"web.clipboard_in_browser"}, {}, "クリップボードを運ぶメッセージは存在しない", "no message carries a clipboard"},
        {"private_address", "庁内などの番地への接続", "Private addresses", "設定した番地をアドレス欄から開く",
         "The given addresses are opened by the address bar", {"web.hosts", "web.allow_by_default"}, {},
         "egress は許可されたホストでも庁内・装置内の番地を拒否する", "the egress refuses private and local addresses, allowed hosts too"},
        {"dev_tools", "開発者ツール", "Developer tools", "F12、Ctrl+Shift+I、Ctrl+Shift+J、Ctrl+U を押す",
         "F12, Ctrl+Shift+I, Ctrl+Shift+J, Ctrl+U", {kKeysField}, {"DeveloperToolsAvailability", "URLBlocklist"}, "", ""},
        {"file_url", "file:// の表示", "file://", "file:///usr/ などをアドレス欄から開く", "file:///usr/ and others are opened by the address bar",
         {}, {"URLBlocklist"}, "ブラウザは中継サーバーのファイルがない箱の中で動く", "the browser runs in a box without the server's files"},
        {"unknown_message", "未定義のメッセージ", "Unknown message", "セッションの中で、定義にない種類のメッセージを送る",
         "A message of no known type is sent in a session", {}, {}, "表にないメッセージは接続を切る", "what is not in the table of messages ends the connection"},
        {"oversize_message", "長すぎるメッセージ", "Oversize message", "セッションの中で、16 MiB と称するメッセージを送る",
         "A message that says it has 16 MiB is sent in a session", {}, {}, "種類ごとに長さが決まっている", "each type has its length"},
        {"tls_1_2", "TLS 1.2 での接続", "TLS 1.2", "正しい証明書を持ち、TLS 1.2 でゲートウェイに接続する", "The gateway is asked for TLS 1.2 with a good certificate",
         {}, {}, "TLS 1.3 だけを受け付ける", "TLS 1.3 only"},
        {"revoked_certificate", "失効した証明書", "Revoked certificate", "失効した端末の証明書でゲートウェイに接続する", "The gateway is asked with a revoked terminal's certificate",
         {}, {}, "失効リストを接続のたびに調べる", "the revocation list is looked at for each connection"}};
    return texts;
}

std::string detail_in_japanese(const std::string& detail) {
    static constexpr std::pair<std::string_view, std::string_view> kRows[] = {
        {"the page was refused", "頁は拒否された"},
        {"the page saw it happen", "頁から見て成功した"},
        {"something opened over the page", "頁の上に何かが開いた"},
        {"the page did not take the key", "頁がキーを受け取らなかった"},
        {"the page got no answer: somebody may be asked", "頁への返事がない (利用者に尋ねている可能性がある)"},
        {"the probe page did not appear", "試験の頁が表示されなかった"},
        {"the session goes on", "セッションが続いている"},
        {"the session is over", "セッションが終わっていた"},
        {"was not tried", "試されなかった"}};
    for (const auto& [english, japanese] : kRows)
        if (detail == english)
            return std::string(japanese);
    return detail;
}

std::string_view result_text(std::string_view result, Language language) {
    struct Row {
        std::string_view result, japanese, english;
    };
    static constexpr Row kRows[] = {{"refused", "拒否された", "refused"},
                                    {"happened", "成功した (警報)", "HAPPENED (alarm)"},
                                    {"unclear", "確かめられない (警報)", "UNCLEAR (alarm)"},
                                    {"no_evidence", "記録がない (警報)", "NO RECORD (alarm)"}};
    for (const Row& row : kRows)
        if (row.result == result)
            return language == Language::kJapanese ? row.japanese : row.english;
    return result;
}

}  // namespace sudare::ctl
