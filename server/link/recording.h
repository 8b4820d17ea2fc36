// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <deque>
#include <optional>

#include "protocol/ipc/broker_link.h"
#include "protocol/recording/sealer.h"
#include "server/link/recorder_client.h"
#include "server/link/signal_flag.h"

namespace sudare::link {

// The recording of what this link's viewer is shown (docs/decisions/0020-recordings.md): sealed
// here, stored by the recorder, and told to the broker segment by segment when it is on the disk.
// Only frames that were sent come in, and where the pointer was; the sealer takes nothing else.
//
// It begins with the first whole picture after want(): what comes before could not be replayed, and
// the session host sends one at once. One thread.
class Recording {
public:
    using Clock = std::chrono::steady_clock;
    // The disk's answer, and the first whole picture, must come within this.
    static constexpr std::chrono::seconds kPatience{15};
    static constexpr std::chrono::seconds kFarewell{2};  // for the disk, at the end
    static constexpr std::chrono::seconds kRetryFirst{15}, kRetryMost{600};

    struct Surroundings {
        asio::io_context& io;
        RecorderClient& recorder;
        std::function<void()> call_recorder;  // asks for a connection; connected() when it came
        std::function<void(ipc::BrokerLinkFrame, std::vector<std::uint8_t>)> report;
        std::function<void()> failed;  // after the report; may end the session
        std::function<void()> began;   // later than want(): the host must send a whole picture
    };
    Recording(Surroundings around, std::uint64_t session);
    Recording(const Recording&) = delete;
    Recording& operator=(const Recording&) = delete;

    // What policy says now, and for whom to seal. Starts or stops at once. One that has failed is
    // tried again here, and, where policy lets the session go on without it, after kRetryFirst,
    // then ever more rarely up to kRetryMost: each try that fails is a record.
    void want(ipc::Recording mode, const ipc::ReviewerKeys& reviewers);
    // True as soon as a recording that was wanted has its header on the disk; false when it failed.
    asio::awaitable<bool> stands();

    // Whole frames, as they were sent.
    void shown(std::span<const std::uint8_t> frame, bool snapshot = false);
    // PointerMove and PointerButton; moves at most kMovesPerSecond.
    void pointed(std::span<const std::uint8_t> frame, bool move);
    void tick(Clock::time_point now = Clock::now());  // about once a second
    // The recorder is there again: what failed for want of it begins again.
    void connected();
    // Something is being recorded, or will be as soon as it is shown.
    [[nodiscard]] bool running() const { return sealer_.has_value(); }
    // Ends in order; returns when the disk has the end, or after kFarewell.
    asio::awaitable<void> finish();

private:
    static constexpr std::chrono::milliseconds kMoveInterval{100};

    void begin(const ipc::ReviewerKeys& reviewers);
    void end();
    void end_there();
    void add(std::span<const std::uint8_t> frame, bool snapshot);
    void store(const recording::Sealer::Segment& segment);
    void send(std::span<const std::uint8_t> bytes);
    void stored(std::uint32_t number);
    void fail(ipc::RecordingFault fault);
    void retry(Clock::time_point now);
    void begin_again(const ipc::ReviewerKeys& reviewers);
    [[nodiscard]] std::uint32_t now_ms() const;

    Surroundings around_;
    std::uint64_t session_;
    std::optional<recording::Sealer> sealer_;
    recording::Id id_{};   // of the one that is, or was last
    bool wanted_ = false;  // from the beginning to the failure, or to the end on the disk
    bool stored_header_ = false, failed_ = false;
    bool open_there_ = false;                // the recorder has not been told the end
    bool closing_ = false;                   // sealed to the end, and not all of it is on the disk
    std::optional<ipc::ReviewerKeys> next_;  // wanted again meanwhile
    ipc::Recording mode_ = ipc::Recording::kOff;
    ipc::ReviewerKeys reviewers_;
    // After a failure: the next try, and how long it is to the one behind it.
    std::optional<Clock::time_point> again_;
    std::chrono::seconds pause_ = kRetryFirst;
    Clock::time_point begun_, last_move_;
    std::optional<Clock::time_point> blind_since_;  // shown, with no whole picture yet
    bool sighted_ = false;
    // Sent and not yet on the disk, in order; the first one of a recording is its header. Marks
    // count over all recordings of the connection.
    struct Unstored {
        std::uint32_t mark;
        Clock::time_point since;
        std::optional<ipc::RecordingSegment> segment;
    };
    std::deque<Unstored> unstored_;
    std::uint32_t marks_ = 0;
    // What a replay needs besides the picture when it begins in the middle.
    std::vector<std::uint8_t> cursor_, state_, pointer_;
    SignalFlag changed_;
};

}  // namespace sudare::link
