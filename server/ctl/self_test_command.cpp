// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <chrono>
#include <ctime>
#include <filesystem>
#include <memory>
#include <thread>

#include "protocol/core/self_test.h"
#include "server/base/log.h"
#include "server/ctl/client.h"
#include "server/ctl/commands.h"
#include "server/ctl/self_test.h"
#include "server/pki/files.h"

namespace sudare::ctl {
namespace {

using ipc::CtlRequest;
using Rows = std::vector<ipc::CtlRow>;

// Destinations are reported in groups, and records are written behind what they are about.
constexpr std::chrono::seconds kEvidencePatience{40};
constexpr std::chrono::seconds kEvidencePause{1};

struct Options {
    std::string config, report;
};

bool ask_rows(Context& context, CtlRequest request, const std::vector<std::string>& arguments, Rows& rows) {
    return ask(context, request, arguments, [&](const ipc::CtlRow& row) { rows.push_back(row); });
}

// The records of the synthetic user, and of connections that never had one.
bool read_log(Context& context, const SelfTestConfig& config, const std::string& first, Rows& rows) {
    rows.clear();
    const std::vector<std::string> common{"use", "self-test", "reason", "self-test", "first", first};
    auto of_user = common, of_nobody = common;
    of_user.insert(of_user.end(), {"user", config.user});
    of_nobody.insert(of_nobody.end(), {"event", "handshake_failed"});
    return ask_rows(context, CtlRequest::kEvidenceSearch, of_user, rows) &&
           ask_rows(context, CtlRequest::kEvidenceSearch, of_nobody, rows);
}

bool find_evidence(Context& context, const SelfTestConfig& config, const std::string& first,
                   std::vector<TryOutcome>& tries) {
    const auto end = std::chrono::steady_clock::now() + kEvidencePatience;
    for (Rows rows;;) {
        if (!read_log(context, config, first, rows))
            return false;
        if (match_evidence(tries, rows) || std::chrono::steady_clock::now() >= end)
            break;
        std::this_thread::sleep_for(kEvidencePause);
    }
    demand_evidence(tries);
    return true;
}

std::vector<std::string> outcome_arguments(const std::vector<TryOutcome>& tries) {
    std::vector<std::string> out;
    for (const TryOutcome& one : tries)
        out.insert(out.end(), {one.name, one.result, one.session ? std::to_string(*one.session) : "",
                               one.evidence ? text_of(*one.evidence, "index") : ""});
    return out;
}

bool write_reports(Context& context, const SelfTestReport& report, const std::string& folder) {
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    std::string stamp = utc(report.begun);
    std::erase_if(stamp, [](char c) { return c == '-' || c == ':'; });
    const std::string base = folder + "/self-test-" + stamp;
    const std::pair<const char*, std::string> files[] = {
        {".ja.html", html_report(report, Language::kJapanese)},
        {".en.html", html_report(report, Language::kEnglish)},
        {".json", boost::json::serialize(json_report(report)) + "\n"}};
    for (const auto& [ending, content] : files)
        if (const auto written = pki::write_file(base + ending, content, 0640); !written) {
            context.failed(written.error());
            return false;
        }
    return true;
}

void say(Context& context, const std::vector<TryOutcome>& tries) {
    for (const TryOutcome& one : tries) {
        const bool good = one.result == self_test::kRefused;
        const std::string record = one.evidence ? text_of(*one.evidence, "index") : "-";
        context.result({{"test", one.name}, {"result", one.result}, {"evidence", record}, {"detail", one.detail}},
                       fmt::format("{}  {:<20}  {}  {}  {}", good ? "  " : "!!", one.name,
                                   result_text(one.result, context.language), record, one.detail));
        if (!good)
            log_error("self-test ALARM: {}: {}: {}", one.name, one.result, one.detail);
    }
}

void self_test(Context& context, const Options& options) {
    const auto config = load_self_test_config(options.config);
    if (!config)
        return context.failed(config.error());
    const std::int64_t begun = std::time(nullptr);
    Rows begin, status, policy, end;
    if (!ask_rows(context, CtlRequest::kSelfTestBegin, {config->user}, begin) ||
        !ask_rows(context, CtlRequest::kStatus, {}, status) ||
        !ask_rows(context, CtlRequest::kPolicyExplain, {config->user, ""}, policy))
        return;
    if (begin.empty() || status.empty())
        return context.failed(Errc::kSystem, "the broker's answer has no rows; has it this version?",
                              "ブローカーの応答が正しくありません。版を確認してください");
    const std::string first = text_of(begin.at(0), "first");
    auto run = run_self_test(*config);
    // A tester that cannot run shows nothing: recorded as such, not left out.
    std::vector<TryOutcome> tries = run ? std::move(*run) : no_tries();
    if (!run)
        log_error("{}", run.error().message);
    const bool looked = find_evidence(context, *config, first, tries);
    if (!looked)
        demand_evidence(tries);
    const bool recorded = ask_rows(context, CtlRequest::kSelfTestEnd, outcome_arguments(tries), end) && !end.empty();
    const bool passed = looked && recorded && text_of(end[0], "outcome") == "passed";
    say(context, tries);
    SelfTestReport report{*config, tries, policy, text_of(status.at(0), "version"), begun, std::time(nullptr),
                          std::stoull(first), recorded ? std::optional(std::stoull(text_of(end[0], "record"))) : std::nullopt, passed};
    if (!options.report.empty() && !write_reports(context, report, options.report))
        return;
    if (!passed)
        context.exit_code = kExitFailed;
}

}  // namespace

void add_self_test_command(CLI::App& app, Context& context) {
    const auto options = std::make_shared<Options>();
    CLI::App* command = add_command(
        &app, "self-test",
        context.pick("tries as a synthetic user what must be refused; anything that succeeds is an alarm",
                     "拒否すべき操作を試験用の利用者で実際に試す。成功した操作は警報になる"),
        [&context, options] { self_test(context, *options); });
    command->add_option("--config", options->config, std::string(context.pick("settings (selftest.toml)", "設定 (selftest.toml)")))->required();
    command->add_option("--report", options->report, std::string(context.pick("folder for the reports", "報告書を置くフォルダー")));
}

}  // namespace sudare::ctl
