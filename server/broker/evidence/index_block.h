// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "protocol/evidence/hash.h"
#include "server/broker/evidence/query.h"

// A block of the index: up to 16,384 records, or 16 MiB, of one file of the log. For each record its time and
// place, for each value that can be asked for the records that hold it. A block never changes once
// it is written. Layout (big-endian): head | times i64 | places u32 | values | records u16.
namespace sudare::search {

inline constexpr std::uint32_t kBlockRecords = 16384;
inline constexpr std::size_t kHeadBytes = 160;
inline constexpr std::uint64_t kBlockLogBytes = 16U << 20;   // of the log; a record may pass it
inline constexpr std::uint32_t kBlockBytesMax = 64U << 20;  // what is kept of that is below twice as much

struct BlockHead {
    std::uint64_t first = 0;  // number of its first record
    std::uint32_t count = 0;
    std::uint32_t body = 0;     // bytes behind the head
    std::uint64_t begin = 0;    // of its first record in the file
    std::uint64_t end = 0;      // behind its last record
    std::int64_t earliest = 0;  // of its records
    std::int64_t latest = 0;
    std::int64_t last_time = 0;  // of its last record
    evidence::Hash last{};       // leaf hash of its last record
    evidence::Hash check{};      // SHA-256 of the body
};

// nullopt: no head, or one that was changed.
std::optional<BlockHead> read_head(std::span<const std::uint8_t> bytes);

class BlockBuilder {
public:
    // Records of one file, in order; `offset` is where the frame begins.
    void add(const evidence::RecordView& record, std::uint64_t offset, std::size_t frame_bytes,
             const evidence::Hash& leaf);
    [[nodiscard]] std::uint32_t count() const { return head_.count; }
    [[nodiscard]] bool full() const {
        return head_.count >= kBlockRecords || head_.end - head_.begin >= kBlockLogBytes;
    }
    // The block's bytes; begins anew.
    std::vector<std::uint8_t> finish();

private:
    BlockHead head_;
    std::vector<std::int64_t> times_;
    std::vector<std::uint32_t> places_;
    std::unordered_map<std::string, std::vector<std::uint16_t>> values_;  // field, value
};

class Block {
public:
    // `body` as it was read. nullopt: it is not what the head says, or not well-formed.
    // It holds views into itself: it can be moved, not copied.
    Block(Block&&) = default;
    Block& operator=(Block&&) = default;
    static std::optional<Block> read(const BlockHead& head, std::vector<std::uint8_t> body);

    [[nodiscard]] const BlockHead& head() const { return head_; }
    // Records that match, as places in the block, rising.
    [[nodiscard]] std::vector<std::uint32_t> find(const Query& query) const;
    [[nodiscard]] std::uint64_t offset(std::uint32_t place) const;

private:
    using Bits = std::array<std::uint64_t, kBlockRecords / 64>;
    struct Entry {
        Value value;
        std::uint32_t first = 0, count = 0;  // of its records
    };
    Block(const BlockHead& head, std::vector<std::uint8_t> body)
        : head_(head), body_(std::move(body)) {}
    bool parse();
    void mark(const Entry& entry, Bits& bits) const;
    [[nodiscard]] Bits meeting(const Criterion& criterion) const;

    BlockHead head_;
    std::vector<std::uint8_t> body_;  // the entries' values are views into it
    std::vector<Entry> entries_;      // rising
    std::size_t records_at_ = 0;      // in the body
};

}  // namespace sudare::search
