// SPDX-License-Identifier: Apache-2.0
#include "client/app/texts.h"

#include <gtest/gtest.h>

#include <QApplication>
#include <QSet>
#include <QTranslator>

#include "client/app/language.h"

namespace sudare::client {
namespace {

std::vector<EndReason> all_reasons() {
    std::vector<EndReason> reasons;
    for (unsigned number = 0; number <= 0xFFFF; ++number)
        if (const auto reason = end_reason_from(static_cast<std::uint16_t>(number)))
            reasons.push_back(*reason);
    return reasons;
}

// Both languages, one after the other; English is left behind.
class TextsTest : public testing::TestWithParam<Locale> {
protected:
    void SetUp() override { change(GetParam()); }
    void TearDown() override { change(Locale::kEnglish); }

    static void change(Locale language) {
        for (QTranslator* translator : qApp->findChildren<QTranslator*>())
            delete translator;
        install_language(*qApp, language);
    }

    // Not empty, and in the language that was asked for.
    static void expect_text(const QString& text, const char* what) {
        EXPECT_FALSE(text.trimmed().isEmpty()) << what;
        EXPECT_FALSE(text.contains(u'%')) << what << ": " << text.toStdString();
        bool japanese = false;
        for (const QChar letter : text)
            japanese |=
                letter.script() == QChar::Script_Hiragana || letter.script() == QChar::Script_Han;
        EXPECT_EQ(japanese, GetParam() == Locale::kJapanese) << what << ": " << text.toStdString();
    }

    static void expect_whole(const Explanation& said, const char* what) {
        expect_text(said.title, what);
        expect_text(said.why, what);
        expect_text(said.next, what);
    }
};

TEST_P(TextsTest, EveryReasonIsExplained) {
    ASSERT_GE(all_reasons().size(), 28u);
    for (const EndReason reason : all_reasons()) {
        expect_whole(explain(reason), name_of(reason).data());
        EXPECT_EQ(explain(Ending{Fault::kNone, reason, 0, {}}).title, explain(reason).title);
    }
}

TEST_P(TextsTest, EveryFaultIsExplained) {
    for (const Fault fault : kAllFaults)
        expect_whole(explain(fault), name_of(fault).data());
}

TEST_P(TextsTest, AFaultIsSaidRatherThanTheReasonThatCameWithIt) {
    const Ending ending{Fault::kDecoder, EndReason::kPictureRejected, 0, {}};
    EXPECT_EQ(explain(ending).title, explain(Fault::kDecoder).title);
}

TEST_P(TextsTest, WhereGoingOnIsDangerousTheTextSaysSo) {
    EXPECT_EQ(explain(Fault::kServerNotTrusted).tone, Tone::kDanger);
    EXPECT_EQ(explain(Fault::kServerRevoked).tone, Tone::kDanger);
}

TEST_P(TextsTest, EveryVerdictIsExplained) {
    using wire::LoginVerdict;
    for (const bool second_factor : {false, true})
        for (const auto verdict :
             {LoginVerdict::kRefused, LoginVerdict::kBusy, LoginVerdict::kSecondFactorNeeded,
              LoginVerdict::kPasswordChangeNeeded, LoginVerdict::kEnrolmentNeeded}) {
            const Explanation said = explain({verdict, 0}, second_factor);
            expect_text(said.title, "verdict");
            expect_text(said.next, "verdict");
            EXPECT_TRUE(said.why.isEmpty());
            expect_text(explain({verdict, 7}, second_factor).why, "waiting time");
        }
    EXPECT_TRUE(explain({LoginVerdict::kOk, 0}, false).title.isEmpty());
}

TEST_P(TextsTest, EveryAnswerOfAnEnrolmentIsExplained) {
    using enrol::Verdict;
    for (const bool new_factor : {false, true})
        for (const auto verdict : {Verdict::kRefused, Verdict::kBusy, Verdict::kCodeNeeded,
                                   Verdict::kPasswordWeak, Verdict::kPasswordElsewhere}) {
            const Explanation said = explain(enrol::Result{verdict, 0}, new_factor);
            expect_text(said.title, "answer");
            expect_text(said.next, "answer");
            EXPECT_TRUE(said.why.isEmpty());
            expect_text(explain(enrol::Result{verdict, 7}, new_factor).why, "waiting time");
        }
    for (const Explanation& said : {password_changed(), factor_set_up()}) {
        expect_text(said.title, "done");
        expect_text(said.next, "done");
        EXPECT_EQ(said.tone, Tone::kCalm);
    }
}

// The wire has one verdict for both, and the viewer says nothing that would tell them apart: no
// sentence names the user or the password alone.
TEST_P(TextsTest, AnUnknownUserAndAWrongPasswordLookTheSame) {
    const QString user =
        GetParam() == Locale::kJapanese ? QStringLiteral("利用者名") : QStringLiteral("user name");
    const QString password =
        GetParam() == Locale::kJapanese ? QStringLiteral("パスワード") : QStringLiteral("password");
    for (const bool second_factor : {false, true}) {
        const QString title = explain({wire::LoginVerdict::kRefused, 0}, second_factor).title;
        EXPECT_TRUE(title.contains(user)) << title.toStdString();
        EXPECT_TRUE(title.contains(password)) << title.toStdString();
    }
}

TEST_P(TextsTest, EveryNoticeIsSaid) {
    for (std::uint16_t code = 1; code <= 7; ++code)
        for (const std::uint32_t a : {0u, 1u, 2u, 3u, 4u, 5u, 90u, 300u, 4'000'000'000u})
            for (std::uint32_t b = 0; b < 12; ++b)
                expect_text(text_of({static_cast<wire::NoticeCode>(code), a, b}), "notice");
}

TEST_P(TextsTest, EveryRestrictionIsSaidOnce) {
    const QStringList all = restriction_texts(0xFFFF);
    ASSERT_EQ(all.size(), 7);
    EXPECT_EQ(QSet<QString>(all.begin(), all.end()).size(), 7);
    for (int bit = 0; bit < 7; ++bit)
        EXPECT_EQ(restriction_texts(static_cast<quint16>(1 << bit)), QStringList{all[bit]});
    EXPECT_TRUE(restriction_texts(0).isEmpty());
    for (const QString& text : all + fixed_restriction_texts())
        expect_text(text, "restriction");
    expect_text(ask_contact_text(), "contact");
}

INSTANTIATE_TEST_SUITE_P(Languages, TextsTest,
                         testing::Values(Locale::kJapanese, Locale::kEnglish));

TEST(SupportCodeTest, NamesWhatIsKnown) {
    EXPECT_EQ(support_code({Fault::kNone, EndReason::kIdle, 0, {}}), QStringLiteral("idle"));
    EXPECT_EQ(support_code({Fault::kLost, {}, 0, {}}), QStringLiteral("lost"));
    EXPECT_EQ(support_code({Fault::kDecoder, EndReason::kPictureRejected, 0, {}}),
              QStringLiteral("decoder/picture_rejected"));
}

}  // namespace
}  // namespace sudare::client
