// SPDX-License-Identifier: Apache-2.0
// evidence_bench RECORDS: a log of the broker's own writer, one checkpoint, and how fast the
// verifier is. One JSON object on stdout.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "protocol/evidence/merkle.h"
#include "server/broker/audit/log.h"
#include "server/signer/signer.h"
#include "server/verify/check.h"

using namespace sudare;
using Clock = std::chrono::steady_clock;

namespace {

double seconds_since(Clock::time_point begun) {
    return std::chrono::duration<double>(Clock::now() - begun).count();
}

// What a day is mostly made of.
audit::Event event_of(std::uint64_t number) {
    using audit::Field;
    if (number % 3 == 0)
        return audit::Event{audit::EventType::kCounters, {}}
            .number(Field::kSession, number / 100)
            .number(Field::kKeys, number % 400)
            .number(Field::kMoves, number % 900)
            .number(Field::kButtons, 3);
    return audit::Event{audit::EventType::kDestination, {}}
        .number(Field::kSession, number / 100)
        .flag(Field::kReportedByHost, true)
        .text(Field::kHost, "www" + std::to_string(number % 5000) + ".example.lg.jp")
        .number(Field::kHostPort, 443)
        .number(Field::kRequests, number % 7)
        .text(Field::kVerdict, "allowed");
}

[[noreturn]] void give_up(const std::string& why) {
    std::fprintf(stderr, "evidence_bench: %s\n", why.c_str());
    std::exit(1);
}

}  // namespace

int main(int argc, char** argv) {
    const std::uint64_t records = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 1'000'000;
    std::string folder = std::filesystem::temp_directory_path() / "sudare-evidence-XXXXXX";
    if (::mkdtemp(folder.data()) == nullptr)
        give_up("mkdtemp");
    const auto write_begun = Clock::now();
    {
        auto log =
            audit::Log::open(folder + "/audit",
                             {{}, [](const audit::Anchor&) { return Result<void>(); }, false}, {});
        for (std::uint64_t i = 0; log && i < records;)
            if ((*log)->append(event_of(i)))
                ++i;
            else if (!(*log)->failed())
                (*log)->flush();  // the queue is full: as fast as the disk takes it
            else
                give_up("append");
    }
    const double written = seconds_since(write_begun);

    auto source = verify::open_log(folder + "/audit");
    if (!source || !signer::Signer::make(folder + "/signer", "bench/log"))
        give_up("set-up");
    auto key = signer::Signer::open(folder + "/signer");
    evidence::CompactRange tree;
    evidence::LogWalk walk(source->segments);
    (void)walk.run([&](const evidence::Visited& record) {
        tree.append(record.leaf);
        return true;
    });
    const auto signed_note = key->sign({0, tree.end(), tree.root(), {}});
    if (!std::holds_alternative<std::string>(signed_note))
        give_up("signer");
    source->checkpoint = std::get<std::string>(signed_note);
    const std::vector<evidence::VerifierKey> keys{key->verifier()};

    const auto begun = Clock::now();
    const auto report = verify::check_log(*source, keys);
    const double checked = seconds_since(begun);
    std::filesystem::remove_all(folder);
    if (!report || verify::verdict_of(*report) != verify::Verdict::kProven ||
        report->proven->size != records)
        give_up("the log is not proven");
    std::printf("{\"records\": %llu, \"written_per_s\": %.0f, \"verified_per_s\": %.0f}\n",
                static_cast<unsigned long long>(records), static_cast<double>(records) / written,
                static_cast<double>(records) / checked);
}
