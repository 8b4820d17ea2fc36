// SPDX-License-Identifier: Apache-2.0
#include "client/app/replay_export.h"

#include <gtest/gtest.h>

#include "client/app/replay_timeline.h"
#include "server/broker/audit/events.h"

namespace sudare::client {
namespace {

TEST(ReplayExport, PositionsAreWrittenAsPeopleSayThem) {
    const std::pair<const char*, quint32> good[] = {
        {"0", 0}, {"83", 83'000}, {"83.5", 83'500}, {"1:23", 83'000}, {"1:02:03.045", 3'723'045}};
    for (const auto& [text, ms] : good)
        EXPECT_EQ(parse_position(QLatin1String(text)), ms) << text;
    for (const char* text :
         {"", "-1", "1:", ":1", "1.", "1.2345", "1:2:3:4", "a", "1 ", "1:2a", "0x10", "1234567"})
        EXPECT_FALSE(parse_position(QLatin1String(text))) << text;
}

TEST(ReplayExport, AWishIsOneOfTwoAndHasANameAndAFile) {
    const QString name = QStringLiteral("鈴木"), out = QStringLiteral("a.webm"), none;
    const auto clip = parse_export(QStringLiteral("1:20-1:45.5"), none, out, name);
    ASSERT_TRUE(clip);
    EXPECT_EQ(clip->from_ms, 80'000U);
    EXPECT_EQ(clip->to_ms, 105'500U);
    const auto frame = parse_export(none, QStringLiteral("3"), out, name);
    ASSERT_TRUE(frame);
    EXPECT_FALSE(frame->to_ms);
    EXPECT_FALSE(parse_export(QStringLiteral("1-2"), QStringLiteral("3"), out, name));
    EXPECT_FALSE(parse_export(QStringLiteral("1-2"), none, none, name));
    for (const QString& bad : {none, QStringLiteral("  "), QString(65, u'a'),
                               QStringLiteral("a\nb"), QStringLiteral("a\u202Eb")})
        EXPECT_FALSE(parse_export(QStringLiteral("1-2"), none, out, bad)) << bad.toStdString();
    for (const char* bad : {"1", "2-1", "1-1", "1-2-3", "-", "0-3601"})
        EXPECT_FALSE(parse_export(QLatin1String(bad), none, out, name)) << bad;
}

TEST(ReplayTexts, EventsAreToldInWordsAndUnknownOnesByTheirNames) {
    ReplayEvent event;
    event.event = static_cast<quint16>(audit::EventType::kDestination);
    event.host = QStringLiteral("%2.example");  // no place for what follows
    event.port = 443;
    event.kind = ReplayEvent::Kind::kDestination;
    EXPECT_EQ(event_text(event), QStringLiteral("Destination: %2.example:443"));
    event.kind = ReplayEvent::Kind::kRefused;
    event.verdict = QStringLiteral("denied_address");
    EXPECT_EQ(event_text(event),
              QStringLiteral("Destination refused: %2.example:443 (an internal address)"));
    event.verdict = QStringLiteral("of_later_times");
    EXPECT_TRUE(event_text(event).contains(QStringLiteral("of_later_times")));
    event.event = static_cast<quint16>(audit::EventType::kUserAdded);
    EXPECT_EQ(event_text(event), QStringLiteral("user_added"));
    event.event = 65'000;
    EXPECT_EQ(event_text(event), QStringLiteral("65000"));
}

TEST(ReplayTexts, AnAbsentKeyIsSaidAloud) {
    ReplayEvents events;
    events.events.resize(2);
    EventList list(nullptr);
    list.set_events(events);
    EXPECT_TRUE(list.proof().startsWith(QStringLiteral("NOT PROVEN")));
    events.proven = 1;
    list.set_events(events);
    EXPECT_TRUE(list.proof().startsWith(QStringLiteral("Only 1 of these 2")));
    EXPECT_TRUE(list.list().item(0)->text().endsWith(QStringLiteral("(not proven)")));
    events.proven = 2;
    events.key_id = QStringLiteral("0a1b2c3d");
    events.log_records = 99;
    list.set_events(events);
    EXPECT_TRUE(list.proof().contains(QStringLiteral("0a1b2c3d")));
    EXPECT_EQ(list.list().count(), 2);
}

}  // namespace
}  // namespace sudare::client
