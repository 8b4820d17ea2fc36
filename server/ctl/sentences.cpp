// SPDX-License-Identifier: Apache-2.0
#include "server/ctl/sentences.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "server/ctl/rows.h"
#include "server/ctl/self_test.h"
#include "server/ctl/sentence_words.h"

namespace sudare::ctl {
namespace {

using T = audit::EventType;

// {field} is the field's value; {reason}, {why} (cause), {verdict}, {what} (kind) and a self-test's {test} and
// {outcome} (cause) are put in words;
// {size:field} is a count of bytes. What stands in [] is said only when all its fields are there.
struct Sentence {
    T type;
    std::string_view english;
    std::string_view japanese;
};

constexpr std::array kSentences{
    Sentence{T::kConnected, "Terminal {terminal} connected from {address}; its certificate was valid.",
             "端末 {terminal} が {address} から接続しました (証明書は有効)。"},
    Sentence{T::kConnectionRefused,
             "A connection[ of terminal {terminal}][ from {address}] was refused[: {why}].",
             "[端末 {terminal} の][{address} からの]接続を拒否しました[ (理由: {why})]。"},
    Sentence{T::kHandshakeFailed, "An encrypted connection[ from {address}] did not come about[: {why}].",
             "[{address} からの]暗号化通信が成立しませんでした[ (理由: {why})]。"},
    Sentence{T::kDisconnected, "The connection[ of terminal {terminal}] ended without a session.",
             "[端末 {terminal} の]接続は、セッションを始めずに切れました。"},
    Sentence{T::kLinkViolation,
             "The server's program for the connection[ of terminal {terminal}] did what it must not, and was cut off.",
             "[端末 {terminal} の接続を担う]サーバー側プログラムが許されない動作をしたため、切り離しました。"},
    Sentence{T::kLoginAccepted, "{user} logged in[ at terminal {terminal}].",
             "「{user}」さんが[端末 {terminal} から]ログインしました。"},
    Sentence{T::kLoginRefused, "A log-in[ of {user}][ at terminal {terminal}] was refused: {why}[ (wait {seconds} s)].",
             "[「{user}」さんの][端末 {terminal} からの]ログインを拒否しました (理由: {why}[、待ち時間 {seconds} 秒])。"},
    Sentence{T::kSessionGranted,
             "{user} was permitted to begin a session[ at terminal {terminal}], under version {policy_version} of the rules.",
             "「{user}」さんに[端末 {terminal} での]セッションの開始を許可しました (規則の第 {policy_version} 版)。"},
    Sentence{T::kSessionRefused, "[{user} was refused a session]: {reason}[; {why}].",
             "[「{user}」さんの]セッションの開始を拒否しました (理由: {reason}[、{why}])。"},
    Sentence{T::kSessionStarted, "The session has started on the session host.",
             "セッションホストでセッションが始まりました。"},
    Sentence{T::kSessionEnded, "The session ended: {reason}[; {why}].",
             "セッションが終わりました (理由: {reason}[、{why}])。"},
    Sentence{T::kSessionTerminated, "The server ordered the end: {reason}.",
             "サーバーが終了を指示しました (理由: {reason})。"},
    Sentence{T::kPolicyApplied, "Version {policy_version} of the rules took effect in the running session.",
             "実行中のセッションに、規則の第 {policy_version} 版が適用されました。"},
    Sentence{T::kSessionDetached, "The terminal was disconnected; the session waits for somebody to come back.",
             "端末との接続が切れ、セッションは再接続を待っています。"},
    Sentence{T::kSessionLeft, "The connection ended ({reason}); the session stays on the session host.",
             "接続が終わりました (理由: {reason})。セッションはセッションホストに残っています。"},
    Sentence{T::kSessionResumed, "{user} came back to the session[ at terminal {terminal}][ after {seconds} s][, {why}].",
             "「{user}」さんが[端末 {terminal} から]セッションを続けました[ (中断 {seconds} 秒、{why})]。"},
    Sentence{T::kCounters,
             "Input since the last report: {keys} keys, {code_points} characters, {buttons} clicks[, {dropped} refused]. What was typed is not recorded.",
             "前回の報告以降の操作: キー {keys} 回、文字 {code_points} 字、クリック {buttons} 回[、拒否 {dropped} 回]。入力の内容は記録していません。"},
    Sentence{T::kDestination,
             "A connection to {host}[, port {host_port},] {verdict}[ ({requests} times; {size:bytes_up} sent, {size:bytes_down} received)].",
             "{host}[ (ポート {host_port}) ]への接続は{verdict}[ ({requests} 回、送信 {size:bytes_up}、受信 {size:bytes_down})]。"},
    Sentence{T::kRefusal, "Refused: {what}[ ({reason})].", "拒否しました: {what}[ ({reason})]。"},
    Sentence{T::kExceptionAsked, "{user} asked for an exception to a rule[, for {host}].",
             "「{user}」さんが規則の例外を申請しました[ (接続先 {host})]。"},
    Sentence{T::kHostEvent, "The session host reports: {what}.", "セッションホストの報告: {what}。"},
    Sentence{T::kInputAlarm, "Unusual input: {what} ({number}).", "通常と異なる入力: {what} ({number})。"},
    Sentence{T::kRecordingStarted, "The recording of the screen began.", "画面の録画を始めました。"},
    Sentence{T::kRecordingSegment,
             "Part {segment} of the recording was stored; its fingerprint (SHA-256) is {hash}.",
             "録画の区間 {segment} を保存しました (SHA-256: {hash})。"},
    Sentence{T::kRecordingEnded, "The recording ended in order.", "録画を正常に終えました。"},
    Sentence{T::kRecordingFailed, "The screen is not recorded any more: {why}.",
             "録画ができなくなりました (理由: {why})。"},
    Sentence{T::kRecordingOpened, "The person with user id {admin_uid} got the recording. Reason given: {cause}",
             "利用者番号 {admin_uid} の者が録画を取り出しました。理由: {cause}"},
    Sentence{T::kPasswordChanged, "{user} changed the password.", "「{user}」さんがパスワードを変更しました。"},
    Sentence{T::kSecondFactorSet, "{user} set up one-time codes.", "「{user}」さんがワンタイムコードを登録しました。"},
    Sentence{T::kSessionEndAsked, "The administrator with user id {admin_uid} asked for the end of the session.",
             "利用者番号 {admin_uid} の管理者がセッションの終了を求めました。"},
    Sentence{T::kRenewalAsked, "Terminal {terminal} asked for its next certificate.",
             "端末 {terminal} が次の証明書を要求しました。"},
    Sentence{T::kRenewalRefused, "Terminal {terminal} was refused its next certificate: {why}.",
             "端末 {terminal} の次の証明書の要求を受け付けませんでした (理由: {why})。"},
    Sentence{T::kRenewed, "Terminal {terminal} used its new certificate for the first time.",
             "端末 {terminal} が新しい証明書を初めて使いました。"},
    Sentence{T::kConsentAsked,
             "The reviewer with user id {admin_uid} asked for a second reviewer's consent to see the recording. Reason given: {cause}",
             "利用者番号 {admin_uid} の閲覧者が、録画の閲覧に 2 人目の同意を求めました。理由: {cause}"},
    Sentence{T::kConsentGiven,
             "The reviewer with user id {admin_uid} consented that user id {asker_uid} sees the recording. Reason given: {cause}",
             "利用者番号 {admin_uid} の閲覧者が、利用者番号 {asker_uid} の者による録画の閲覧に同意しました。理由: {cause}"},
    Sentence{T::kConsentRefused,
             "The reviewer with user id {admin_uid} did not consent that user id {asker_uid} sees the recording. Reason given: {cause}",
             "利用者番号 {admin_uid} の閲覧者が、利用者番号 {asker_uid} の者による録画の閲覧に同意しませんでした。理由: {cause}"},
    Sentence{T::kHoldSet,
             "The person with user id {admin_uid} placed the legal hold {hold}: what it names may not be deleted. Reason given: {cause}",
             "利用者番号 {admin_uid} の者が保全「{hold}」を設定しました。対象の記録と録画は削除されません。理由: {cause}"},
    Sentence{T::kHoldEndAsked,
             "The person with user id {admin_uid} asked for the end of the legal hold {hold}. Reason given: {cause}",
             "利用者番号 {admin_uid} の者が保全「{hold}」の解除を申請しました。理由: {cause}"},
    Sentence{T::kHoldEnded,
             "The person with user id {admin_uid} ended the legal hold {hold}[, as user id {asker_uid} had asked]. Reason given: {cause}",
             "[利用者番号 {asker_uid} の者の申請を受けて、]利用者番号 {admin_uid} の者が保全「{hold}」を解除しました。理由: {cause}"},
    Sentence{T::kRecordingOrdered, "The recording is to be deleted[, by the rule {retention_rule}].",
             "録画の削除を指示しました[ (規則: {retention_rule})]。"},
    Sentence{T::kRecordingDeleted, "The recording has been deleted[, by the rule {retention_rule}].",
             "録画を削除しました[ (規則: {retention_rule})]。"},
    Sentence{T::kRecordingSpared, "The recording was to be deleted; the legal hold {hold} keeps it.",
             "録画の削除を取り消しました。保全「{hold}」の対象です。"},
    Sentence{T::kSelfTestTry, "A self-test tried what must not be possible, and was refused: {test}[ (record {evidence} shows it)].",
             "自己試験: 許されない操作を試み、拒否されました: {test}[ (証拠: 記録 {evidence})]。"},
    Sentence{T::kSelfTestAlarm, "A self-test could not show that something is refused: {test}[; {outcome}].",
             "自己試験: 拒否されることを確かめられませんでした: {test}[、{outcome}]。"},
};

constexpr std::string_view kDeleted = "deleted_by_rule";  // no event: what a reader is told of a gap
constexpr Sentence kGap{
    T{}, "{number} records from {begins} to {ends} were deleted by rule; some may belong here.",
    "{begins} から {ends} までの記録 {number} 件は規則により削除済みです (該当する記録が含まれていた可能性があります)。"};

constexpr auto kTold = [] {
    std::array<T, kSentences.size()> out{};
    for (std::size_t i = 0; i < out.size(); ++i)
        out[i] = kSentences[i].type;
    return out;
}();

std::string size_text(const std::string& bytes) {
    const double number = std::strtod(bytes.c_str(), nullptr);
    if (number >= 1e6)
        return fmt::format("{:.1f} MB", number / 1e6);
    return number >= 1e3 ? fmt::format("{:.1f} kB", number / 1e3) : bytes + " B";
}

class Teller {
public:
    Teller(const ipc::CtlRow& row, T type, Language language)
        : row_(row), type_(type), japanese_(language == Language::kJapanese) {}

    // nullopt: a field of the part is not there.
    std::optional<std::string> fill(std::string_view part) const {
        std::string out;
        while (!part.empty()) {
            const std::size_t open = std::min(part.find('{'), part.size());
            out += part.substr(0, open);
            part.remove_prefix(open);
            if (part.empty())
                break;
            const std::size_t close = part.find('}');
            const auto value = value_of(part.substr(1, close - 1));
            if (!value)
                return std::nullopt;
            out += *value;
            part.remove_prefix(close + 1);
        }
        return out;
    }

    std::string tell(std::string_view text) const {
        std::string out;
        while (!text.empty()) {
            const std::size_t open = std::min(text.find('['), text.size());
            out += fill(text.substr(0, open)).value_or("?");
            text.remove_prefix(open);
            if (text.empty())
                break;
            const std::size_t close = text.find(']');
            out += fill(text.substr(1, close - 1)).value_or("");
            text.remove_prefix(close + 1);
        }
        return out;
    }

private:
    std::optional<std::string> value_of(std::string_view name) const {
        if (name == "reason")
            return worded("reason", end_words());
        if (name == "why")
            return worded("cause", cause_words());
        if (name == "verdict")
            return worded("verdict", verdict_words());
        if (name == "what")
            return worded("kind", type_ == T::kRefusal      ? refusal_words()
                                  : type_ == T::kInputAlarm ? alarm_words()
                                                            : host_event_words());
        if (name == "test")
            return test_title();
        if (name == "outcome") {
            const auto result = raw("cause");
            return result ? std::optional<std::string>(result_text(*result, language())) : std::nullopt;
        }
        if (name.starts_with("size:")) {
            const auto bytes = raw(name.substr(5));
            return bytes ? std::optional(size_text(*bytes)) : std::nullopt;
        }
        return raw(name);
    }
    std::optional<std::string> raw(std::string_view name) const {
        std::string value = text_of(row_, name);
        return value.empty() ? std::nullopt : std::optional(std::move(value));
    }
    Language language() const { return japanese_ ? Language::kJapanese : Language::kEnglish; }
    std::optional<std::string> test_title() const {
        const auto name = raw("test");
        const auto found = std::ranges::find(try_texts(), std::string_view(name.value_or("")), &TryText::name);
        if (found == try_texts().end())
            return name;
        return std::string(japanese_ ? found->japanese : found->english);
    }
    // An identifier of a later version stands as it is.
    std::optional<std::string> worded(std::string_view field, std::span<const Words> words) const {
        const auto name = raw(field);
        if (!name)
            return std::nullopt;
        const auto found = std::ranges::find(words, std::string_view(*name), &Words::name);
        if (found == words.end())
            return name;
        return std::string(japanese_ ? found->japanese : found->english);
    }

    const ipc::CtlRow& row_;
    T type_;
    bool japanese_;
};

}  // namespace

std::string sentence_of(const ipc::CtlRow& row, Language language) {
    const bool japanese = language == Language::kJapanese;
    const std::string event = text_of(row, "event");
    const auto rows = audit::event_rows();
    const auto known = std::ranges::find(rows, std::string_view(event), &audit::EventRow::name);
    if (event == kDeleted)
        return Teller(row, kGap.type, language).tell(japanese ? kGap.japanese : kGap.english);
    if (known == rows.end())
        return event;
    const auto found = std::ranges::find(kSentences, known->type, &Sentence::type);
    if (found == kSentences.end())
        return std::string(japanese ? known->japanese : known->meaning) + (japanese ? "。" : ".");
    const Teller teller(row, known->type, language);
    return teller.tell(japanese ? found->japanese : found->english);
}

std::string sentence_of_segments(const ipc::CtlRow& first, const ipc::CtlRow& last,
                                 Language language) {
    const std::string from = text_of(first, "segment"), to = text_of(last, "segment");
    return language == Language::kJapanese
               ? "録画の区間 " + from + " から " + to + " を保存しました (SHA-256 は各記録にあります)。"
               : "Parts " + from + " to " + to +
                     " of the recording were stored; each record has its fingerprint (SHA-256).";
}

std::span<const audit::EventType> told_events() {
    return kTold;
}

}  // namespace sudare::ctl
