// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <string_view>

#include "protocol/ipc/gateway_link.h"

// Who may start a connection at all, decided before one byte is read (OpenSSH: MaxStartups,
// PerSourceMaxStartups, PerSourcePenalties). A connection counts as unproven until its link has
// seen a good certificate.
namespace sudare::gateway {

using Address = std::array<std::uint8_t, 16>;  // IPv6 or IPv4-mapped

// The source that an address counts for: an IPv4 address itself, the /64 of an IPv6 one, because
// whoever has one address there has them all.
Address source_of(const Address& address);

struct ThrottleSettings {
    std::uint32_t connections_max = 1000;       // all together, proven ones too
    std::uint32_t early_drop_from = 10;         // unproven: from here on dropped at random,
    std::uint32_t early_drop_percent = 30;      // first with this probability,
    std::uint32_t early_drop_full = 100;        // and from here on always
    std::uint32_t unproven_per_source = 20;
    std::uint32_t connections_per_source = 100;  // proven ones too: one terminal is not all
    bool penalties = true;
};

class Throttle {
   public:
    using Clock = std::chrono::steady_clock;
    Throttle(ThrottleSettings settings, std::uint64_t seed) : settings_(settings), random_(seed) {}

    enum class Verdict { kAccept, kTooMany, kEarlyDrop, kSourceBusy, kPenalty };
    // On kAccept the connection counts; call proven() at most once and ended() once for it, with
    // the same address.
    Verdict judge(const Address& address, Clock::time_point now);
    void proven(const Address& address, Clock::time_point now);
    void ended(const Address& address, bool was_proven, int exit_status, Clock::time_point now);

    [[nodiscard]] std::uint32_t connections() const { return connections_; }
    [[nodiscard]] std::uint32_t unproven() const { return unproven_; }
    [[nodiscard]] std::size_t sources() const { return sources_.size(); }

    // A source is refused while its penalty is above this.
    static constexpr std::chrono::seconds kPenaltyThreshold{15};
    static constexpr std::chrono::seconds kPenaltyMax{600};
    // How long a source that has proven itself skips the early drop: who holds many addresses
    // without a certificate can shut out newcomers only, not the terminals of every day.
    static constexpr std::chrono::hours kProofHolds{24};
    // A terminal that meets one crash of a link in this time gets back in at once.
    static constexpr std::chrono::minutes kCrashForgotten{10};
    // 8 MB; then harmless ones are forgotten, then penalties, then proofs, never open connections.
    static constexpr std::size_t kSourcesMax = 65536;

   private:
    struct Source {
        std::uint32_t connections = 0;
        std::uint32_t unproven = 0;  // of these
        Clock::time_point penalty_until{};
        Clock::time_point proof_until{};
        Clock::time_point crash_until{};  // the last one is remembered
    };
    bool early_drop();
    void leave_unproven(Source& source);
    static std::chrono::seconds penalty(Source& source, bool was_proven, int exit_status,
                                        Clock::time_point now);
    void forget_harmless(Clock::time_point now);

    ThrottleSettings settings_;
    std::mt19937_64 random_;
    std::map<Address, Source> sources_;
    std::uint32_t connections_ = 0;
    std::uint32_t unproven_ = 0;
};

std::string_view name_of(Throttle::Verdict verdict);  // "source_busy"

// A flood must not flood the log: says when the next line is due and how much it stands for.
class Repeats {
   public:
    static constexpr std::chrono::seconds kInterval{10};
    // The count since the last line, this one included; nullopt: no line now.
    std::optional<std::uint64_t> count(Throttle::Clock::time_point now);

   private:
    std::optional<Throttle::Clock::time_point> last_;
    std::uint64_t silent_ = 0;
};

// Seconds that an end adds to its source's penalty (any status that LinkExit does not name is a
// crash: somebody is trying things. Throttle takes less for the first one of a proven terminal).
std::chrono::seconds penalty_of(int exit_status);

}  // namespace sudare::gateway
