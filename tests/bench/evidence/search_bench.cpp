// SPDX-License-Identifier: Apache-2.0
// search_bench RECORDS [FOLDER]: a log of 30 days and 200 people of the broker's own writer, its
// index from nothing, and one person's records of one day with the index and without. One JSON
// object.
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "server/broker/audit/log.h"
#include "server/broker/evidence/search.h"

using namespace sudare;
using audit::Field;
using Clock = std::chrono::steady_clock;

namespace {

constexpr std::uint64_t kDays = 30, kPeople = 200;
constexpr std::int64_t kDay = 86'400'000'000'000;
constexpr int kRounds = 5;

[[noreturn]] void give_up(const std::string& why) {
    std::fprintf(stderr, "search_bench: %s\n", why.c_str());
    std::exit(1);
}

double seconds_since(Clock::time_point begun) {
    return std::chrono::duration<double>(Clock::now() - begun).count();
}

std::string person(std::uint64_t number) {
    return "person" + std::to_string(number % kPeople);
}

audit::Event event_of(std::uint64_t number) {
    audit::Event event{
        number % 3 == 0 ? audit::EventType::kCounters : audit::EventType::kDestination, {}};
    event.text(Field::kUser, person(number * 7919)).number(Field::kSession, number / 100);
    if (number % 3 == 0)
        return std::move(
            event.number(Field::kKeys, number % 400).number(Field::kMoves, number % 900));
    return std::move(
        event.text(Field::kHost, "www" + std::to_string(number % 5000) + ".example.lg.jp")
            .number(Field::kHostPort, 443)
            .text(Field::kVerdict, "allowed"));
}

search::LogEnd write(const std::string& folder, std::uint64_t records) {
    std::uint64_t written = 0;
    // At the same pace over the days, as the writer asks for the time.
    audit::Log::Clock clock{
        [&] { return static_cast<std::int64_t>(written * kDays * 1000 / records) * (kDay / 1000); },
        [](std::int64_t time) { return time / kDay; }};
    auto log =
        audit::Log::open(folder, {{}, [](const audit::Anchor&) { return Result<void>(); }, false},
                         {}, std::move(clock));
    while (log && written < records)
        if ((*log)->append(event_of(written)))
            ++written;
        else if (!(*log)->failed())
            (*log)->flush();  // the queue is full: as fast as the disk takes it
        else
            give_up("append");
    if (!log)
        give_up(log.error().message);
    (*log)->flush();
    const audit::Position end = (*log)->durable();
    return {end.next_index, end.last_hash};
}

std::uint64_t hits_of(const search::Query& query, const search::LogEnd& end,
                      const std::string& folder, search::Index* index) {
    search::Search asked(query, end, index == nullptr, 0);
    for (std::uint64_t hits = 0;;) {
        const auto log = search::LogFiles::open(folder);
        const auto slice = log ? asked.next(*log, index) : tl::unexpected(log.error());
        if (!slice)
            give_up(slice.error().message);
        hits += slice->records.size();
        if (slice->done)
            return hits;
    }
}

}  // namespace

int main(int argc, char** argv) {
    const std::uint64_t records = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 1'000'000;
    std::string root = std::string(argc > 2 ? argv[2] : "/tmp") + "/sudare-search-XXXXXX";
    if (records == 0 || ::mkdtemp(root.data()) == nullptr)
        give_up("mkdtemp");
    const std::string folder = root + "/audit", place = root + "/index";
    std::filesystem::create_directory(place);
    const search::LogEnd end = write(folder, records);

    const auto begun = Clock::now();
    auto index = search::Index::open(place);
    for (bool more = true; more;) {  // as the broker does: the log is opened for each block
        const auto log = search::LogFiles::open(folder);
        const auto went =
            log && index ? index->follow(*log, end, 1) : Result<bool>(fail(Errc::kSystem, "open"));
        if (!went)
            give_up(went.error().message);
        more = *went;
    }
    const double rebuilt = seconds_since(begun);

    search::Query query;
    query.user(person(5));
    query.from = 10 * kDay;
    query.until = 11 * kDay;
    std::vector<double> times;
    std::uint64_t hits = 0;
    for (int round = 0; round < kRounds; ++round) {
        const auto asked = Clock::now();
        hits = hits_of(query, end, folder, &*index);
        times.push_back(seconds_since(asked));
    }
    std::ranges::sort(times);
    const auto scanned = Clock::now();
    if (hits_of(query, end, folder, nullptr) != hits || hits == 0)
        give_up("index and full scan differ");
    const double full = seconds_since(scanned);
    const auto bytes = [](const std::string& directory) {
        std::uintmax_t sum = 0;
        for (const auto& entry : std::filesystem::directory_iterator(directory))
            sum += entry.file_size();
        return sum;
    };
    std::printf(
        "{\"records\": %llu, \"rebuilt_per_s\": %.0f, \"search_ms\": %.2f, \"full_ms\": %.0f, "
        "\"hits\": %llu, "
        "\"log_bytes\": %llu, \"index_bytes\": %llu}\n",
        static_cast<unsigned long long>(records), static_cast<double>(index->records()) / rebuilt,
        times[kRounds / 2] * 1000, full * 1000, static_cast<unsigned long long>(hits),
        static_cast<unsigned long long>(bytes(folder)),
        static_cast<unsigned long long>(bytes(place)));
    std::filesystem::remove_all(root);
}
