// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "protocol/evidence/checkpoint.h"
#include "server/broker/audit/record.h"
#include "server/verify/check.h"

// A log on the disk, written by the broker's own writer and signed by the signer's own code, and
// images of it in memory that a test may change.
namespace sudare::tamper {

// Ends the program: a set-up that fails is no result.
[[noreturn]] void give_up(const std::string& what);

class TemporaryFolder {
public:
    TemporaryFolder();
    ~TemporaryFolder();
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    [[nodiscard]] const std::string& path() const { return path_; }

private:
    std::string path_;
};

struct Image {
    std::vector<std::uint8_t> segment;
    std::string checkpoint, history;
};

struct World {
    Image image;
    std::vector<evidence::VerifierKey> keys;
};

// Events as a broker writes them: several kinds, fields and sizes.
audit::Event event_of(std::uint64_t number);

// So many records, with checkpoints on the way and one at the end.
World make_world(std::uint64_t records, unsigned checkpoints);

verify::Report check(const Image& image, std::span<const evidence::VerifierKey> keys);
// The frames of a segment: offset and size.
struct FramePlace {
    std::size_t offset, size;
};
std::vector<FramePlace> frames_of(const std::vector<std::uint8_t>& segment);
std::vector<std::uint8_t> read_bytes(const std::string& path);

// The parts; each returns how many cases failed, after having said what it did.
struct Amount {
    std::uint64_t byte_step = 1, record_step = 1;  // every so manieth
    std::uint64_t compound = 100'000, appends = 1'000'000, kills = 10'000, torn = 100'000;
    std::uint64_t seed = 1;
};
std::uint64_t run_flips(const World& world, const Amount& amount);
std::uint64_t run_deletions(const World& world, const Amount& amount);
std::uint64_t run_compound(const World& world, const Amount& amount);
std::uint64_t run_clean(const Amount& amount);
std::uint64_t run_kills(const Amount& amount);
std::uint64_t run_torn(const Amount& amount);

}  // namespace sudare::tamper
