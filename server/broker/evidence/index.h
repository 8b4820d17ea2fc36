// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "protocol/core/result.h"
#include "server/base/unique_fd.h"
#include "server/broker/evidence/index_block.h"
#include "server/broker/evidence/log_files.h"

// The index of a log: one file of blocks (index_block.h) for each file of the log. It is made from
// the log and can be thrown away at any time; nothing is believed because it says so. A file that is
// cut, changed or of another log is thrown away from the first bad block on and made anew.
//
// One thread.
namespace sudare::search {

class Index {
public:
    // The directory must exist. Reads the heads that are there. Errors: it cannot be read.
    static Result<Index> open(const std::string& directory);

    // Takes in at most `blocks` more whole blocks. True: there is more to take in. What is behind
    // the newest whole block is not in the index; a search reads it from the log. Errors: a file
    // cannot be read or written, the disk has less than 1 GiB left (the log needs it more), or the
    // log is not whole.
    Result<bool> follow(const LogFiles& log, const LogEnd& end, unsigned blocks);

    // The block that begins with this record of this file; none before follow() compared the index
    // with the log.
    [[nodiscard]] const BlockHead* find(const std::string& file, std::uint64_t first) const;
    // nullopt: it is damaged.
    [[nodiscard]] std::optional<Block> load(const std::string& file, std::uint64_t first) const;

    [[nodiscard]] std::uint64_t records() const;  // that are in it
    // Faults found since the last call, for the record: "cut", "another log"...; empty: none.
    std::string take_fault() { return std::exchange(fault_, {}); }
    // Everything goes; follow() begins anew.
    void discard(std::string why);

private:
    struct Part {
        std::map<std::uint64_t, std::pair<BlockHead, std::uint64_t>> blocks;  // and its place
        std::uint64_t size = 0;                                               // of good blocks
    };
    explicit Index(std::string directory) : directory_(std::move(directory)) {}
    [[nodiscard]] std::string path_of(const std::string& file) const {
        return directory_ + "/" + file + ".idx";
    }
    Result<void> read_part(const std::string& file);
    Result<bool> belongs(const LogFiles& log, const LogEnd& end);
    Result<void> forget_deleted(const LogFiles& log);
    Result<void> append(const std::string& file, std::span<const std::uint8_t> block);

    std::string directory_;
    std::map<std::string, Part> parts_;  // by the name of the log's file
    bool compared_ = false;              // with the log
    std::string fault_;
};

}  // namespace sudare::search
