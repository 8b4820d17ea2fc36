// SPDX-License-Identifier: Apache-2.0
#include "server/ctl/sentences.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "protocol/core/reason.h"
#include "server/ctl/sentence_words.h"

namespace sudare::ctl {
namespace {

using audit::EventType;
using audit::FieldKind;

// A row with every field of the log, or only with those that identify it.
ipc::CtlRow row_of(const audit::EventRow& event, bool full) {
    ipc::CtlRow row{{"index", std::uint64_t{5}}, {"event", std::string(event.name)}};
    if (!full)
        return row;
    for (const audit::FieldRow& field : audit::field_rows()) {
        if (field.kind == FieldKind::kNumber && field.field != audit::Field::kReason)
            row.push_back({std::string(field.name), std::uint64_t{17}});
        else if (field.kind == FieldKind::kFlag)
            row.push_back({std::string(field.name), true});
        else
            row.push_back({std::string(field.name), "<" + std::string(field.name) + ">"});
    }
    return row;
}

void check(const std::string& sentence, Language language, std::string_view event) {
    EXPECT_EQ(sentence.find_first_of("{}[]_?"), std::string::npos) << event << ": " << sentence;
    EXPECT_TRUE(sentence.ends_with(language == Language::kJapanese ? "。" : ".") ||
                sentence.ends_with("<cause>")) << sentence;
    const bool japanese = std::ranges::any_of(sentence, [](char c) { return (c & 0x80) != 0; });
    EXPECT_EQ(japanese, language == Language::kJapanese) << sentence;
}

TEST(Sentences, OfAllFieldsNoPlaceholderAndNoMachineWordIsLeft) {
    for (const EventType type : told_events())
        for (const Language language : {Language::kEnglish, Language::kJapanese}) {
            ipc::CtlRow row = row_of(*audit::row_of(type), true);
            for (auto& field : row)  // names of fields stand for what people and hosts are called
                if (auto* text = std::get_if<std::string>(&field.value); text != nullptr && field.name != "event")
                    std::ranges::replace(*text, '_', '-');
            check(sentence_of(row, language), language, audit::row_of(type)->name);
        }
}

// What a session or its connection can have. By the broker: LinkPeer::event puts both into whatever a link
// causes, and these others name a session (a test of the list itself: the event table has no such mark).
TEST(Sentences, EveryEventOfASessionOrConnectionHasOne) {
    const auto told = told_events();
    for (const audit::EventRow& row : audit::event_rows()) {
        const auto number = static_cast<unsigned>(row.type);
        const bool of_a_link = (number >= 16 && number <= 74) || (number >= 86 && number <= 87) ||
                               row.type == EventType::kSessionEndAsked ||
                               (number >= 141 && number <= 146) || row.type == EventType::kSelfTestTry ||
                               row.type == EventType::kSelfTestAlarm ||
                               (number >= 131 && number <= 134 && row.type != EventType::kRenewalSigned) ||
                               (number >= 155 && number <= 157);
        if (of_a_link) {
            EXPECT_TRUE(std::ranges::find(told, row.type) != told.end()) << row.name;
        }
        for (const Language language : {Language::kEnglish, Language::kJapanese})
            EXPECT_FALSE(sentence_of(row_of(row, false), language).empty()) << row.name;
    }
}

TEST(Sentences, EveryReasonAndNoNameTwice) {
    for (unsigned number = 0; number <= 0xffff; ++number)
        if (const auto reason = end_reason_from(static_cast<std::uint16_t>(number))) {
            EXPECT_TRUE(std::ranges::find(end_words(), name_of(*reason), &Words::name) != end_words().end())
                << name_of(*reason);
        }
    for (const auto words : {end_words(), cause_words(), verdict_words(), refusal_words(), alarm_words(), host_event_words()})
        for (const Words& one : words) {
            EXPECT_EQ(std::ranges::count(words, one.name, &Words::name), 1) << one.name;
            EXPECT_TRUE(std::ranges::none_of(one.english, [](char c) { return c == '_' || (c & 0x80) != 0; })) << one.name;
            EXPECT_TRUE(std::ranges::any_of(one.japanese, [](char c) { return (c & 0x80) != 0; })) << one.name;
        }
}

TEST(Sentences, AsTheyRead) {
    const ipc::CtlRow login{{"event", std::string("login_accepted")}, {"user", std::string("佐倉")}, {"terminal", std::string("t-017")}};
    EXPECT_EQ(sentence_of(login, Language::kJapanese), "「佐倉」さんが端末 t-017 からログインしました。");
    const ipc::CtlRow first{{"event", std::string("recording_segment")}, {"segment", std::uint64_t{0}}};
    const ipc::CtlRow last{{"event", std::string("recording_segment")}, {"segment", std::uint64_t{5}}};
    EXPECT_EQ(sentence_of_segments(first, last, Language::kEnglish),
              "Parts 0 to 5 of the recording were stored; each record has its fingerprint (SHA-256).");
    check(sentence_of_segments(first, last, Language::kJapanese), Language::kJapanese, "recording_segment");
    const ipc::CtlRow refused{{"event", std::string("login_refused")}, {"cause", std::string("wrong_password")}};
    EXPECT_EQ(sentence_of(refused, Language::kEnglish), "A log-in was refused: the password was wrong.");
    const ipc::CtlRow tried{{"event", std::string("self_test_try")}, {"test", std::string("clipboard_write")}, {"evidence", std::uint64_t{7}}};
    EXPECT_EQ(sentence_of(tried, Language::kJapanese),
              "自己試験: 許されない操作を試み、拒否されました: クリップボードへの書込み (証拠: 記録 7)。");
    const ipc::CtlRow alarm{{"event", std::string("self_test_alarm")}, {"test", std::string("upload")}, {"cause", std::string("happened")}};
    EXPECT_EQ(sentence_of(alarm, Language::kEnglish), "A self-test could not show that something is refused: Upload; HAPPENED (alarm).");
    const ipc::CtlRow site{{"event", std::string("destination")}, {"host", std::string("example.jp")}, {"host_port", std::uint64_t{443}},
                           {"verdict", std::string("denied_by_rule")}, {"requests", std::uint64_t{2}},
                           {"bytes_up", std::uint64_t{0}}, {"bytes_down", std::uint64_t{1500}}};
    EXPECT_EQ(sentence_of(site, Language::kEnglish),
              "A connection to example.jp, port 443, was refused: a rule forbids this site (2 times; 0 B sent, 1.5 kB received).");
}

}  // namespace
}  // namespace sudare::ctl
