// SPDX-License-Identifier: Apache-2.0
// Begin and end of a self-test. What came of each try is the tester's word, recorded under its uid; the
// records that it names as evidence are the log's own.
#include "protocol/core/self_test.h"

#include <charconv>
#include <ctime>
#include <set>

#include "server/base/log.h"
#include "server/broker/ctl_peer.h"

namespace sudare::broker {

using audit::Event;
using audit::EventType;
using audit::Field;

namespace {

constexpr std::size_t kPerTry = 4;  // name, result, session, evidence

struct Told {
    std::string name, result;
    std::optional<std::uint64_t> session, evidence;
};

CtlFailure bad(const std::string& what, const std::string& value) {
    return {Errc::kBadInput,
            "self-test: " + what + " \"" + printable(value.substr(0, 64)) +
                "\" is not one; do sudarectl and sudare-broker have the same version?",
            "自己試験の結果「" + printable(value.substr(0, 64)) +
                "」が正しくありません。sudarectl と sudare-broker の版を確認してください"};
}

// False: it is no number. Empty: there is none.
bool read_number(const std::string& text, std::optional<std::uint64_t>& out) {
    if (text.empty())
        return true;
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    out = number;
    return error == std::errc() && end == text.data() + text.size();
}

CtlResult<Told> read_try(std::span<const std::string> words, std::uint64_t records) {
    Told told{words[0], words[1], {}, {}};
    if (!self_test::is_try(told.name))
        return tl::unexpected(bad("try", told.name));
    if (!self_test::is_result(told.result))
        return tl::unexpected(bad("result", told.result));
    if (!read_number(words[2], told.session))
        return tl::unexpected(bad("session", words[2]));
    if (!read_number(words[3], told.evidence) || told.evidence.value_or(0) >= records)
        return tl::unexpected(bad("record", words[3]));
    return told;
}

// Each try once and all of them: what was left out was not shown.
CtlResult<std::vector<Told>> read_tries(const std::vector<std::string>& arguments,
                                        std::uint64_t records) {
    std::vector<Told> out;
    std::set<std::string> names;
    for (std::size_t at = 0; at + kPerTry <= arguments.size(); at += kPerTry) {
        auto told = read_try(std::span(arguments).subspan(at, kPerTry), records);
        if (!told)
            return tl::unexpected(told.error());
        if (!names.insert(told->name).second)
            return tl::unexpected(bad("second try", told->name));
        out.push_back(std::move(*told));
    }
    if (arguments.size() % kPerTry != 0 || out.size() != self_test::kTries.size())
        return tl::unexpected(bad("count of tries", std::to_string(out.size())));
    return out;
}

}  // namespace

CtlResult<> CtlPeer::self_test_begin(const Arguments& arguments) {
    const auto user = find_user(arguments[0]);
    if (!user)
        return tl::unexpected(user.error());
    const std::uint64_t first = core_.log().next_index();
    const auto recorded =
        core_.record_durable(event(EventType::kSelfTestBegun).text(Field::kUser, user->name));
    if (!recorded)
        return ctl_fail(recorded.error());
    row({{"first", first}});
    return {};
}

CtlResult<> CtlPeer::self_test_end(const Arguments& arguments) {
    const auto tries = read_tries(arguments, core_.log().next_index());
    if (!tries)
        return tl::unexpected(tries.error());
    std::size_t alarms = 0;
    for (const Told& told : *tries) {
        const bool good = told.result == self_test::kRefused;
        alarms += good ? 0 : 1;
        Event record = event(good ? EventType::kSelfTestTry : EventType::kSelfTestAlarm);
        record.text(Field::kTest, told.name).text(Field::kCause, told.result);
        if (told.session)
            record.number(Field::kSession, *told.session);
        if (told.evidence)
            record.number(Field::kEvidence, *told.evidence);
        if (!good)
            log_error("self-test ALARM: {}: {}", told.name, told.result);
        // The last of them, and with it all before, is on the disk before anybody is answered.
        const bool last = &told == &tries->back() && alarms > 0;
        if (!last)
            core_.record(record);
        else if (const auto recorded = core_.record_durable(record); !recorded)
            return ctl_fail(recorded.error());
    }
    if (alarms == 0)
        if (const auto recorded = core_.record_durable(event(EventType::kSelfTestPassed)); !recorded)
            return ctl_fail(recorded.error());
    using Outcome = SelfTestRecord::Outcome;
    const Outcome outcome = alarms == 0 ? Outcome::kPassed : Outcome::kAlarm;
    if (const auto saved = core_.self_test().save(outcome, std::time(nullptr)); !saved)
        return ctl_fail(saved.error());
    row({{"outcome", std::string(SelfTestRecord::name_of(outcome))},
         {"record", core_.log().next_index() - 1}});
    return {};
}

}  // namespace sudare::broker
