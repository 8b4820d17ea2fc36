// SPDX-License-Identifier: Apache-2.0
#include "server/verify/words.h"

namespace sudare::verify {
namespace {

using S = std::string;

struct Words {
    Fault fault;
    const char* english;
    const char* japanese;
};
constexpr Words kWords[] = {
    {Fault::kNoRecords, "there are no records", "記録がありません"},
    {Fault::kSegment,
     "the file does not begin where the one before ended: records are missing between them",
     "前のファイルの続きではありません。間の記録が失われています"},
    {Fault::kDeletedForm, "what stands for a deleted file is malformed, or does not follow",
     "削除された記録ファイルの代わりの情報が不正か、前の記録につながりません"},
    {Fault::kDamaged, "bytes that are no record, although records follow or must follow",
     "記録ではないバイト列があります (後に記録が続くため書き込み途中ではありません)"},
    {Fault::kForm, "a record that is not well-formed", "正しい形式の記録ではありません"},
    {Fault::kIndex, "a record with another number: removed, inserted or moved",
     "記録の番号が違います (削除、挿入または入れ替え)"},
    {Fault::kChain, "a record that does not follow from the one before: one of the two was changed",
     "前の記録につながりません (どちらかが変更されています)"},
    {Fault::kClock, "a record older than the one before, without a clock_back record",
     "clock_back の記録がないのに前の記録より古い時刻です"},
    {Fault::kCheckpointForm, "a checkpoint that is none", "チェックポイントの形式が違います"},
    {Fault::kCheckpointSignature, "a checkpoint whose signature is wrong",
     "チェックポイントの署名が違います"},
    {Fault::kCheckpointRoot, "the records are not those that were signed",
     "署名された記録と内容が違います"},
    {Fault::kRecordsMissing, "more records were signed than are there: the end was cut off",
     "署名された数より記録が少なく、末尾が失われています"},
    {Fault::kDeletedUnrecorded, "records are gone, and no record says that a rule deleted them",
     "記録が失われており、規則による削除であるという記録がありません"},
    {Fault::kForkSigned,
     "two different logs of the same length were signed: the signing key was misused",
     "同じ長さの異なる記録が二つ署名されています (署名鍵の不正使用)"},
    {Fault::kInclusion, "the record is not in the log that was signed",
     "署名された記録の中にこの記録はありません"},
    {Fault::kRecord, "no record, or not the one that the proof is about",
     "記録でないか、証明の対象と違う記録です"},
    {Fault::kFile, "the file is not the one that was handed out, or does not belong here",
     "取り出されたときのファイルではないか、この束のものではありません"},
    {Fault::kManifest, "the manifest is malformed, or does not say what the records say",
     "目録の形式が違うか、記録と合いません"},
    {Fault::kTable, "the table does not say what the records say", "表の内容が記録と合いません"},
    {Fault::kExport, "the record of the export is not about this manifest",
     "取り出しの記録が、この目録のものではありません"},
    {Fault::kSigner, "it is not the key by which the signature was checked",
     "署名の確認に使った鍵ではありません"},
};

}  // namespace

void Text::verdict(Verdict verdict, const S& what) {
    switch (verdict) {
        case Verdict::kProven:
            line("PROVEN  " + what, "証明されました  " + what);
            return;
        case Verdict::kChanged:
            line("CHANGED  " + what, "改変があります  " + what);
            return;
        case Verdict::kNotProven:
            line("NOT PROVEN  " + what, "証明されていません  " + what);
            return;
    }
}

void Text::found(const std::vector<Finding>& findings) {
    if (findings.empty())
        return;
    line("Found:", "見つかったもの:");
    for (const Finding& one : findings) {
        S where = one.file;
        if (one.index != kNoIndex)
            where += (one.file.empty() ? "" : ", ") + pick("record ", "記録 ") +
                     std::to_string(one.index);
        if (one.offset != 0)
            where += pick(", byte ", "、バイト ") + std::to_string(one.offset);
        const S detail = one.detail.empty() ? "" : " (" + one.detail + ")";
        for (const Words& words : kWords)
            if (words.fault == one.fault)
                item(where + ": " + words.english + detail,
                     where + ": " + words.japanese + detail);
    }
}

}  // namespace sudare::verify
