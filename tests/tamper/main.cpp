// SPDX-License-Identifier: Apache-2.0
// evidence_tamper all        the whole matrix of reference/security.md section 8.4 (hours are not
// needed: see
//                            docs/audit-log.md for what it takes)
// evidence_tamper part       what ctest runs: a part, and it says which
// evidence_tamper flips | deletions | compound | clean | kills | torn    one of them in full
// Exit code 0: all changes found, no false alarm, nothing lost.
#include <CLI/CLI.hpp>
#include <cstdio>

#include "tests/tamper/world.h"

using namespace sudare::tamper;

int main(int argc, char** argv) {
    CLI::App app("Attacks the audit log", "evidence_tamper");
    std::string what;
    Amount amount;
    app.add_option("WHAT", what, "all, part, flips, deletions, compound, clean, kills, torn")
        ->required();
    app.add_option("--seed", amount.seed, "of what is chosen at random");
    app.add_option("--byte-step", amount.byte_step, "flip every so manieth byte");
    CLI11_PARSE(app, argc, argv);
    constexpr std::uint64_t kRecords = 2000;
    if (what == "part") {
        amount = {97, 20, 1000, 5000, 60, 1000, amount.seed};
        std::puts(
            "A PART of the matrix: every 97th byte, every 20th record, 1,000 compound edits, 5,000 "
            "appends, "
            "60 kills, 1,000 torn writes. The whole: evidence_tamper all");
    }
    const World world = make_world(kRecords, 8);
    if (sudare::verify::verdict_of(check(world.image, world.keys)) !=
        sudare::verify::Verdict::kProven)
        give_up("the log is not proven before anything is changed");
    const bool every = what == "all" || what == "part";
    std::uint64_t failed = 0;
    if (every || what == "flips")
        failed += run_flips(world, amount);
    if (every || what == "deletions")
        failed += run_deletions(world, amount);
    if (every || what == "compound")
        failed += run_compound(world, amount);
    if (every || what == "clean")
        failed += run_clean(amount);
    if (every || what == "kills")
        failed += run_kills(amount);
    if (every || what == "torn")
        failed += run_torn(amount);
    std::printf("%s\n", failed == 0 ? "all found, nothing lost, no false alarm" : "FAILED");
    return failed == 0 ? 0 : 1;
}
