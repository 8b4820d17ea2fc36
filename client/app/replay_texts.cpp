// SPDX-License-Identifier: Apache-2.0
// Events of the audit log in words. What this version does not know keeps the log's own name.
#include <QCoreApplication>

#include "client/app/replay_timeline.h"
#include "server/broker/audit/events.h"

namespace sudare::client {
namespace {

using audit::EventType;

struct Word {
    const char* name;
    const char* text;
};
constexpr Word kVerdicts[] = {
    {"denied_by_rule", QT_TRANSLATE_NOOP("ReplayEvent", "a rule forbids it")},
    {"denied_by_default", QT_TRANSLATE_NOOP("ReplayEvent", "it is not on the list")},
    {"denied_address", QT_TRANSLATE_NOOP("ReplayEvent", "an internal address")},
    {"denied_port", QT_TRANSLATE_NOOP("ReplayEvent", "a forbidden port")},
    {"denied_plain_http", QT_TRANSLATE_NOOP("ReplayEvent", "without encryption")},
    {"bad_name", QT_TRANSLATE_NOOP("ReplayEvent", "no valid name")},
    {"not_resolved", QT_TRANSLATE_NOOP("ReplayEvent", "the name is not known")},
    {"connect_failed", QT_TRANSLATE_NOOP("ReplayEvent", "it does not answer")},
    {"quota", QT_TRANSLATE_NOOP("ReplayEvent", "too much for one day")},
};
constexpr Word kRefusals[] = {
    {"protocol", QT_TRANSLATE_NOOP("ReplayEvent", "the terminal broke the protocol")},
    {"input_denied", QT_TRANSLATE_NOOP("ReplayEvent", "input that is blocked")},
    {"combination", QT_TRANSLATE_NOOP("ReplayEvent", "a blocked key combination")},
    {"rate", QT_TRANSLATE_NOOP("ReplayEvent", "too much input at once")},
    {"host_protocol", QT_TRANSLATE_NOOP("ReplayEvent", "the session host broke the protocol")},
};
constexpr Word kAlarms[] = {
    {"typed_fast", QT_TRANSLATE_NOOP("ReplayEvent", "typed faster than people do")},
    {"pasted", QT_TRANSLATE_NOOP("ReplayEvent", "much text at once")},
    {"pointer", QT_TRANSLATE_NOOP("ReplayEvent", "the pointer moves without end")},
    {"typed_in_a_day", QT_TRANSLATE_NOOP("ReplayEvent", "very much text in one day")},
};

constexpr Word kHostEvents[] = {
    {"browser_started", QT_TRANSLATE_NOOP("ReplayEvent", "the browser shows its first picture")},
    {"limits_missing", QT_TRANSLATE_NOOP("ReplayEvent", "runs without limits of memory and time")},
    {"browser_old", QT_TRANSLATE_NOOP("ReplayEvent", "its browser is old")},
};

QString say(const char* text) {
    return QCoreApplication::translate("ReplayEvent", text);
}

template <std::size_t kCount>
QString word(const Word (&table)[kCount], const QString& name) {
    for (const Word& one : table)
        if (name == QLatin1String(one.name))
            return say(one.text);
    return name;
}

QString input_text(const ReplayEvent& event) {
    const auto& n = event.counts;
    QString text = say(QT_TRANSLATE_NOOP("ReplayEvent",
                                         "Input of a minute: %1 keys, %2 characters, %3 clicks"))
                       .arg(n[0])
                       .arg(n[4])
                       .arg(n[2]);
    if (n[5] > 0)
        text += say(QT_TRANSLATE_NOOP("ReplayEvent", "; %1 refused")).arg(n[5]);
    return text;
}

QString destination_text(const ReplayEvent& event) {
    const QString place = event.host + u':' + QString::number(event.port);
    if (event.kind == ReplayEvent::Kind::kDestination)
        return say(QT_TRANSLATE_NOOP("ReplayEvent", "Destination: %1")).arg(place);
    return say(QT_TRANSLATE_NOOP("ReplayEvent", "Destination refused: %1 (%2)"))
        .arg(place, word(kVerdicts, event.verdict));
}

QString other_text(const ReplayEvent& event) {
    switch (static_cast<EventType>(event.event)) {
        case EventType::kSessionGranted:
            return say(QT_TRANSLATE_NOOP("ReplayEvent", "Session granted"));
        case EventType::kSessionStarted:
            return say(QT_TRANSLATE_NOOP("ReplayEvent", "Session started"));
        case EventType::kSessionEnded:
            return say(QT_TRANSLATE_NOOP("ReplayEvent", "Session ended"));
        case EventType::kSessionTerminated:
            return say(QT_TRANSLATE_NOOP("ReplayEvent", "The server ends the session"));
        case EventType::kPolicyApplied:
            return say(QT_TRANSLATE_NOOP("ReplayEvent", "Changed rules apply"));
        case EventType::kSessionDetached:
            return say(QT_TRANSLATE_NOOP("ReplayEvent", "Connection lost"));
        case EventType::kSessionResumed:
            return say(QT_TRANSLATE_NOOP("ReplayEvent", "Session resumed"));
        case EventType::kRecordingStarted:
            return say(QT_TRANSLATE_NOOP("ReplayEvent", "Recording began"));
        case EventType::kRecordingEnded:
            return say(QT_TRANSLATE_NOOP("ReplayEvent", "Recording ended"));
        case EventType::kRecordingFailed:
            return say(QT_TRANSLATE_NOOP("ReplayEvent", "Recording failed"));
        case EventType::kRecordingOpened:
            return say(QT_TRANSLATE_NOOP("ReplayEvent", "A reviewer got the recording"));
        case EventType::kExceptionAsked:
            return say(QT_TRANSLATE_NOOP("ReplayEvent", "Asked for permission: %1"))
                .arg(event.host);
        case EventType::kHostEvent:
            return say(QT_TRANSLATE_NOOP("ReplayEvent", "Session host: %1"))
                .arg(word(kHostEvents, event.what));
        default:
            break;
    }
    const auto* row = audit::row_of(static_cast<EventType>(event.event));
    return row == nullptr
               ? QString::number(event.event)
               : QString::fromUtf8(row->name.data(), static_cast<qsizetype>(row->name.size()));
}

}  // namespace

QString clock_text(quint32 ms) {
    const quint32 seconds = ms / 1000;
    return QStringLiteral("%1:%2:%3")
        .arg(seconds / 3600)
        .arg(seconds / 60 % 60, 2, 10, QLatin1Char('0'))
        .arg(seconds % 60, 2, 10, QLatin1Char('0'));
}

QString event_text(const ReplayEvent& event) {
    switch (static_cast<EventType>(event.event)) {
        case EventType::kDestination:
            return destination_text(event);
        case EventType::kRefusal:
            return say(QT_TRANSLATE_NOOP("ReplayEvent", "Refused: %1"))
                .arg(word(kRefusals, event.what));
        case EventType::kInputAlarm:
            return say(QT_TRANSLATE_NOOP("ReplayEvent", "Alarm: %1"))
                .arg(word(kAlarms, event.what));
        case EventType::kCounters:
            return input_text(event);
        default:
            return other_text(event);
    }
}

}  // namespace sudare::client
