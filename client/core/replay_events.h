// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>
#include <array>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "protocol/core/result.h"
#include "protocol/evidence/checkpoint.h"

// What the audit log says about the session of a recording, as a bundle of records with their
// proofs (protocol/evidence/proof_file.h; sudare-verify --extract writes it). Each record is
// checked as sudare-verify does: its form, its number, the checkpoint's signature, and that it is
// in the tree that was signed.
namespace sudare::client {

struct ReplayEvent {
    enum class Kind : quint8 {
        kRefused,  // something that policy or protocol forbids was tried, or a destination refused
        kDestination,  // a destination was reached
        kAlarm,        // input of an unusual kind
        kInput,        // counters of a minute
        kEnd,
        kOther,
    };
    quint32 at_ms = 0;  // since the recording's start, within it
    Kind kind = Kind::kOther;
    quint64 index = 0;  // of the record in the log
    quint16 event = 0;  // audit::EventType
    bool proven = false;
    // Fields that people are shown; texts as the log has them, made safe to show.
    QString host, verdict, what, cause;
    quint64 port = 0, number = 0, reason = 0;
    // keys, moves, buttons, wheel, code points, dropped
    std::array<quint64, 6> counts{};
};

struct ReplayEvents {
    std::vector<ReplayEvent> events;  // in time; of this session only
    std::size_t proven = 0;
    QString key_id;           // of the key that proves; empty: nothing is proven
    quint64 log_records = 0;  // covered by the newest checkpoint that proves
};

// `keys` empty: nothing is proven, and what is there is shown as such. Errors: kBadInput naming the
// record: the bundle is damaged, or a record is not the one that was signed; then nothing of it
// counts.
Result<ReplayEvents> read_replay_events(std::string_view bundle,
                                        std::span<const evidence::VerifierKey> keys,
                                        quint64 session, quint64 start_ms, quint32 duration_ms);

// The first event of the kind behind (or before) a position; nullptr: none.
const ReplayEvent* next_event(std::span<const ReplayEvent> events, ReplayEvent::Kind kind,
                              quint32 position_ms);
const ReplayEvent* previous_event(std::span<const ReplayEvent> events, ReplayEvent::Kind kind,
                                  quint32 position_ms);

}  // namespace sudare::client
