// SPDX-License-Identifier: Apache-2.0
#include "server/bundle/readme.h"

namespace sudare::bundle {
namespace {

constexpr char kJapanese[] = R"(
1. 中身
  records.csv          記録の一覧。表計算ソフトで開けます (時刻は協定世界時と日本時間)
  records.jsonl        同じ内容をプログラムで読むためのもの
  records.tlog-proof   記録の原本と、それが署名された監査記録の中にあることの証明
  records.unsigned     記録の原本のうち、まだ署名されていないもの (ある場合のみ)
  schema.json          記録の種類と項目の説明
  manifest             目録。取り出しの条件と理由、各ファイルの SHA-256
  export.tlog-proof    「この目録の束を取り出した」という監査記録と、その証明
  signer.pub           署名を確かめるための公開鍵 (ある場合のみ)

2. 確かめ方 (渡した者を信用せずに)
    sudare-verify --key 手元の鍵 --lang ja このフォルダ
  鍵には、この束の signer.pub ではなく、別の経路で受け取って保管してきた控えを使ってください。
  束の signer.pub は控えと見比べるためのもので、それ自体は何も証明しません。
  sudare-verify は OpenSSL だけを使う独立したプログラムで、ネットワークもサーバーも必要としません。
  終了コード 0: 証明された  1: 変更されている  2: 確認できなかった  3: 証明されていない (署名がない、または鍵が違う)
  証明の形式は公開された仕様 (RFC 9162、C2SP の tlog-proof と tlog-checkpoint) で、ほかの実装でも確かめられます。

3. 証明されること
  - それぞれの記録が、署名された時点の監査記録のその番号の位置に、このとおりの内容で存在したこと
  - records.csv と records.jsonl が、証明された記録と同じことを述べていること
  - 誰が、どの条件で、どの理由でこの束を取り出したか。それ自体が監査記録に残っていること

4. 証明されないこと
  - 条件に合う記録がこれですべてであること。取り出した件数は監査記録に残りますが、署名が証明するのは
    一件一件の存在です。漏れがないことの確認には、監査記録全体の検証が必要です
  - 記録のとおりの出来事が実際に起きたこと、サーバーの時計が正しかったこと
  - reported_by_host=true の記録の内容。セッションホストの申告であり、乗っ取られていれば偽り得ます
  - 録画の内容。録画ファイルはこの束に含まれません。各区間の SHA-256 が recording_segment の記録にあり、
    別に渡される録画ファイルと照合できます
)";

constexpr char kEnglish[] = R"(
1. What is in it
  records.csv          the records as a table for spreadsheets (times in UTC and of Japan)
  records.jsonl        the same for programs
  records.tlog-proof   the records themselves, with proofs that they are in the signed audit log
  records.unsigned     the records themselves that are not signed yet (when there are any)
  schema.json          what the kinds and fields of records mean
  manifest             what was asked for and why, and the SHA-256 of each file
  export.tlog-proof    the audit record "a bundle with this manifest was handed out", with its proof
  signer.pub           the public key of the signatures (when it was given)

2. How to check it without trusting whoever handed it over
    sudare-verify --key YOUR-COPY this-folder
  As the key use your own copy, which came to you another way, not signer.pub of this bundle: that one
  is to be compared with your copy and proves nothing by itself.
  sudare-verify is a program of its own that uses OpenSSL and nothing else; no network, no server.
  Exit code 0: proven  1: changed  2: could not be checked  3: not proven (no signature, or another key)
  The proofs are in public formats (RFC 9162; tlog-proof and tlog-checkpoint of C2SP): other programs
  can check them too.

3. What is proven
  - each record stood, exactly so and under this number, in the audit log when it was signed
  - records.csv and records.jsonl say what the proven records say
  - who had this bundle made, by which criteria and why: that is itself in the audit log

4. What is not proven
  - that these are all records that meet the criteria. How many were found is in the audit log, but a
    signature proves single records. Whether one is missing shows a check of the whole log
  - that what was recorded did happen, and that the server's clock was right
  - what records with reported_by_host=true say: the session host's word; one that was taken over may lie
  - what recordings show. Their files are not in this bundle; the SHA-256 of each segment stands in a
    record recording_segment, against which a file that is handed over apart can be checked
)";

// "5-7" of ranges of numbers, with commas.
std::string list_of(const std::vector<Manifest::Numbers>& ranges) {
    std::string out;
    for (const Manifest::Numbers& one : ranges)
        out += (out.empty() ? "" : ", ") + std::to_string(one.first) + "-" + std::to_string(one.last - 1);
    return out;
}

}  // namespace

std::string readme(const Manifest& manifest) {
    const std::string all = std::to_string(manifest.signed_records + manifest.unsigned_records);
    const std::string unsigned_count = std::to_string(manifest.unsigned_records);
    const std::string uid = std::to_string(manifest.exported_by);
    const std::string log = manifest.checkpoint ? manifest.checkpoint->origin : "-";
    const std::string gone = list_of(manifest.deleted);
    std::string out = "監査記録の証拠束 (Sudare)                                      English: see below\n\n";
    if (!manifest.checkpoint)
        out += "【署名なし】この束の記録は署名されていません。変更がないことは証明できません。\n\n";
    out += "監査記録の名前: " + log + "\n取り出しの条件: " + manifest.criteria +
           "\n取り出しの理由: " + manifest.reason + "\n取り出した者: 利用者番号 (uid) " + uid +
           "\n件数: " + all + " 件 (うち署名のないもの " + unsigned_count + " 件)\n";
    if (!gone.empty())
        out += "保存期間の規則により削除済みで、条件に合う記録があったかもしれない範囲: " + gone + "\n";
    out += kJapanese;
    out += "\n------------------------------------------------------------------------------\n"
           "Evidence from an audit log (Sudare)\n\n";
    if (!manifest.checkpoint)
        out += "NOT SIGNED: nothing proves that the records of this bundle were not changed.\n\n";
    out += "Name of the log: " + log + "\nAsked for: " + manifest.criteria +
           "\nReason given: " + manifest.reason + "\nExported by: uid " + uid + "\nRecords: " + all +
           " (not signed: " + unsigned_count + ")\n";
    if (!gone.empty())
        out += "Deleted by rule, and may have held what was asked for: " + gone + "\n";
    return out + kEnglish;
}

}  // namespace sudare::bundle
