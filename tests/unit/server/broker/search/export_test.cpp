// SPDX-License-Identifier: Apache-2.0
// A bundle of evidence as the broker makes it, against sudare-verify's check, in one process: clean
// ones are proven, and whatever is done to one is found.
#include "server/broker/evidence/export.h"

#include <gtest/gtest.h>

#include "made_log.h"
#include "server/bundle/readme.h"
#include "server/bundle/schema.h"
#include "server/bundle/text.h"
#include "server/verify/export.h"

namespace sudare::search {
namespace {

using audit::Event;
using audit::EventType;
using audit::Field;
using Files = std::map<std::string, std::string>;

constexpr std::int64_t kTime = 1'764'000'000'123'456'789;

std::span<const std::uint8_t> bytes_of(const std::string& text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

class World {
public:
    explicit World(const std::string& name = "sudare.test/audit") : name_(name) {
        for (int i = 0; i < 7; ++i) {
            log.add(Event{EventType::kUserDisabled, {}}.text(Field::kUser, "桜,\"=1\u202e").number(Field::kAdminUid, 5), now());
            log.add(Event{EventType::kHeartbeat, {}}, now());
            log.add(Event{EventType::kSessionEnded, {}}.number(Field::kReason, 20).number(Field::kSession, 3), now());
        }
        log.flush();
    }
    std::int64_t now() { return kTime + ++ticks_; }
    [[nodiscard]] LogFiles files() const { return LogFiles::open(folder.log()).value(); }
    // Over all that is there.
    [[nodiscard]] std::string note() {
        evidence::CompactRange tree;
        const auto list = evidence::open_segments(folder.log());
        evidence::LogWalk walk(list.value().segments);
        (void)walk.run([&](const evidence::Visited& record) { return tree.append(record.leaf), true; },
                       [&](const evidence::DeletedSegment& gone) { return tree.append(gone.range), true; });
        return key_.sign({name_, tree.end(), tree.root()}).value();
    }
    [[nodiscard]] evidence::VerifierKey key() const { return key_.verifier(name_).value(); }

    // As ctl_export.cpp puts it together. Records from `unsigned_from` on come behind the checkpoint.
    Files bundle(const Query& query, const std::string& note, bool sign_export = true) {
        auto made = Export::create({query, log.end, true, 0}, log.end, note);
        Export& job = made.value();
        Files out;
        for (bool done = false; !done;) {
            const auto slice = job.next(files(), nullptr);
            if (!slice) {
                failure = slice.error().message;
                return {};
            }
            for (const auto& [name, bytes] : slice->bytes)
                out[name] += bytes;
            done = slice->done;
        }
        const auto complete = [&] {
            bundle::Manifest manifest = job.manifest();
            manifest.criteria = bundle::json_text("user=\"x\n\u202ey\"");
            manifest.reason = bundle::json_text("捜査 12");
            manifest.exported_by = 1000;
            manifest.program = bundle::json_text("1");
            return manifest;
        };
        out[bundle::kReadme] = bundle::readme(complete());
        out[bundle::kSchema] = "{}\n";  // the real one is long, and is held by its hash as any file
        job.add_file(bundle::kReadme, out[bundle::kReadme]);
        job.add_file(bundle::kSchema, out[bundle::kSchema]);
        const auto manifest = complete();
        out[bundle::kManifest] = bundle::write_manifest(manifest);
        const std::uint64_t record = log.end.records;
        log.add(Event{EventType::kEvidenceExported, {}}
                    .text(Field::kFilter, "user=\"x\n\u202ey\"").text(Field::kCause, "捜査 12").number(Field::kAdminUid, 1000)
                    .number(Field::kNumber, manifest.signed_records + manifest.unsigned_records)
                    .bytes(Field::kHash, evidence::sha256(bytes_of(out[bundle::kManifest]))), now());
        log.add(Event{EventType::kHeartbeat, {}}, now());
        log.flush();
        out[sign_export ? bundle::kExportProof : bundle::kExportUnsigned] =
            job.prove_later(files(), record, sign_export ? this->note() : "").value();
        out[bundle::kSignerKey] = key().line() + "\n";
        return out;
    }

    Folder folder;
    MadeLog log{folder.log()};
    std::string failure;

private:
    std::string name_;
    evidence::SigningKey key_ = evidence::SigningKey::generate().value();
    std::int64_t ticks_ = 0;
};

Query of_user() {
    Query query;
    query.user("桜,\"=1\u202e");
    return query;
}

verify::Verdict verdict(const Files& files, const World& world) {
    const std::vector keys{world.key()};
    const auto report = verify::check_export({files, {}}, keys);
    return report ? verify::verdict_of(*report) : verify::Verdict::kChanged;
}

TEST(ExportTest, IsProvenAndSaysWhatTheRecordsSay) {
    World world;
    const Files files = world.bundle(of_user(), world.note());
    const std::vector keys{world.key()};
    const auto report = verify::check_export({files, {}}, keys).value();
    for (const auto& finding : report.records.findings)
        ADD_FAILURE() << verify::name_of(finding.fault) << " " << finding.file << " " << finding.detail;
    EXPECT_EQ(verify::verdict_of(report), verify::Verdict::kProven);
    EXPECT_EQ(report.records.records.size(), 7U);
    EXPECT_EQ(report.not_included, 12U);
    const std::string& json = files.at(bundle::kJson);
    EXPECT_EQ(json.substr(0, json.find('\n')),
              R"({"index":0,"time":"2025-11-24T16:00:00.123456790Z","event":"user_disabled","user":"桜,\"=1\u202e","admin_uid":5})");
    EXPECT_NE(files.at(bundle::kCsv).find("2025-11-25 01:00:00,user_disabled,利用者停止,\"桜,\"\"=1\\u202e\""),
              std::string::npos);
    EXPECT_EQ(verify::verdict_of(verify::check_export({files, {}}, {}).value()), verify::Verdict::kNotProven);
}

TEST(ExportTest, EveryByteOfEveryFileFlipped) {
    World world;
    const Files files = world.bundle(of_user(), world.note());
    ASSERT_EQ(verdict(files, world), verify::Verdict::kProven);  // control
    std::size_t flips = 0;
    for (const auto& [name, text] : files)
        for (std::size_t at = 0; at < text.size(); ++at, ++flips) {
            Files changed = files;
            changed[name][at] = static_cast<char>(changed[name][at] ^ 1);
            ASSERT_NE(verdict(changed, world), verify::Verdict::kProven) << name << " byte " << at;
        }
    EXPECT_GT(flips, 10'000U);
    RecordProperty("flips", static_cast<int>(flips));
}

TEST(ExportTest, FilesAddedRemovedExchanged) {
    World world;
    const Files files = world.bundle(of_user(), world.note());
    Query all;
    const Files other = world.bundle(all, world.note());
    ASSERT_EQ(verdict(other, world), verify::Verdict::kProven);
    for (const auto& [name, text] : files) {
        if (name == bundle::kSignerKey)
            continue;  // the same in both, and may be left out
        Files changed = files;
        changed.erase(name);
        EXPECT_EQ(verdict(changed, world), verify::Verdict::kChanged) << name << " removed";
        changed[name] = other.at(name);
        EXPECT_EQ(verdict(changed, world), text == other.at(name) ? verify::Verdict::kProven : verify::Verdict::kChanged)
            << name << " of another bundle";
    }
    Files more = files;
    more[bundle::kUnsigned] = "";
    EXPECT_EQ(verdict(more, world), verify::Verdict::kChanged);
    EXPECT_EQ(verify::verdict_of(verify::check_export({files, {"x"}}, std::vector{world.key()}).value()), verify::Verdict::kChanged);
    World elsewhere;  // the same records, another key
    EXPECT_EQ(verdict(files, elsewhere), verify::Verdict::kNotProven);
}

// Somebody who can make everything anew but signatures: manifest, hashes, tables.
TEST(ExportTest, TablesMadeAnewBesideGenuineProofs) {
    World world;
    const Files files = world.bundle(of_user(), world.note(), false);
    const auto with = [&](const char* name, const std::function<void(std::string&)>& change) {
        Files changed = files;
        change(changed[name]);
        auto manifest = bundle::read_manifest(changed[bundle::kManifest]).value();
        for (auto& file : manifest.files)
            if (file.name == name)
                file.hash = evidence::sha256(bytes_of(changed[name])), file.bytes = changed[name].size();
        changed[bundle::kManifest] = bundle::write_manifest(manifest);
        const auto report = verify::check_export({changed, {}}, std::vector{world.key()}).value();
        bool table = false;
        for (const auto& finding : report.records.findings)
            table = table || finding.fault == verify::Fault::kTable;
        return table;
    };
    for (const char* name : {bundle::kCsv, bundle::kJson}) {
        EXPECT_FALSE(with(name, [](std::string&) {}));  // control
        EXPECT_TRUE(with(name, [](std::string& text) { text[text.find("disabled")] = 'e'; })) << name;
        EXPECT_TRUE(with(name, [](std::string& text) { text.erase(text.rfind('\n', text.size() - 2) + 1); })) << name;
        EXPECT_TRUE(with(name, [](std::string& text) { text += text.substr(text.rfind('\n', text.size() - 2) + 1); })) << name;
    }
}

TEST(ExportTest, WhatIsNotSignedIsNotProven) {
    World world;
    const Files none = world.bundle(of_user(), "", false);
    EXPECT_EQ(verdict(none, world), verify::Verdict::kNotProven);
    EXPECT_NE(none.at(bundle::kReadme).find("NOT SIGNED"), std::string::npos);
    const std::string early = world.note();
    world.log.add(Event{EventType::kUserEnabled, {}}.text(Field::kUser, "桜,\"=1\u202e"), world.now());
    world.log.flush();
    const Files part = world.bundle(of_user(), early);
    const auto report = verify::check_export({part, {}}, std::vector{world.key()}).value();
    EXPECT_EQ(verify::verdict_of(report), verify::Verdict::kNotProven);
    EXPECT_EQ(report.unsigned_records, 1U);
    EXPECT_EQ(report.records.records.size(), 7U);
    EXPECT_TRUE(report.export_proven);
    const Files late = world.bundle(of_user(), world.note());  // control: signed by then
    EXPECT_EQ(verdict(late, world), verify::Verdict::kProven);
}

TEST(ExportTest, NothingFoundIsABundleToo) {
    World world;
    Query query;
    query.user("nobody");
    const Files files = world.bundle(query, world.note());
    EXPECT_EQ(files.count(bundle::kProofs), 0U);
    EXPECT_EQ(verdict(files, world), verify::Verdict::kProven);
}

TEST(ExportTest, OverDeletedSegmentsAndALogThatWasChanged) {
    World world;
    world.log.next_file();
    for (int i = 0; i < 600; ++i)
        world.log.add(Event{EventType::kUserDisabled, {}}.text(Field::kUser, "桜,\"=1\u202e"), world.now());
    world.log.flush();
    const std::string note = world.note();
    world.log.delete_file(0);
    const Files files = world.bundle(of_user(), note);
    EXPECT_EQ(world.failure, "");
    EXPECT_EQ(verdict(files, world), verify::Verdict::kProven);
    EXPECT_NE(files.at(bundle::kManifest).find("\ndeleted 0 21\n"), std::string::npos);
    World other;
    EXPECT_TRUE(other.bundle(of_user(), world.note()).empty());
    EXPECT_NE(other.failure, "");
}

TEST(ManifestTest, OneSpellingAndNoOtherNames) {
    World world;
    const std::string text = world.bundle(of_user(), world.note()).at(bundle::kManifest);
    EXPECT_TRUE(bundle::read_manifest(text));
    const auto refused = [&](const std::string& from, const std::string& to) {
        std::string changed = text;
        const auto at = changed.find(from);
        ASSERT_NE(at, std::string::npos) << from;
        changed.replace(at, from.size(), to);
        EXPECT_FALSE(bundle::read_manifest(changed)) << to;
    };
    refused(" records.csv", " ../records.csv");
    refused(" records.csv", " /etc/passwd");
    refused(" records.csv", " manifest");
    refused(" records.csv", " records.csv ");
    refused("records 7 0", "records 07 0");
    refused("records 7 0", "records 99999999999 0");
    refused("exported_by 1000", "exported_by -1");
    refused("reason \"捜査 12\"", "reason \"捜査 \x1b[2J\"");
    refused("reason \"捜査 12\"", "reason \"\",\"verdict\":\"proven\"");
    refused("bundle 1\n", "bundle 2\n");
    refused("criteria", "criterium");
}

TEST(BundleText, EscapesWhatHidesAndKeepsNames) {
    EXPECT_EQ(bundle::json_text("髙﨑 葛\U000E0100城"), "\"髙﨑 葛\U000E0100城\"");
    EXPECT_EQ(bundle::json_text(std::string("a\0\n\x7f\"\\", 6)), R"("a\u0000\u000a\u007f\"\\")");
    EXPECT_EQ(bundle::json_text("\u202e\u200b\u2028\ufeff\U000E0041"), R"("\u202e\u200b\u2028\ufeff\udb40\udc41")");
    EXPECT_EQ(bundle::json_text("\xff\xc0\x80\xed\xa0\x80"), R"("\\xff\\xc0\\x80\\xed\\xa0\\x80")");
    EXPECT_EQ(bundle::visible("a\x1b\xff\n"), R"(a\u001b\xff\u000a)");
    for (const std::string text : {"", "a\"\\\n", "\xff", "\u202e", "髙"})
        EXPECT_TRUE(bundle::is_json_text(bundle::json_text(text)));
    for (const std::string text : {"", "\"", "a", "\"\\\"", "\"\\x\"", "\"\\u00g0\"", "\"\n\"", "\"a\"b\"", "\"\\u12\""})
        EXPECT_FALSE(bundle::is_json_text(text)) << text;
}

}  // namespace
}  // namespace sudare::search
