// SPDX-License-Identifier: Apache-2.0
#include "server/verify/report_text.h"

#include "server/broker/audit/events.h"
#include "server/verify/words.h"

namespace sudare::verify {
namespace {

using S = std::string;

void proven(Text& out, const Report& report) {
    const auto& checkpoint = *report.proven;
    const S count = std::to_string(checkpoint.size);
    out.line("Proven by signature:", "署名によって証明されたこと:");
    if (report.deleted.empty())
        out.item("the first " + count + " records are whole, unchanged, in order, none missing",
                 "最初の " + count + " 件の記録は、欠落も変更も順序の入れ替えもありません");
    else
        out.item("of the first " + count + " records all but the " +
                     std::to_string(report.deleted_records) +
                     " deleted ones are unchanged and in order, none else missing",
                 "最初の " + count + " 件の記録は、削除された " +
                     std::to_string(report.deleted_records) +
                     " 件を除き、欠落も変更も順序の入れ替えもありません");
    if (checkpoint.size != 0)
        out.item("the last of them is of " + time_text(report.proven_time),
                 "そのうち最後の記録の時刻は " + time_text(report.proven_time) + " です");
    out.item("key: " + key_text(checkpoint, report.key_id),
             "署名鍵: " + key_text(checkpoint, report.key_id));
    out.item("root hash: " + evidence::hex(checkpoint.root),
             "ルートハッシュ: " + evidence::hex(checkpoint.root));
    out.item(std::to_string(report.checkpoints) + " checkpoints agree with the records",
             "記録と一致したチェックポイント: " + std::to_string(report.checkpoints) + " 個");
}

// Only what a record tells of; the rest is found.
void deleted(Text& out, const Report& report) {
    if (report.deleted.empty())
        return;
    out.line("Deleted by rule; that they stood there is proven, what they said no longer is:",
             "規則により削除された記録 (存在したことは証明されますが、内容はもう証明できません):");
    for (const Deleted& one : report.deleted)
        if (one.recorded) {
            const S records = std::to_string(one.first) + "-" + std::to_string(one.end - 1) + ", " +
                              time_text(one.first_time) + " - " + time_text(one.last_time);
            out.item(records + ": " + one.rule, records + ": " + one.rule);
        }
    if (report.inside_deleted != 0)
        out.item(std::to_string(report.inside_deleted) +
                     " checkpoints end within them and cannot be compared any more",
                 "その途中までのチェックポイント " + std::to_string(report.inside_deleted) +
                     " 個は、もう照合できません");
}

void not_proven(Text& out, const Report& report) {
    const std::uint64_t covered = report.proven ? report.proven->size : 0;
    out.line("Not proven:", "証明されていないこと:");
    if (report.records > covered)
        out.item("records " + std::to_string(covered) + " to " +
                     std::to_string(report.records - 1) +
                     ": chained, but under no checkpoint (yet) of a given key",
                 "記録 " + std::to_string(covered) + " から " + std::to_string(report.records - 1) +
                     ": 連鎖は正しいが、与えられた鍵の署名は (まだ) ありません");
    out.item(
        "that no newer records existed: a whole machine can be put back to an older state. Whoever "
        "follows the log elsewhere (--follow) sees that",
        "これより新しい記録が存在しなかったこと。全体を古い状態に戻すことは可能です。別の機械での "
        "--follow が検出します");
    out.item("that the broker recorded what happened, and that its clock was right",
             "ブローカーが事実を記録したこと、その時計が正しかったこと");
    out.item("that the key was the signer's alone: compare its line with your own copy",
             "鍵が署名プロセスだけのものであったこと。鍵の行は手元の控えと比べてください");
}

void remarks(Text& out, const Report& report) {
    if (report.torn_bytes == 0 && !report.torn_history && report.told.empty() &&
        report.set_aside.empty() && report.strange.empty() && report.other_keys == 0)
        return;
    out.line("To note:", "注意:");
    if (report.torn_bytes != 0)
        out.item(std::to_string(report.torn_bytes) +
                     " bytes behind the last record: left by a crash, or being written",
                 "最後の記録の後に " + std::to_string(report.torn_bytes) +
                     " バイト: 異常終了の跡または書き込み中");
    if (report.torn_records)
        out.item(
            "there are whole records among them, behind a hole: a disk may leave that, and so may "
            "a hand",
            "その中に、欠けた部分の後ろの完全な記録があります "
            "(ディスクの書き込み順または人為的な変更)");
    if (report.torn_history)
        out.item("an unfinished checkpoint at the end of \"checkpoints\"",
                 "checkpoints の末尾に書きかけのチェックポイント");
    for (const auto& [event, count] : report.told) {
        const auto* row = audit::row_of(static_cast<audit::EventType>(event));
        out.item("the log itself tells of " + std::to_string(count) + " x " + S(row->name),
                 "記録自身が報告: " + S(row->name) + " (" + S(row->japanese) + ") " +
                     std::to_string(count) + " 件");
    }
    if (report.other_keys != 0)
        out.item(
            std::to_string(report.other_keys) +
                " checkpoints are signed by none of the given keys: give all keys of this log",
            "与えられた鍵で署名されていないチェックポイント: " + std::to_string(report.other_keys) +
                " 個 (この記録の鍵をすべて指定してください)");
    for (const S& name : report.set_aside)
        out.item("set aside as evidence: " + name, "証拠として別置: " + name);
    for (const S& name : report.strange)
        out.item("no file of Sudare: " + name, "Sudare のものではないファイル: " + name);
}

}  // namespace

S text_of(const Report& report, const S& what, Language language) {
    Text out(language);
    out.verdict(verdict_of(report), what);
    if (report.records != 0)
        out.line("Records: " + std::to_string(report.records) + " in " +
                     std::to_string(report.segments) + " file(s), " + time_text(report.first_time) +
                     " to " + time_text(report.last_time),
                 "記録: " + std::to_string(report.records) + " 件 (" +
                     std::to_string(report.segments) + " ファイル)、" +
                     time_text(report.first_time) + " から " + time_text(report.last_time));
    out.found(report.findings);
    if (report.proven)
        proven(out, report);
    deleted(out, report);
    not_proven(out, report);
    remarks(out, report);
    return out.done();
}

S text_of(const BundleReport& report, const S& what, Language language) {
    Text out(language);
    out.verdict(verdict_of(report), what);
    for (const BundleReport::Line& line : report.records)
        out.line((line.proven ? "  + " : "  ? ") + line.text,
                 (line.proven ? "  + " : "  ? ") + line.text);
    out.found(report.findings);
    if (report.newest) {
        const S count = std::to_string(report.newest->size);
        out.line("Proven by signature:", "署名によって証明されたこと:");
        out.item("the records marked + stand, exactly so and at these places, in a log of " +
                     count + " records",
                 "+ の記録は、" + count + " 件の記録の中のその位置に、このとおりに存在します");
        out.item("key: " + key_text(*report.newest, report.key_id),
                 "署名鍵: " + key_text(*report.newest, report.key_id));
    }
    out.line("Not proven:", "証明されていないこと:");
    if (report.other_keys != 0)
        out.item(
            std::to_string(report.other_keys) +
                " records under a checkpoint of none of the given keys",
            "与えられた鍵で署名されていない記録: " + std::to_string(report.other_keys) + " 件");
    if (report.without_gap && report.records.size() > 1)
        out.item("what stands before and after these records; between them nothing is missing",
                 "これらの前後に何があるか (間に欠落はありません)");
    else
        out.item("what else the log holds: a bundle is a choice",
                 "ほかに何が記録されているか (抜粋であるため)");
    out.item("that the broker recorded what happened, and that its clock was right",
             "ブローカーが事実を記録したこと、その時計が正しかったこと");
    return out.done();
}

}  // namespace sudare::verify
