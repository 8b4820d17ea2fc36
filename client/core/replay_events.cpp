// SPDX-License-Identifier: Apache-2.0
#include "client/core/replay_events.h"

#include <algorithm>
#include <utility>

#include "protocol/core/reader.h"
#include "protocol/evidence/merkle.h"
#include "protocol/evidence/proof_file.h"
#include "protocol/evidence/record_view.h"
#include "server/broker/audit/events.h"

namespace sudare::client {
namespace {

using audit::EventType;
using audit::Field;
using Kind = ReplayEvent::Kind;

// Whatever could reorder, hide or end a line stands as its number.
QString shown(std::span<const std::uint8_t> bytes) {
    const QString text = QString::fromUtf8(reinterpret_cast<const char*>(bytes.data()),
                                           static_cast<qsizetype>(bytes.size()));
    QString out;
    for (const char32_t point : text.toUcs4()) {
        const auto category = QChar::category(point);
        const bool plain =
            category != QChar::Other_Control && category != QChar::Other_Format &&
            category != QChar::Other_Surrogate && category != QChar::Other_PrivateUse &&
            category != QChar::Other_NotAssigned && category != QChar::Separator_Line &&
            category != QChar::Separator_Paragraph;
        out += plain ? QString::fromUcs4(&point, 1)
                     : QStringLiteral("\\u{%1}").arg(static_cast<quint32>(point), 0, 16);
    }
    return out;
}

Kind kind_of(const ReplayEvent& event) {
    switch (static_cast<EventType>(event.event)) {
        case EventType::kRefusal:
        case EventType::kExceptionAsked:
            return Kind::kRefused;
        case EventType::kDestination:
            return event.verdict == QLatin1String("allowed") ? Kind::kDestination : Kind::kRefused;
        case EventType::kInputAlarm:
            return Kind::kAlarm;
        case EventType::kCounters:
            return Kind::kInput;
        case EventType::kSessionEnded:
        case EventType::kSessionTerminated:
            return Kind::kEnd;
        default:
            return Kind::kOther;
    }
}

quint64* place_of(ReplayEvent& event, Field field) {
    switch (field) {
        case Field::kHostPort:
            return &event.port;
        case Field::kNumber:
            return &event.number;
        case Field::kReason:
            return &event.reason;
        default: {
            constexpr std::array kCounts{Field::kKeys,  Field::kMoves,      Field::kButtons,
                                         Field::kWheel, Field::kCodePoints, Field::kDropped};
            const auto* found = std::ranges::find(kCounts, field);
            return found == kCounts.end() ? nullptr : &event.counts.at(found - kCounts.begin());
        }
    }
}

QString* text_place_of(ReplayEvent& event, Field field) {
    switch (field) {
        case Field::kHost:
            return &event.host;
        case Field::kVerdict:
            return &event.verdict;
        case Field::kKind:
            return &event.what;
        case Field::kCause:
            return &event.cause;
        default:
            return nullptr;
    }
}

// nullopt: of another session, or of none.
std::optional<ReplayEvent> event_of(const evidence::RecordView& record, quint64 session) {
    ReplayEvent event;
    event.index = record.index;
    event.event = record.event;
    bool ours = false;
    record.each([&](const evidence::FieldView& view) {
        const auto field = static_cast<Field>(view.field);
        Reader in(view.value);
        if (view.kind == static_cast<quint8>(audit::FieldKind::kNumber)) {
            const quint64 value = in.u64();
            ours = ours || (field == Field::kSession && value == session);
            if (auto* place = place_of(event, field))
                *place = value;
        } else if (view.kind == static_cast<quint8>(audit::FieldKind::kText)) {
            if (auto* place = text_place_of(event, field))
                *place = shown(view.value);
        }
    });
    if (!ours)
        return std::nullopt;
    event.kind = kind_of(event);
    return event;
}

// A session may have several recordings. What stands right before and behind this one, as its begin
// and its end, belongs to it; nullopt: farther away.
constexpr std::int64_t kAroundMs = 60'000;

std::optional<quint32> position_of(std::int64_t nanoseconds, quint64 start_ms,
                                   quint32 duration_ms) {
    const std::int64_t at = nanoseconds / 1'000'000 - static_cast<std::int64_t>(start_ms);
    if (at < -kAroundMs || at > std::int64_t{duration_ms} + kAroundMs)
        return std::nullopt;
    return static_cast<quint32>(std::clamp<std::int64_t>(at, 0, duration_ms));
}

Result<bool> is_proven(const evidence::RecordProof& proof, const evidence::RecordView& record,
                       std::span<const evidence::VerifierKey> keys, ReplayEvents& out) {
    const std::string name = "record " + std::to_string(proof.index);
    if (record.index != proof.index)
        return fail(Errc::kBadInput, name + " is another record");
    const auto verified = evidence::verify_note(proof.note, keys);
    if (!verified && verified.error().code == Errc::kNotFound)
        return false;  // under a key that we were not given
    if (!verified)
        return fail(Errc::kBadInput, name + ": " + verified.error().message);
    if (!evidence::included(proof.index, evidence::leaf_hash(proof.record),
                            verified->checkpoint.size, verified->checkpoint.root, proof.proof))
        return fail(Errc::kBadInput, name + " is not in the log that was signed: it was changed");
    if (verified->checkpoint.size >= out.log_records) {
        out.log_records = verified->checkpoint.size;
        out.key_id = QString::fromStdString(verified->key->id());
    }
    return true;
}

}  // namespace

Result<ReplayEvents> read_replay_events(std::string_view bundle,
                                        std::span<const evidence::VerifierKey> keys,
                                        quint64 session, quint64 start_ms, quint32 duration_ms) {
    SUDARE_TRY(const auto proofs, evidence::read_bundle(bundle));
    ReplayEvents out;
    for (const evidence::RecordProof& proof : proofs) {
        const auto record = evidence::record_view(proof.record);
        if (!record)
            return fail(Errc::kBadInput,
                        "record " + std::to_string(proof.index) + " has not the form of one");
        SUDARE_TRY(const bool proven, is_proven(proof, *record, keys, out));
        auto event = event_of(*record, session);
        if (!event || static_cast<EventType>(event->event) == EventType::kRecordingSegment)
            continue;
        const auto at = position_of(record->time, start_ms, duration_ms);
        if (!at)
            continue;
        event->at_ms = *at;
        event->proven = proven;
        out.events.push_back(std::move(*event));
    }
    // A record that comes twice is one; what is proven counts.
    std::ranges::stable_sort(
        out.events, {}, [](const ReplayEvent& one) { return std::pair(one.index, !one.proven); });
    const auto same = [](const ReplayEvent& one, const ReplayEvent& next) { return one.index == next.index; };
    out.events.erase(std::unique(out.events.begin(), out.events.end(), same), out.events.end());
    out.proven = static_cast<std::size_t>(std::ranges::count_if(out.events, &ReplayEvent::proven));
    std::ranges::stable_sort(out.events, {}, &ReplayEvent::at_ms);
    return out;
}

const ReplayEvent* next_event(std::span<const ReplayEvent> events, Kind kind, quint32 position_ms) {
    const auto found = std::ranges::find_if(events, [&](const ReplayEvent& one) {
        return one.kind == kind && one.at_ms > position_ms;
    });
    return found == events.end() ? nullptr : &*found;
}

const ReplayEvent* previous_event(std::span<const ReplayEvent> events, Kind kind,
                                  quint32 position_ms) {
    const ReplayEvent* last = nullptr;
    for (const ReplayEvent& one : events)
        if (one.kind == kind && one.at_ms < position_ms)
            last = &one;
    return last;
}

}  // namespace sudare::client
