// SPDX-License-Identifier: Apache-2.0
#include "server/bundle/render.h"
#include "server/verify/export.h"
#include "server/verify/json_object.h"
#include "server/verify/words.h"

namespace sudare::verify {
namespace {

using S = std::string;

S moment(std::int64_t time) {
    return bundle::utc(time).substr(0, 19) + "Z";
}

// What it says it is; of people outside, so it stands escaped and in quotes.
void story(Text& out, const ExportReport& report) {
    const bundle::Manifest& manifest = *report.manifest;
    const S count = std::to_string(manifest.signed_records + manifest.unsigned_records);
    out.line("Asked for: " + manifest.criteria, "取り出しの条件: " + manifest.criteria);
    out.line("Reason: " + manifest.reason, "理由: " + manifest.reason);
    const S uid = std::to_string(manifest.exported_by);
    out.line("Exported: " + moment(report.export_time) + " by uid " + uid + " (record " +
                 std::to_string(report.export_index) + ")",
             "取り出し: " + bundle::japan_time(report.export_time) + " (日本時間)、uid " + uid +
                 " (記録 " + std::to_string(report.export_index) + ")");
    if (!manifest.between) {
        out.line("Records: none", "記録: 0 件");
        return;
    }
    const S range = std::to_string(manifest.between->first) + "-" + std::to_string(manifest.between->last);
    out.line("Records: " + count + ", of " + moment(report.first_time) + " to " +
                 moment(report.last_time) + ", numbers " + range,
             "記録: " + count + " 件、" + bundle::japan_time(report.first_time) + " から " +
                 bundle::japan_time(report.last_time) + " (日本時間)、番号 " + range);
}

void proven(Text& out, const ExportReport& report) {
    const bool all = verdict_of(report) == Verdict::kProven;
    if (!all || !report.manifest)
        return;
    out.line("Proven by signature:", "署名によって証明されたこと:");
    if (report.records.newest) {
        const S size = std::to_string(report.records.newest->size);
        out.item("each record stands, exactly so and under its number, in a log of " + size + " records",
                 "どの記録も、" + size + " 件の監査記録の中のその番号の位置に、このとおりに存在します");
        out.item("records.csv and records.jsonl say the same as the records",
                 "records.csv と records.jsonl は、記録と同じ内容です");
        out.item("key: " + key_text(*report.records.newest, report.key_id),
                 "署名鍵: " + key_text(*report.records.newest, report.key_id));
    } else {
        out.item("key: " + report.key_id, "署名鍵: " + report.key_id);
    }
    out.item("this bundle was handed out so: who, when, by which criteria and why stands in the log",
             "この束がこのとおりに取り出されたこと (誰が、いつ、どの条件で、なぜ) は監査記録にあります");
}

void not_signed(Text& out, const ExportReport& report) {
    if (report.unsigned_records != 0)
        out.item(std::to_string(report.unsigned_records) + " records: they are NOT SIGNED",
                 std::to_string(report.unsigned_records) + " 件の記録: 署名がありません");
    if (report.records.other_keys != 0)
        out.item(std::to_string(report.records.other_keys) +
                     " records under a checkpoint of none of the given keys",
                 "与えられた鍵で署名されていない記録: " + std::to_string(report.records.other_keys) + " 件");
    if (!report.export_proven)
        out.item("the record of the export, and with it the manifest: no signature of a given key",
                 "取り出しの記録と、それによる目録: 与えられた鍵の署名がありません");
}

void not_proven(Text& out, const ExportReport& report) {
    out.line("Not proven:", "証明されていないこと:");
    not_signed(out, report);
    out.item("that these are all records which meet the criteria: the broker says so. Records between "
             "the first and the last that are not in the bundle: " +
                 std::to_string(report.not_included) + ". Only the whole log shows what they are",
             "条件に合う記録がこれですべてであること: ブローカーの申告です。最初と最後の間の " +
                 std::to_string(report.not_included) +
                 " 件はこの束に含まれません。確認には監査記録全体の検証が必要です");
    for (const auto& gone : report.manifest->deleted) {
        const S range = std::to_string(gone.first) + "-" + std::to_string(gone.last - 1);
        out.item("what stood in records " + range + ": deleted by rule",
                 "記録 " + range + " の内容: 規則により削除済み");
    }
    out.item("that the broker recorded what happened, and that its clock was right",
             "ブローカーが事実を記録したこと、その時計が正しかったこと");
    out.item("that the key was the signer's alone: give --key your own copy, not signer.pub from here",
             "鍵が署名プロセスだけのものであったこと: --key には束の signer.pub ではなく手元の控えを");
}

}  // namespace

S text_of(const ExportReport& report, const S& what, Language language) {
    Text out(language);
    out.verdict(verdict_of(report), what);
    out.found(report.records.findings);
    if (!report.manifest)
        return out.done();
    story(out, report);
    proven(out, report);
    not_proven(out, report);
    return out.done();
}

S json_of(const ExportReport& report, const S& what) {
    Object out;
    out.text("export", what).text("verdict", word_of(verdict_of(report)));
    put_checkpoint(out, report.records.newest, report.key_id);
    out.number("signed_records", report.records.records.size())
        .number("unsigned_records", report.unsigned_records)
        .number("not_included", report.not_included)
        .number("records_of_other_keys", report.records.other_keys);
    if (report.manifest)
        out.raw("criteria", report.manifest->criteria)
            .raw("reason", report.manifest->reason)
            .number("exported_by", report.manifest->exported_by);
    out.number("export_record", report.export_index)
        .flag("export_proven", report.export_proven)
        .text("export_time", time_text(report.export_time));
    return out.raw("findings", findings(report.records.findings)).done() + "\n";
}

}  // namespace sudare::verify
