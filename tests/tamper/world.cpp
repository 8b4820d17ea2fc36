// SPDX-License-Identifier: Apache-2.0
#include "tests/tamper/world.h"

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "protocol/evidence/merkle.h"
#include "server/broker/audit/log.h"
#include "server/signer/signer.h"

namespace sudare::tamper {
namespace {

namespace fs = std::filesystem;
using audit::Event;
using audit::EventType;
using audit::Field;

// Signs at chosen sizes what the log holds, as broker and signer do together.
void sign(World& world, const std::string& folder, std::uint64_t records, unsigned checkpoints) {
    auto key = signer::Signer::make(folder + "/signer", "tamper/log");
    auto own = signer::Signer::open(folder + "/signer");
    if (!key || !own)
        give_up("signer");
    world.keys = {*key};
    evidence::CompactRange old, grown;
    evidence::Cursor cursor;
    const auto bytes = evidence::memory_bytes(world.image.segment);
    const auto ended = evidence::scan(*bytes, cursor, [&](const evidence::Visited& record) {
        grown.append(record.leaf);
        const std::uint64_t size = grown.end();
        if (size != records && size % (records / checkpoints) != 0)
            return true;
        evidence::CompactRange whole = old;
        whole.append(grown);
        auto note =
            own->sign({old.end(), size, whole.root(), evidence::consistency_proof(old, grown)});
        if (!std::holds_alternative<std::string>(note))
            give_up("the signer refused");
        world.image.checkpoint = std::get<std::string>(note);
        world.image.history += world.image.checkpoint + "\n";
        old = std::move(whole);
        grown = evidence::CompactRange(size);
        return true;
    });
    if (!ended || *ended != evidence::ScanEnd::kEnd || old.end() != records)
        give_up("signing: " + std::to_string(old.end()) + " records");
}

}  // namespace

void give_up(const std::string& what) {
    std::fprintf(stderr, "evidence_tamper: %s\n", what.c_str());
    std::exit(2);
}

TemporaryFolder::TemporaryFolder() {
    std::string pattern = fs::temp_directory_path() / "sudare-tamper-XXXXXX";
    if (::mkdtemp(pattern.data()) == nullptr)
        give_up("mkdtemp");
    path_ = pattern;
}

TemporaryFolder::~TemporaryFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
}

std::vector<std::uint8_t> read_bytes(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

Event event_of(std::uint64_t number) {
    switch (number % 5) {
        case 0:
            return Event{EventType::kCounters, {}}
                .number(Field::kSession, number)
                .number(Field::kKeys, number * 7)
                .number(Field::kMoves, 3);
        case 1:
            return Event{EventType::kDestination, {}}
                .number(Field::kSession, number)
                .flag(Field::kReportedByHost, true)
                .text(Field::kHost, "www" + std::to_string(number) + ".example.lg.jp")
                .number(Field::kHostPort, 443)
                .text(Field::kVerdict, "allowed");
        case 2:
            return Event{EventType::kLoginAccepted, {}}.text(Field::kUser,
                                                             "佐倉" + std::to_string(number));
        case 3:
            return Event{EventType::kPolicySet, {}}
                .text(Field::kPolicyField, "access.hours")
                .text(Field::kAfter, std::string(number % 40, 'x'))
                .flag(Field::kLoosens, false);
        default:
            return Event{EventType::kHeartbeat, {}};
    }
}

World make_world(std::uint64_t records, unsigned checkpoints) {
    const TemporaryFolder folder;
    World world;
    {
        auto log =
            audit::Log::open(folder.path() + "/audit",
                             {{}, [](const audit::Anchor&) { return Result<void>(); }, false}, {});
        if (!log)
            give_up(log.error().message);
        for (std::uint64_t i = 0; i < records; ++i)
            if (!(*log)->append(event_of(i)))
                give_up("append");
    }
    world.image.segment = read_bytes(folder.path() + "/audit/00000000000000000000.log");
    sign(world, folder.path(), records, checkpoints);
    return world;
}

verify::Report check(const Image& image, std::span<const evidence::VerifierKey> keys) {
    verify::LogSource source;
    source.checkpoint = image.checkpoint;
    source.history = image.history;
    source.segments.push_back(
        {"00000000000000000000.log", 0, evidence::memory_bytes(image.segment), {}});
    auto report = verify::check_log(source, keys);
    if (!report)
        give_up(report.error().message);
    return std::move(*report);
}

std::vector<FramePlace> frames_of(const std::vector<std::uint8_t>& segment) {
    std::vector<FramePlace> places;
    const std::span<const std::uint8_t> bytes(segment);
    for (std::size_t at = 0; at < bytes.size();) {
        const auto frame = evidence::frame_at(bytes.subspan(at));
        if (!frame)
            give_up("no frame");
        places.push_back({at, frame->size});
        at += frame->size;
    }
    return places;
}

}  // namespace sudare::tamper
