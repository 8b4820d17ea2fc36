// SPDX-License-Identifier: Apache-2.0
// What sudarectl makes of a tester's word and of the log: which record shows which try, and that nothing but
// "refused, with its record" ever passes.
#include "server/ctl/self_test.h"

#include <gmock/gmock.h>

#include "protocol/core/self_test.h"

namespace sudare::ctl {
namespace {

using ipc::CtlRow;
using ::testing::HasSubstr;
using ::testing::Not;

TryOutcome& find(std::vector<TryOutcome>& tries, std::string_view name) {
    return *std::ranges::find(tries, name, &TryOutcome::name);
}

// A tester that saw all of it refused; two private hosts in session 8.
std::vector<TryOutcome> all_refused() {
    std::vector<TryOutcome> tries = no_tries();
    std::uint64_t session = 1;
    for (TryOutcome& one : tries) {
        one.result = self_test::kRefused;
        if (one.name == "tls_1_2" || one.name == "revoked_certificate")
            one.port = one.name == "tls_1_2" ? 41000 : 41001;
        else
            one.session = session++;
    }
    find(tries, "private_address").hosts = {"192.168.0.1", "[::1]:8443"};
    return tries;
}

std::vector<CtlRow> log_of(std::vector<TryOutcome> tries) {
    std::vector<CtlRow> rows;
    const auto add = [&](CtlRow row) {
        row.insert(row.begin(), {"index", std::uint64_t{100 + rows.size()}});
        rows.push_back(std::move(row));
    };
    for (const TryOutcome& one : tries)
        if (one.session)
            add({{"event", std::string("session_started")}, {"session", *one.session}});
    const std::uint64_t place = *find(tries, "private_address").session;
    for (const char* host : {"192.168.0.1", "::1"})
        add({{"event", std::string("destination")}, {"session", place}, {"host", std::string(host)}, {"verdict", std::string("denied_address")}});
    for (const auto& [name, reason] : {std::pair{"unknown_message", "unknown_type"}, {"oversize_message", "malformed"}})
        add({{"event", std::string("refusal")}, {"session", *find(tries, name).session}, {"kind", std::string("protocol")}, {"reason", std::string(reason)}});
    add({{"event", std::string("handshake_failed")}, {"port", std::uint64_t{41000}}, {"cause", std::string("tls_version")}});
    add({{"event", std::string("handshake_failed")}, {"port", std::uint64_t{41001}}, {"cause", std::string("revoked")}});
    return rows;
}

std::string result_of(std::vector<TryOutcome> tries, const std::vector<CtlRow>& rows, std::string_view name) {
    match_evidence(tries, rows);
    demand_evidence(tries);
    return find(tries, name).result;
}

TEST(SelfTestEvidence, EveryTryFindsItsOwnRecord) {
    auto tries = all_refused();
    EXPECT_TRUE(match_evidence(tries, log_of(tries)));
    demand_evidence(tries);
    for (const TryOutcome& one : tries)
        EXPECT_TRUE(one.result == self_test::kRefused && one.evidence) << one.name;
}

TEST(SelfTestEvidence, ARefusalWithoutItsRecordDoesNotPass) {
    const auto rows = log_of(all_refused());
    for (const std::string_view name : self_test::kTries) {
        auto tries = all_refused();
        ASSERT_TRUE(match_evidence(tries, rows));
        const auto shown = *find(tries, name).evidence;
        auto less = rows;
        std::erase(less, shown);
        EXPECT_FALSE(match_evidence(tries, less)) << name;
        EXPECT_EQ(result_of(all_refused(), less, name), self_test::kNoEvidence) << name;
    }
}

TEST(SelfTestEvidence, OneOfSeveralPrivateHostsIsNotEnough) {
    auto rows = log_of(all_refused());
    std::erase_if(rows, [](const CtlRow& row) {
        return std::ranges::find(row, ipc::CtlField{"host", std::string("::1")}) != row.end();
    });
    EXPECT_EQ(result_of(all_refused(), rows, "private_address"), self_test::kNoEvidence);
}

TEST(SelfTestEvidence, AHostThatWasLetThroughIsAnAlarmWhateverTheTesterSaw) {
    auto rows = log_of(all_refused());
    auto tries = all_refused();
    rows.push_back({{"index", std::uint64_t{200}}, {"event", std::string("destination")}, {"session", *find(tries, "private_address").session},
                    {"host", std::string("::1")}, {"verdict", std::string("allowed")}});
    EXPECT_EQ(result_of(tries, rows, "private_address"), self_test::kHappened);
}

TEST(SelfTestEvidence, AnAllowedHostByAnotherRuleThanTheAddressIsNoProof) {
    auto rows = log_of(all_refused());
    for (CtlRow& row : rows)
        for (ipc::CtlField& field : row)
            if (field == ipc::CtlField{"verdict", std::string("denied_address")})
                field.value = std::string("denied_by_default");
    EXPECT_EQ(result_of(all_refused(), rows, "private_address"), self_test::kNoEvidence);
}

TEST(SelfTestEvidence, RecordsOfOtherSessionsAndPortsDoNotCount) {
    auto rows = log_of(all_refused());
    for (CtlRow& row : rows)
        for (ipc::CtlField& field : row)
            if (auto* number = std::get_if<std::uint64_t>(&field.value); number && field.name != "index")
                *number += 1000;
    for (const std::string_view name : self_test::kTries)
        EXPECT_EQ(result_of(all_refused(), rows, name), self_test::kNoEvidence) << name;
}

TEST(SelfTestRun, WhatTheTesterDoesNotTellIsUnclear) {
    auto tries = no_tries();
    EXPECT_EQ(tries.size(), self_test::kTries.size());
    ASSERT_TRUE(take_try(R"({"test":"print","result":"refused","session":7,"detail":"a\u0007b","hosts":["x"]})", tries));
    EXPECT_EQ(find(tries, "print").session, 7U);
    EXPECT_THAT(find(tries, "print").detail, Not(HasSubstr("\a")));
    EXPECT_EQ(find(tries, "download").result, self_test::kUnclear);
    for (const char* bad : {"", "no", "[]", R"({"test":"other","result":"refused"})", R"({"test":"print","result":"fine"})"})
        EXPECT_FALSE(take_try(bad, tries)) << bad;
    ASSERT_TRUE(take_try(R"({"test":"upload","result":"happened","picture":"\"><script>","session":-1})", tries));
    EXPECT_EQ(find(tries, "upload").picture, "");
    EXPECT_FALSE(find(tries, "upload").session);
}

TEST(SelfTestReport, NamesEveryTryInBothLanguages) {
    ASSERT_EQ(try_texts().size(), self_test::kTries.size());
    for (std::size_t i = 0; i < try_texts().size(); ++i)
        EXPECT_EQ(try_texts()[i].name, self_test::kTries[i]);
    for (const std::string_view result : self_test::kResults)
        EXPECT_NE(result_text(result, Language::kJapanese), result_text(result, Language::kEnglish)) << result;
}

TEST(SelfTestReport, NothingFromOutsideIsMarkup) {
    SelfTestConfig config;
    config.organisation = config.server = config.user = "<b>&\"";
    config.requirements = {{"<b>1", "<b>ja", "<b>en", {"print"}}, {"2", "", "", {}}};
    auto tries = all_refused();
    for (TryOutcome& one : tries)
        one.detail = "<b>detail";
    match_evidence(tries, {{{"index", std::uint64_t{1}}, {"event", std::string("<b>")}}});
    const std::vector<CtlRow> policy{{{"field", std::string("web.clipboard_in_browser")}, {"value", std::string("<b>")}, {"origin", std::string("<b>")}}};
    const SelfTestReport report{config, tries, policy, "<b>", 0, 0, 0, std::nullopt, false};
    for (const Language language : {Language::kJapanese, Language::kEnglish}) {
        const std::string page = html_report(report, language);
        // Its own bold words are the names of sections and tries.
        EXPECT_THAT(page, Not(HasSubstr("<b>&\"")));
        EXPECT_THAT(page, Not(HasSubstr("<b>detail")));
        EXPECT_THAT(page, Not(HasSubstr("<b><b>")));
        EXPECT_THAT(page, HasSubstr("&lt;b&gt;&amp;&quot;"));
        EXPECT_THAT(page, Not(HasSubstr("<script")));
    }
}

}  // namespace
}  // namespace sudare::ctl
