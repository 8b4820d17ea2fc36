// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "protocol/core/result.h"
#include "protocol/evidence/hash.h"

// How far the collector has the log, as it must survive a crash (decision 0024).
//
//   sure   the collector's process has read so many records: a connection that we ended in order
//          says so
//   safe   the same, some time earlier: from here it goes on after a loss, since what the collector
//          read just before its death may not be on its disk
//   open   a connection is open, or was when this process died: more than `sure` may have arrived
namespace sudare::forwarder {

// Before record number `records`; `last` is the leaf hash of the record before, zeroes at 0.
struct Mark {
    std::uint64_t records = 0;
    evidence::Hash last{};
    friend bool operator==(const Mark&, const Mark&) = default;
};

struct Position {
    bool open = false;
    Mark sure;
    Mark safe;  // safe.records <= sure.records
    friend bool operator==(const Position&, const Position&) = default;

    // Where sending begins.
    [[nodiscard]] const Mark& next() const { return open ? safe : sure; }
};

inline constexpr std::size_t kPositionBytesMax = 512;
std::string write_position(const Position& position);
// nullopt: not exactly what write_position makes.
std::optional<Position> read_position(std::string_view text);

// The position and its file. One thread.
class PositionFile {
public:
    using Clock = std::chrono::steady_clock;

    // Without a file it begins at record 0, and the file is made. `margin`: what was sure becomes
    // safe after it. Errors: kBadInput names the file and the remedy; kSystem.
    static Result<PositionFile> open(std::string path, std::chrono::seconds margin,
                                     Clock::time_point now);

    [[nodiscard]] const Position& get() const { return position_; }
    // Before the first byte of a connection. Durable at the return, like the next one.
    Result<void> opened();
    // A connection ended, and so many records are sure. They may be fewer than were: after a loss
    // it goes on from `safe`.
    Result<void> closed(const Mark& sure, Clock::time_point now);

private:
    PositionFile(std::string path, std::chrono::seconds margin, Clock::time_point now)
        : path_(std::move(path)), margin_(margin), next_safe_since_(now) {}
    Result<void> save(const Position& next);

    std::string path_;
    std::chrono::seconds margin_;
    Mark next_safe_;  // was sure then; becomes safe when it is `margin_` old
    Clock::time_point next_safe_since_;
    Position position_;
};

}  // namespace sudare::forwarder
