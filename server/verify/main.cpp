// SPDX-License-Identifier: Apache-2.0
// sudare-verify: what of an audit log is proven, by which key, and what is not. It needs neither
// the broker nor its machine: a copy of the log and the verifier key's line are enough.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <thread>

#include "protocol/evidence/durable_file.h"
#include "protocol/evidence/proof_file.h"
#include "server/verify/check.h"
#include "server/verify/export.h"
#include "server/verify/follow.h"
#include "server/verify/report_text.h"

namespace sudare::verify {
namespace {

struct Options {
    std::string what;
    std::vector<std::string> keys;
    std::string extract, session, out;
    std::string state;
    bool follow = false, json = false, once = false, keep_going = false;
    std::string language;
    unsigned silence = 0, interval = 5, recheck = 3600;
};

constexpr std::uint64_t kExtractMax = 100'000;
constexpr std::size_t kKeyFileMax = 65536;

// A key is given as its line or as a file with such lines.
Result<std::vector<evidence::VerifierKey>> keys_of(const Options& options) {
    std::vector<evidence::VerifierKey> keys;
    for (const std::string& given : options.keys) {
        std::string text = given;
        if (given.find('+') == std::string::npos) {
            SUDARE_TRY(text, evidence::read_file(given, kKeyFileMax));
        }
        std::string_view rest = text;
        while (!rest.empty()) {
            const std::size_t end = rest.find('\n');
            const std::string_view line = rest.substr(0, end);
            rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
            if (line.empty() || line.front() == '#')
                continue;
            SUDARE_TRY(auto key, evidence::VerifierKey::parse(line));
            keys.push_back(std::move(key));
        }
    }
    return keys;
}

Language language_of(const Options& options) {
    const char* locale = std::getenv("LC_ALL");
    for (const char* name : {"LC_MESSAGES", "LANG"})
        if (locale == nullptr || *locale == '\0')
            locale = std::getenv(name);
    const std::string chosen = !options.language.empty() ? options.language
                               : locale == nullptr       ? ""
                                                         : locale;
    return chosen.starts_with("ja") ? Language::kJapanese : Language::kEnglish;
}

int exit_of(Verdict verdict) {
    switch (verdict) {
        case Verdict::kProven:
            return kExitProven;
        case Verdict::kChanged:
            return kExitChanged;
        case Verdict::kNotProven:
            return kExitNotProven;
    }
    return kExitNotChecked;
}

template <typename Any>
int show(const Any& report, const Options& options) {
    const std::string text = options.json ? json_of(report, options.what)
                                          : text_of(report, options.what, language_of(options));
    std::fwrite(text.data(), 1, text.size(), stdout);
    return exit_of(verdict_of(report));
}

// "5,7-9"
Result<std::vector<std::uint64_t>> indices_of(const std::string& text) {
    std::vector<std::uint64_t> indices;
    std::string_view rest = text;
    do {
        const std::size_t comma = rest.find(',');
        const std::string_view part = rest.substr(0, comma);
        const std::size_t dash = part.find('-');
        const auto first = evidence::from_decimal(part.substr(0, dash));
        const auto last =
            dash == std::string_view::npos ? first : evidence::from_decimal(part.substr(dash + 1));
        if (!first || !last || *last < *first || *last - *first >= kExtractMax - indices.size())
            return fail(Errc::kBadInput,
                        "--extract \"" + text +
                            "\" must be numbers such as 5,7-9, at most 100,000 records");
        for (std::uint64_t index = *first; index <= *last; ++index)
            indices.push_back(index);
        rest.remove_prefix(comma == std::string_view::npos ? rest.size() : comma + 1);
    } while (!rest.empty());
    return indices;
}

bool is_directory(const std::string& path) {
    std::error_code error;
    return std::filesystem::is_directory(path, error);
}

Result<int> run_extract(const Options& options, std::span<const evidence::VerifierKey> keys) {
    SUDARE_TRY(const LogSource source, open_log(options.what));
    std::vector<std::uint64_t> indices;
    if (options.session.empty()) {
        SUDARE_TRY(indices, indices_of(options.extract));
    } else {
        const auto session = evidence::from_decimal(options.session);
        if (!session)
            return fail(Errc::kBadInput, "--session \"" + options.session + "\" must be a number");
        SUDARE_TRY(SessionRecords found, records_of_session(source, *session, keys));
        for (const evidence::DeletedSegment& gone : found.gone)
            std::fprintf(stderr,
                         "note: records %llu to %llu (%s to %s) were deleted by rule; what they held of "
                         "session %s is not in the bundle\n",
                         static_cast<unsigned long long>(gone.range.begin()),
                         static_cast<unsigned long long>(gone.range.end() - 1),
                         time_text(gone.first_time).c_str(), time_text(gone.last_time).c_str(),
                         options.session.c_str());
        indices = std::move(found.indices);
    }
    SUDARE_TRY(const std::string text, extract(source, std::move(indices), keys));
    if (options.out.empty()) {
        std::fwrite(text.data(), 1, text.size(), stdout);
    } else {
        SUDARE_CHECK(evidence::create_file(options.out, text, 0600));
    }
    return kExitProven;
}

// One line per event, for a journal: "believed 1234" or "ALARM rollback: ...".
void say(const Options& options, const std::string& word, const std::string& rest) {
    const std::string line =
        options.json ? "{" + json_quoted(word) + ":" + json_quoted(rest) + "}" : word + " " + rest;
    std::printf("%s\n", line.c_str());
    std::fflush(stdout);
}

Result<int> run_follow(const Options& options, std::vector<evidence::VerifierKey> keys) {
    using Clock = std::chrono::steady_clock;
    if (options.state.empty())
        return fail(Errc::kBadInput,
                    "--follow needs --state FILE, where the last checkpoint is kept");
    SUDARE_TRY(Follower follower, Follower::open(options.what, options.state, std::move(keys)));
    const auto begun = Clock::now();
    const std::int64_t age_at_start = follower.age().value_or(0);
    auto news_at = begun - std::chrono::seconds(age_at_start);
    auto thorough_at = begun;
    std::string last_alarm;
    for (bool first = true;; first = false) {
        const auto now = Clock::now();
        const bool thorough = first || now - thorough_at >= std::chrono::seconds(options.recheck);
        if (thorough)
            thorough_at = now;
        Step step = follower.look(thorough);
        if (step.news) {
            news_at = now;
            say(options, "believed", std::to_string(step.records));
        }
        const auto quiet = std::chrono::duration_cast<std::chrono::seconds>(now - news_at).count();
        if (step.alarm == Alarm::kNone && options.silence != 0 && quiet >= options.silence)
            step = {Alarm::kSilence, "no new checkpoint for " + std::to_string(quiet) + " s", false,
                    0};
        if (step.alarm != Alarm::kNone) {
            if (last_alarm != name_of(step.alarm))
                say(options, "ALARM", std::string(name_of(step.alarm)) + ": " + step.detail);
            if (!options.keep_going)
                return step.alarm == Alarm::kSilence ? kExitSilence
                       : step.alarm == Alarm::kSource || step.alarm == Alarm::kState
                           ? kExitNotChecked
                           : kExitChanged;
        }
        last_alarm = step.alarm == Alarm::kNone ? "" : name_of(step.alarm);
        if (options.once)
            return kExitProven;
        std::this_thread::sleep_for(std::chrono::seconds(options.interval));
    }
}

Result<int> run(const Options& options) {
    SUDARE_TRY(auto keys, keys_of(options));
    if (options.follow)
        return run_follow(options, std::move(keys));
    if (!options.extract.empty() || !options.session.empty())
        return run_extract(options, keys);
    if (is_directory(options.what) && is_export(options.what)) {
        SUDARE_TRY(const ExportSource source, open_export(options.what));
        SUDARE_TRY(const ExportReport report, check_export(source, keys));
        return show(report, options);
    }
    if (is_directory(options.what)) {
        SUDARE_TRY(const LogSource source, open_log(options.what));
        SUDARE_TRY(const Report report, check_log(source, keys));
        return show(report, options);
    }
    SUDARE_TRY(const std::string text,
               evidence::read_file(options.what, evidence::kBundleBytesMax));
    SUDARE_TRY(const BundleReport report, check_bundle(text, keys));
    return show(report, options);
}

}  // namespace
}  // namespace sudare::verify

int main(int argc, char** argv) {
    using namespace sudare::verify;
    Options options;
    CLI::App app(
        "Checks audit logs of Sudare. Exit code: 0 proven, 1 changed, 2 could not be checked, 3 "
        "nothing is "
        "proven by a given key, 4 (--follow) silence",
        "sudare-verify");
    app.add_option("LOG", options.what, "directory of a log, a bundle of evidence (a directory), or single records (.tlog-proof)")
        ->required();
    app.add_option("--key", options.keys,
                   "the signer's verifier key: its line (signer.pub), or a file with such lines");
    app.add_flag("--json", options.json, "one JSON object");
    app.add_option("--lang", options.language, "en or ja")->check(CLI::IsMember({"en", "ja"}));
    app.add_option("--extract", options.extract, "write a bundle of these records: 5,7-9");
    app.add_option("--session", options.session,
                   "write a bundle of all records of this session, as sudare --replay shows them")
        ->excludes("--extract");
    app.add_option("--out", options.out, "where --extract and --session write; a new file");
    app.add_flag("--follow", options.follow, "watch a log that grows");
    app.add_option("--state", options.state,
                   "with --follow: the last checkpoint that was believed");
    app.add_option("--silence", options.silence,
                   "with --follow: alarm after so many seconds without a new checkpoint");
    app.add_option("--interval", options.interval, "with --follow: seconds between two looks")
        ->check(CLI::Range(1, 3600));
    app.add_option("--recheck", options.recheck,
                   "with --follow: seconds after which the whole log is read again");
    app.add_flag("--once", options.once, "with --follow: one look, for a timer");
    app.add_flag("--keep-going", options.keep_going, "with --follow: go on after an alarm");
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : kExitNotChecked;
    }
    const auto done = run(options);
    if (!done) {
        std::fprintf(stderr, "sudare-verify: %s\n", done.error().message.c_str());
        return kExitNotChecked;
    }
    return *done;
}
