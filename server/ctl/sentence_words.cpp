// SPDX-License-Identifier: Apache-2.0
#include "server/ctl/sentence_words.h"

namespace sudare::ctl {
namespace {

constexpr Words kEnds[] = {
    {"user_ended", "the person ended it", "本人の操作"},
    {"browser_closed", "the person closed the last browser window", "本人がブラウザをすべて閉じたため"},
    {"admin_ended", "an administrator ended it", "管理者の操作"},
    {"server_stopping", "the server was being stopped", "サーバーの停止"},
    {"connection_closed", "the connection to the terminal ended", "端末との接続が切れたため"},
    {"replaced", "the session went on at another connection", "別の接続で続けられたため"},
    {"idle", "nothing was typed or moved for the permitted time", "無操作時間の上限"},
    {"total_time", "the permitted time for one session was over", "利用時間の上限"},
    {"not_permitted", "use was not permitted (account, hours or terminal)",
     "利用が許可されていないため (アカウント、時間帯または端末)"},
    {"too_many_sessions", "the person had as many sessions as are permitted", "同時利用数の上限"},
    {"policy_changed", "the rules were changed", "規則の変更"},
    {"certificate_revoked", "the terminal's certificate was revoked", "端末証明書の失効"},
    {"login_failed", "too many log-ins failed", "ログイン失敗の回数超過"},
    {"login_timeout", "nobody logged in in time", "時間内にログインがなかったため"},
    {"not_resumed", "nobody came back in time", "時間内に再接続がなかったため"},
    {"session_gone", "the session was over already, or belonged to another terminal",
     "すでに終わったセッション、または別の端末のセッションであるため"},
    {"browser_old", "the server's browser was too old to be used safely",
     "サーバーのブラウザが古く安全でないため"},
    {"emergency", "the security staff stopped the session, the person or the terminal",
     "セキュリティ担当による緊急停止"},
    {"malformed", "malformed data came", "形式の正しくないデータを受信したため"},
    {"unknown_type", "data of an unknown kind came", "未知の種類のデータを受信したため"},
    {"illegal_state", "data came at a time when it is not permitted",
     "許されない時点でデータを受信したため"},
    {"too_fast", "data came faster than is permitted", "許容量を超える速さでデータを受信したため"},
    {"stalled", "the other side did not answer any more", "相手が応答しなくなったため"},
    {"picture_rejected", "a picture failed the check", "画面データが検査に合格しなかったため"},
    {"browser_crashed", "the browser crashed", "ブラウザの異常終了"},
    {"session_crashed", "the session's program crashed", "セッションのプログラムの異常終了"},
    {"egress_lost", "the way to the web was lost", "Web への接続経路の障害"},
    {"host_lost", "the session host could not be reached", "セッションホストとの通信不能"},
    {"broker_lost", "the broker could not be reached", "ブローカーとの通信不能"},
    {"link_crashed", "the connection's program on the server crashed",
     "サーバー側の接続プログラムの異常終了"},
    {"decoder_failed", "the viewer could not show the picture", "端末側で画面を表示できなかったため"},
    {"audit_unavailable", "nothing could be recorded", "監査記録を書けなかったため"},
    {"no_resources", "the server had no room", "サーバーの資源不足"},
    {"internal", "a fault in the server", "サーバー内部の障害"},
};

constexpr Words kCauses[] = {
    {"terminal_not_registered", "the terminal is not registered", "端末が登録されていない"},
    {"terminal_revoked", "the terminal was revoked", "端末が失効している"},
    {"certificate_denied", "this certificate is barred", "拒否登録された証明書"},
    {"renewal", "the first use of the new certificate could not be stored",
     "新しい証明書の初回利用を保存できなかった"},
    {"certificate_not_registered", "it is not the terminal's registered certificate",
     "端末に登録された証明書ではない"},
    {"audit_unavailable", "nothing could be recorded", "監査記録を書けなかった"},
    {"database", "the database failed", "データベースの障害"},
    {"no_certificate", "no certificate was shown", "証明書の提示がない"},
    {"revoked", "the certificate is revoked", "失効した証明書"},
    {"wrong_ca", "the certificate is not of our authority", "当方の認証局の証明書ではない"},
    {"tls_version", "the encryption was of an old version", "古い版の暗号化通信"},
    {"alpn", "another protocol was asked for", "別の通信方式の要求"},
    {"timeout", "it took too long", "時間切れ"},
    {"garbage", "what came was no encrypted connection", "暗号化通信ではないデータ"},
    {"expired", "the certificate has expired", "期限切れの証明書"},
    {"throttled", "too many connections came at once", "一度に多すぎる接続"},
    {"other", "a fault of encryption", "暗号化通信の不成立"},
    {"unknown_user", "there is no such account", "存在しないアカウント"},
    {"wrong_password", "the password was wrong", "パスワードの誤り"},
    {"disabled", "the account is disabled", "アカウントが停止中"},
    {"locked", "too many tries failed, and the account was locked for a time",
     "失敗が続いたため一時的にロック中"},
    {"busy", "the server was busy", "サーバーの混雑"},
    {"password_change_needed", "the password must be changed first", "先にパスワードの変更が必要"},
    {"password_expired", "the password is too old", "パスワードの期限切れ"},
    {"no_second_factor", "no one-time code is set up", "ワンタイムコードが未登録"},
    {"code_missing", "the one-time code was missing", "ワンタイムコードの入力がない"},
    {"wrong_code", "the one-time code was wrong", "ワンタイムコードの誤り"},
    {"code_used", "the one-time code was used before", "使用済みのワンタイムコード"},
    {"weak_password", "the new password was too weak", "新しいパスワードが弱い"},
    {"password_in_directory", "the password must be changed in the directory",
     "パスワードはディレクトリで変更する必要がある"},
    {"directory_unknown", "the directory does not know the person", "ディレクトリに登録がない"},
    {"directory_ambiguous", "the directory has several such people", "ディレクトリに該当者が複数いる"},
    {"directory_locked", "the account is locked in the directory", "ディレクトリでロック中"},
    {"directory_expired", "the account has expired in the directory", "ディレクトリで期限切れ"},
    {"directory_must_change", "the directory demands another password",
     "ディレクトリがパスワードの変更を求めている"},
    {"directory_disabled", "the account is disabled in the directory", "ディレクトリで停止中"},
    {"directory_not_connected", "the directory was not connected", "ディレクトリに未接続"},
    {"directory_outage", "the directory had failed shortly before", "ディレクトリの障害中"},
    {"directory_unreachable", "the directory could not be reached", "ディレクトリと通信できない"},
    {"directory_slow", "the directory did not answer in time", "ディレクトリの応答の時間切れ"},
    {"directory_referral", "the directory pointed elsewhere", "ディレクトリが別の場所を指した"},
    {"directory_own_account", "the directory refused the server's own account",
     "ディレクトリがサーバー自身のアカウントを拒否した"},
    {"directory_fault", "the directory failed", "ディレクトリの障害"},
    {"changed_meanwhile", "the account was changed meanwhile", "その間にアカウントが変更された"},
    {"ending", "the connection was being ended already", "接続の終了処理中"},
    {"gone", "the connection ended before the answer", "応答の前に接続が切れた"},
    {"right_but_gone", "the password was right, but the connection ended before the answer",
     "パスワードは正しかったが、応答の前に接続が切れた"},
    {"ticket_of_another_terminal", "the session was begun at another terminal",
     "別の端末で始めたセッションの続行の要求"},
    {"resuming_is_switched_off", "sessions may not be gone on with", "続行が許可されていない"},
    {"recording_unavailable", "it must be recorded and could not be", "必要な録画ができない"},
    {"no_recorder", "the recorder could not be reached", "録画プログラムと通信できない"},
    {"no_reviewers", "there is no reviewer's key to seal it to", "閲覧者の鍵がない"},
    {"disk_full", "the disk was full", "ディスクの空きがない"},
    {"disk", "the disk failed", "ディスクの障害"},
    {"limit", "the recording became too large", "録画の大きさの上限"},
    {"late", "the disk was too slow", "ディスクの応答が遅い"},
    {"lost", "the recorder stopped", "録画プログラムの停止"},
    {"no_snapshot", "the session host sent no whole picture", "画面全体の画像が届かない"},
    {"link_lost", "the connection's program on the server ended",
     "サーバー側の接続プログラムの終了"},
    {"found_open_at_start", "found unfinished when the broker was started again",
     "ブローカーの再起動時に未終了で発見"},
    {"too_many", "too many requests wait", "承認待ちの要求が多すぎる"},
    {"ticket", "by the viewer's own ticket", "端末が保持していた続行用の券による"},
    {"login", "by logging in again", "改めてログインしたことによる"},
};

constexpr Words kVerdicts[] = {
    {"allowed", "was permitted", "許可されました"},
    {"denied_by_rule", "was refused: a rule forbids this site", "拒否されました (この接続先を禁じる規則)"},
    {"denied_by_default", "was refused: no rule permits this site",
     "拒否されました (この接続先を許可する規則がない)"},
    {"denied_address", "was refused: an address of an inner network",
     "拒否されました (内部ネットワークのアドレス)"},
    {"denied_port", "was refused: this port is not permitted", "拒否されました (許可されていないポート)"},
    {"denied_plain_http", "was refused: not encrypted", "拒否されました (暗号化されていない通信)"},
    {"bad_name", "was refused: no valid name", "拒否されました (正しくない名前)"},
    {"not_resolved", "failed: the name was not found", "失敗しました (名前が見つからない)"},
    {"connect_failed", "failed: it did not answer", "失敗しました (相手が応答しない)"},
    {"quota", "was refused: too many connections", "拒否されました (接続数の上限)"},
};

constexpr Words kRefusals[] = {
    {"protocol", "data that the protocol forbids", "通信規約に反するデータの送信"},
    {"input_denied", "typing or pointing that is not permitted", "許可されていない入力操作"},
    {"combination", "a forbidden combination of keys", "禁止されたキーの組み合わせ"},
    {"paste", "pasting text", "文字列の貼り付け"},
    {"rate", "more input than is permitted", "許容量を超える入力"},
    {"host_protocol", "data from the session host that the protocol forbids",
     "セッションホストからの、通信規約に反するデータの送信"},
};

constexpr Words kAlarms[] = {
    {"typed_fast", "more characters in a minute than a hand types", "人の手では難しい速さの文字入力"},
    {"pasted", "many characters within two seconds", "2 秒以内の大量の文字入力"},
    {"pointer", "a pointer that moved for minutes without anything else",
     "ほかの操作を伴わない数分間のポインタ移動"},
    {"typed_in_a_day", "more characters in a day than is usual", "1 日の文字入力量の超過"},
};

constexpr Words kHostEvents[] = {
    {"browser_started", "the browser has started", "ブラウザが起動した"},
    {"input_dropped", "input was dropped", "入力の一部が破棄された"},
    {"limits_missing", "memory and processor could not be limited",
     "メモリと CPU の制限ができなかった"},
    {"browser_try", "the browser tried what is forbidden", "ブラウザが禁止された動作を試みた"},
    {"browser_old", "the browser becomes too old soon", "ブラウザの利用期限が近い"},
};

}  // namespace

std::span<const Words> end_words() {
    return kEnds;
}
std::span<const Words> cause_words() {
    return kCauses;
}
std::span<const Words> verdict_words() {
    return kVerdicts;
}
std::span<const Words> refusal_words() {
    return kRefusals;
}
std::span<const Words> alarm_words() {
    return kAlarms;
}
std::span<const Words> host_event_words() {
    return kHostEvents;
}

}  // namespace sudare::ctl
