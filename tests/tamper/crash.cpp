// SPDX-License-Identifier: Apache-2.0
// The writer dies, or the disk keeps only a part of what was written: no record that was
// acknowledged is lost, and what is left is accepted.
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <random>

#include "server/broker/audit/log.h"
#include "tests/tamper/world.h"

namespace sudare::tamper {
namespace {

namespace fs = std::filesystem;
constexpr char kSegment[] = "/00000000000000000000.log";

// The anchor as broker.db keeps it: durable before anybody is answered. In memory that a killed
// child shares, since a kill, unlike a power cut, loses nothing of it.
audit::Anchor& anchor() {
    static void* const page = ::mmap(nullptr, sizeof(audit::Anchor), PROT_READ | PROT_WRITE,
                                     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    return *static_cast<audit::Anchor*>(page);
}

Result<std::unique_ptr<audit::Log>> open_log(const std::string& folder) {
    const auto save = [](const audit::Anchor& next) {
        anchor() = next;
        return Result<void>();
    };
    return audit::Log::open(folder, {anchor(), save, false}, {});
}

// In the child: writes for ever and tells over the pipe how many records are acknowledged.
[[noreturn]] void write_until_killed(const std::string& folder, int pipe, std::uint64_t seed) {
    auto log = open_log(folder);
    if (!log)
        ::_exit(3);
    for (std::uint64_t i = seed;; ++i) {
        // Some wait for the disk, as a session does; most gather into a group, as counters do.
        for (std::uint64_t more = i % 5; more > 0; --more)
            if (!(*log)->append(event_of(i + more)))
                ::_exit(4);
        if (!(*log)->append_durable(event_of(i)))
            ::_exit(5);
        const std::uint64_t acknowledged = (*log)->next_index();
        if (::write(pipe, &acknowledged, sizeof acknowledged) != sizeof acknowledged)
            ::_exit(6);
    }
}

// The last whole number that came through; 0: none.
std::uint64_t last_acknowledged(int pipe) {
    std::uint64_t last = 0, number = 0;
    while (::read(pipe, &number, sizeof number) == sizeof number)
        last = number;
    return last;
}

// Kills a writer after so many acknowledged groups and a little more; returns what it acknowledged.
std::uint64_t kill_one(const std::string& folder, std::mt19937_64& random) {
    int ends[2];
    if (::pipe(ends) != 0)
        give_up("pipe");
    const std::uint64_t seed = random();
    const pid_t child = ::fork();
    if (child == 0) {
        ::close(ends[0]);
        write_until_killed(folder, ends[1], seed % 1000);
    }
    ::close(ends[1]);
    std::uint64_t acknowledged = 0, number = 0;
    for (std::uint64_t groups = random() % 4; groups > 0; --groups)
        if (::read(ends[0], &number, sizeof number) == sizeof number)
            acknowledged = number;
    ::usleep(static_cast<useconds_t>(random() % 3000));  // anywhere between two system calls
    ::kill(child, SIGKILL);
    int status = 0;
    ::waitpid(child, &status, 0);
    acknowledged = std::max(acknowledged, last_acknowledged(ends[0]));
    ::close(ends[0]);
    if (!WIFSIGNALED(status))
        give_up("the writer ended by itself: " + std::to_string(WEXITSTATUS(status)));
    return acknowledged;
}

// What is wrong with the log as it lies there, then as the next writer leaves it; empty: nothing.
// `note` is the newest checkpoint.
std::string complaint(const std::string& folder, std::uint64_t acknowledged,
                      const std::string& note, std::span<const evidence::VerifierKey> keys) {
    Image image;
    image.checkpoint = note;
    image.segment = read_bytes(folder + kSegment);
    const auto as_found = check(image, keys);
    if (!as_found.findings.empty())
        return "the verifier does not accept what a crash left";
    if (as_found.records < acknowledged)
        return "of " + std::to_string(acknowledged) + " acknowledged records there are " +
               std::to_string(as_found.records);
    auto log = open_log(folder);
    if (!log)
        return "the next writer does not start: " + log.error().message;
    if ((*log)->next_index() != as_found.records || (*log)->recovery().size != as_found.torn_bytes)
        return "writer and verifier see different logs";
    if (!(*log)->append_durable(audit::Event{audit::EventType::kHeartbeat, {}}))
        return "the next writer does not write";
    log->reset();
    image.segment = read_bytes(folder + kSegment);
    const auto after = check(image, keys);
    if (!after.findings.empty() || after.records != as_found.records + 1 || after.torn_bytes != 0)
        return "the log after recovery does not hold";
    return "";
}

// One image of a disk: the synced beginning, and of the blocks behind it any, in any state.
std::vector<std::uint8_t> torn_image(const std::vector<std::uint8_t>& whole, std::size_t synced,
                                     std::mt19937_64& random) {
    // Sectors and pages; the last one is cut anywhere.
    const std::size_t block_size = random() % 2 == 0 ? 512 : 4096;
    const std::size_t size = synced + random() % (whole.size() - synced + 1);
    std::vector<std::uint8_t> image(whole.begin(), whole.begin() + static_cast<long>(size));
    for (std::size_t block = synced / block_size * block_size; block < size; block += block_size) {
        const auto begin = image.begin() + static_cast<long>(std::max(block, synced));
        const auto end = image.begin() + static_cast<long>(std::min(block + block_size, size));
        // Not written, although a later one was: zeroes, or what stood on the disk before.
        if (const auto chance = random() % 6; chance < 2)
            std::fill(begin, end, 0);
        else if (chance == 2)
            std::generate(begin, end, [&] { return static_cast<std::uint8_t>(random()); });
    }
    return image;
}

}  // namespace

std::uint64_t run_kills(const Amount& amount) {
    constexpr std::uint64_t kKillsPerLog = 200;  // each check reads the whole log
    std::mt19937_64 random(amount.seed);
    std::uint64_t lost = 0, records = 0, torn = 0;
    for (std::uint64_t done = 0; done < amount.kills;) {
        const TemporaryFolder folder;
        const std::string audit = folder.path() + "/audit";
        fs::create_directory(audit);
        anchor() = {};
        for (std::uint64_t i = 0; i < kKillsPerLog && done < amount.kills; ++i, ++done) {
            const std::uint64_t acknowledged = kill_one(audit, random);
            records += acknowledged > 0 ? 1 : 0;
            const std::string wrong = complaint(audit, acknowledged, "", {});
            if (!wrong.empty()) {
                std::printf("FAILED after kill %llu: %s\n", static_cast<unsigned long long>(done),
                            wrong.c_str());
                ++lost;
                break;
            }
        }
        for (const auto& entry : fs::directory_iterator(audit))
            torn += entry.path().filename().string().find(".torn-") != std::string::npos ? 1 : 0;
    }
    std::printf(
        "writer killed: %llu (after an acknowledgement: %llu; torn tails: %llu), failed: %llu\n",
        static_cast<unsigned long long>(amount.kills), static_cast<unsigned long long>(records),
        static_cast<unsigned long long>(torn), static_cast<unsigned long long>(lost));
    std::fflush(stdout);
    return lost;
}

// The newest checkpoint of at most so many records.
std::string note_until(const World& world, std::uint64_t records) {
    std::string_view rest = world.image.history;
    std::string newest;
    while (const auto note = evidence::take_note(rest))
        if (evidence::parse_note(*note)->size <= records)
            newest = *note;
    return newest;
}

// The verifier on every image, the next writer on every 20th: it costs four fsyncs.
std::uint64_t run_torn(const Amount& amount) {
    constexpr std::uint64_t kRecords = 400, kGroupMax = 20;
    std::mt19937_64 random(amount.seed);
    const World world = make_world(kRecords, 100);
    const auto places = frames_of(world.image.segment);
    const TemporaryFolder folder;
    const std::string audit = folder.path() + "/audit";
    fs::create_directory(audit);
    std::uint64_t failed = 0, holes = 0, written = 0;
    for (std::uint64_t i = 0; i < amount.torn; ++i) {
        // At most one group is on its way: the writer syncs before it writes the next.
        const std::size_t acknowledged = 10 + random() % (kRecords - 10);
        const std::size_t synced = places[acknowledged].offset;
        const FramePlace& last =
            places[std::min<std::size_t>(kRecords - 1, acknowledged + random() % kGroupMax)];
        const std::vector<std::uint8_t> until(
            world.image.segment.begin(),
            world.image.segment.begin() + static_cast<long>(last.offset + last.size));
        Image image;
        image.segment = torn_image(until, synced, random);
        image.checkpoint = note_until(world, acknowledged);
        const auto report = check(image, world.keys);
        bool right = report.records >= acknowledged &&
                     verify::verdict_of(report) == verify::Verdict::kProven;
        holes += report.torn_records ? 1 : 0;
        if (right && i % 20 == 0) {
            ++written;
            for (const auto& entry : fs::directory_iterator(audit))
                fs::remove(entry.path());
            std::ofstream(audit + kSegment, std::ios::binary)
                .write(reinterpret_cast<const char*>(image.segment.data()),
                       static_cast<long>(image.segment.size()));
            evidence::Cursor cursor;
            const auto bytes = evidence::memory_bytes(image.segment);
            (void)evidence::scan(*bytes, cursor, [&](const evidence::Visited& record) {
                anchor() = {record.view.index + 1, record.leaf};
                return record.view.index + 1 < acknowledged;
            });
            const std::string wrong = complaint(audit, acknowledged, image.checkpoint, world.keys);
            if (!wrong.empty())
                std::printf("FAILED: image %llu: %s\n", static_cast<unsigned long long>(i),
                            wrong.c_str());
            right = wrong.empty();
        }
        failed += right ? 0 : 1;
    }
    std::printf(
        "torn writes: %llu (whole records behind a hole: %llu; opened by the next writer: %llu), "
        "failed: "
        "%llu\n",
        static_cast<unsigned long long>(amount.torn), static_cast<unsigned long long>(holes),
        static_cast<unsigned long long>(written), static_cast<unsigned long long>(failed));
    std::fflush(stdout);
    return failed;
}

}  // namespace sudare::tamper
