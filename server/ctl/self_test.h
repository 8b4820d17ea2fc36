// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <boost/json.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/core/result.h"
#include "protocol/ipc/broker_ctl.h"
#include "server/ctl/context.h"

// sudarectl self-test: settings, the run of sudare-selftest, what the log says about it, the report.
namespace sudare::ctl {

// A section of the rules that an organisation has given itself, and the tries that show it.
struct Requirement {
    std::string section;   // as the rules name it
    std::string japanese;  // its text, or empty: not given
    std::string english;
    std::vector<std::string> tries;
};

// selftest.toml (docs/operations.md).
struct SelfTestConfig {
    std::string server, certificate, key, authority, revocations;
    std::string user, password_file;
    std::string revoked_certificate, revoked_key;
    std::vector<std::string> private_hosts;
    std::string program;       // sudare-selftest; empty: beside sudarectl
    std::optional<uid_t> uid;  // of sudare-selftest; with gid, and only root may set them
    std::optional<gid_t> gid;
    std::string organisation;
    std::vector<Requirement> requirements;
};
Result<SelfTestConfig> load_self_test_config(const std::string& path);

struct TryOutcome {
    std::string name, result, detail;
    std::optional<std::uint64_t> session, port;
    std::vector<std::string> hosts;
    std::string picture;  // PNG in base64; empty: none
    // What the log has about it.
    std::optional<ipc::CtlRow> evidence;
};

// Runs the tester to its end. Always all tries, in the order of self_test::kTries: what it did not tell is
// "unclear". kSystem, kNotFound: it could not be started. Its own complaints go to stderr.
Result<std::vector<TryOutcome>> run_self_test(const SelfTestConfig& config);
// One line of the tester into the outcomes. kBadInput: it is none of ours.
Result<void> take_try(const std::string& line, std::vector<TryOutcome>& outcomes);
std::vector<TryOutcome> no_tries();

// Looks the tries up among records (rows of the log, in order) and keeps the one that shows each. True: every
// try that was refused has its record. Call again with all rows while false: records come a little later.
bool match_evidence(std::vector<TryOutcome>& tries, const std::vector<ipc::CtlRow>& rows);
// After the last look: what was refused without a record is no_evidence.
void demand_evidence(std::vector<TryOutcome>& tries);

struct SelfTestReport {
    const SelfTestConfig& config;
    const std::vector<TryOutcome>& tries;
    const std::vector<ipc::CtlRow>& policy;  // field, value, origin, as policy explain has them
    std::string version;                     // of the broker
    std::int64_t begun = 0, ended = 0;       // seconds since 1970
    std::uint64_t first = 0;                 // number of the first record
    std::optional<std::uint64_t> record;     // of the outcome; nothing: it could not be recorded
    bool passed = false;
};
// Whole pages, without a script or anything from elsewhere.
std::string html_report(const SelfTestReport& report, Language language);
boost::json::object json_report(const SelfTestReport& report);

// Names and words of a try, and what decides about it.
struct TryText {
    std::string_view name, japanese, english;            // title
    std::string_view japanese_how, english_how;          // what is done
    std::vector<std::string_view> fields;                // of the policy
    std::vector<std::string_view> browser;               // of Chromium's policy, the same for everybody
    std::string_view japanese_fixed, english_fixed;      // what no setting changes; or empty
};
const std::vector<TryText>& try_texts();
// What the tester says of it, where it is one of its fixed sentences; else as it is.
std::string detail_in_japanese(const std::string& detail);
std::string_view result_text(std::string_view result, Language language);

}  // namespace sudare::ctl
