// SPDX-License-Identifier: Apache-2.0
// Nobody changed anything: nothing may be found.
#include <cstdio>

#include "protocol/evidence/merkle.h"
#include "tests/tamper/world.h"

namespace sudare::tamper {

// Verified at every checkpoint of the way, with what a running log looks like: the newest
// checkpoint may be of fewer records than are there.
std::uint64_t run_clean(const Amount& amount) {
    constexpr unsigned kCheckpoints = 100;
    const World world = make_world(amount.appends, kCheckpoints);
    const auto places = frames_of(world.image.segment);
    std::uint64_t cases = 0, alarms = 0;
    std::string_view rest = world.image.history;
    std::string history;
    while (const auto note = evidence::take_note(rest)) {
        Image image;
        image.checkpoint = *note;
        history += std::string(*note) + "\n";
        image.history = history;
        // Only some in full: each costs the whole log.
        const std::uint64_t size = evidence::parse_note(*note)->size;
        if (++cases % 10 != 0 && size != amount.appends)
            continue;
        const std::uint64_t more = std::min<std::uint64_t>(size + cases, amount.appends);
        image.segment.assign(
            world.image.segment.begin(),
            world.image.segment.begin() +
                static_cast<long>(places[more - 1].offset + places[more - 1].size));
        const auto report = check(image, world.keys);
        const bool right = verify::verdict_of(report) == verify::Verdict::kProven &&
                           report.proven->size == size && report.records == more;
        alarms += right ? 0 : 1;
    }
    const auto report = check(world.image, world.keys);
    alarms += verify::verdict_of(report) == verify::Verdict::kProven &&
                      report.proven->size == amount.appends
                  ? 0
                  : 1;
    std::printf("clean appends: %llu, false alarms: %llu\n",
                static_cast<unsigned long long>(amount.appends),
                static_cast<unsigned long long>(alarms));
    std::fflush(stdout);
    return alarms;
}

}  // namespace sudare::tamper
