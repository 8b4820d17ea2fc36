// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <ctime>

// Counters and CPU time of the session's part of the stages of docs/architecture.md.
namespace sudare::picture {

enum class Stage : std::uint8_t { kCommit, kRefine, kPlan, kEncode, kGate, kSend };
inline constexpr std::size_t kStages = 6;

struct StageStats {
    std::uint64_t count = 0;          // how often the stage ran
    std::chrono::nanoseconds cpu{0};  // of the calling thread
};

struct Stats {
    std::array<StageStats, kStages> stages;
    std::uint64_t updates = 0;
    std::uint64_t bytes = 0;  // of update payloads
    std::uint64_t scrolls = 0;
    std::uint64_t lossless_blocks = 0, lossless_bytes = 0, lossless_pixels = 0;
    std::uint64_t video_frames = 0, video_bytes = 0, key_frames = 0;
    std::uint64_t snapshots = 0;
    std::uint64_t gate_shut = 0;  // damage that had to wait for window or socket

    StageStats& operator[](Stage stage) { return stages[static_cast<std::size_t>(stage)]; }
    const StageStats& operator[](Stage stage) const {
        return stages[static_cast<std::size_t>(stage)];
    }
};

// Adds the CPU time of its own life to a stage.
class StageTimer {
public:
    explicit StageTimer(StageStats& stage) : stage_(stage), start_(now()) { ++stage_.count; }
    ~StageTimer() { stage_.cpu += now() - start_; }
    StageTimer(const StageTimer&) = delete;
    StageTimer& operator=(const StageTimer&) = delete;

private:
    static std::chrono::nanoseconds now() {
        timespec time{};
        ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
        return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
    }
    StageStats& stage_;
    std::chrono::nanoseconds start_;
};

}  // namespace sudare::picture
