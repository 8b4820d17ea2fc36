// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>


#include "protocol/ipc/broker_link.h"
#include "protocol/ipc/host_session.h"
#include "protocol/ipc/link_recorder.h"
#include "tests/unit/protocol/ipc/samples.h"

namespace sudare::ipc {
namespace {

// Every truncation and every byte too many is refused.
template <typename Read>
void exact(const std::vector<std::uint8_t>& bytes, Read read) {
    EXPECT_TRUE(read(bytes));
    for (std::size_t length = 0; length < bytes.size(); ++length)
        EXPECT_FALSE(read(std::span(bytes).first(length))) << length;
    std::vector<std::uint8_t> longer = bytes;
    longer.push_back(0);
    EXPECT_FALSE(read(longer));
}

TEST(BordersTest, EgressConfig) {
    const auto bytes = write_egress_config(sample_egress());
    EXPECT_EQ(read_egress_config(bytes).value(), sample_egress());
    exact(bytes, [](auto view) { return read_egress_config(view).has_value(); });
}

TEST(BordersTest, SessionStart) {
    const auto bytes = write_session_start(sample_start());
    const auto again = read_session_start(bytes);
    ASSERT_TRUE(again);
    EXPECT_EQ(again->session, 42U);
    EXPECT_EQ(again->display, sample_start().display);
    EXPECT_EQ(again->policy, sample_start().policy);
    exact(bytes, [](auto view) { return read_session_start(view).has_value(); });
}

TEST(BordersTest, SessionResume) {
    const SessionResume resume{42, sample_start().key, sample_start().display, KeyboardLayout::kJp};
    const auto bytes = write_session_resume(resume);
    const auto again = read_session_resume(bytes);
    ASSERT_TRUE(again);
    EXPECT_EQ(again->session, 42U);
    EXPECT_EQ(again->key, resume.key);
    EXPECT_EQ(again->display, resume.display);
    EXPECT_EQ(again->keyboard, KeyboardLayout::kJp);
    exact(bytes, [](auto view) { return read_session_resume(view).has_value(); });
    EXPECT_FALSE(read_session_resume(write_session_resume({0, {}, {}, KeyboardLayout::kUs})));
}

TEST(BordersTest, SessionAttach) {
    const auto bytes = write_session_attach({sample_start().display, KeyboardLayout::kJp});
    const auto again = read_session_attach(bytes);
    ASSERT_TRUE(again);
    EXPECT_EQ(again->display, sample_start().display);
    EXPECT_EQ(again->keyboard, KeyboardLayout::kJp);
    exact(bytes, [](auto view) { return read_session_attach(view).has_value(); });
}

TEST(BordersTest, ResumeSessionAndItsGrant) {
    ResumeSession wish{{}, sample_start().display, KeyboardLayout::kJp};
    wish.ticket[7] = 7;
    const auto bytes = write_resume_session(wish);
    const auto again = read_resume_session(bytes);
    ASSERT_TRUE(again);
    EXPECT_EQ(again->ticket, wish.ticket);
    EXPECT_EQ(again->display, wish.display);
    exact(bytes, [](auto view) { return read_resume_session(view).has_value(); });

    ReviewerKeys reviewers(2);
    reviewers[1].fill(7);
    SessionGranted grant{9, wish.ticket, sample_start().key, true, 60, sample_policy(), reviewers};
    const auto granted = read_session_granted(write_session_granted(grant));
    ASSERT_TRUE(granted);
    EXPECT_EQ(granted->key, grant.key);
    EXPECT_TRUE(granted->resumed);
    EXPECT_EQ(granted->remaining, 60U);
    EXPECT_EQ(granted->policy, grant.policy);
    EXPECT_EQ(granted->reviewers, reviewers);
    grant.reviewers.resize(kReviewersMax + 1);
    EXPECT_FALSE(read_session_granted(write_session_granted(grant)));
}

TEST(BordersTest, WhatALinkTellsOfARecording) {
    RecordingId id{};
    id[3] = 3;
    Sha256 hash{};
    hash[31] = 1;
    const auto started = write_recording_started({5, id, 1'764'115'200'000, hash});
    ASSERT_TRUE(read_recording_started(started));
    EXPECT_EQ(read_recording_started(started)->header, hash);
    exact(started, [](auto view) { return read_recording_started(view).has_value(); });
    EXPECT_FALSE(read_recording_started(write_recording_started({0, id, 1, hash})));
    EXPECT_FALSE(read_recording_started(write_recording_started({5, {}, 1, hash})));
    EXPECT_FALSE(read_recording_started(write_recording_started({5, id, kUnixMsMax + 1, hash})));

    const auto segment = write_recording_segment({5, id, 2, 10, 20, 77, hash});
    ASSERT_TRUE(read_recording_segment(segment));
    EXPECT_EQ(read_recording_segment(segment)->length, 77U);
    exact(segment, [](auto view) { return read_recording_segment(view).has_value(); });
    EXPECT_FALSE(read_recording_segment(write_recording_segment({5, id, 2, 21, 20, 77, hash})));

    exact(write_recording_ended({5, id}), [](auto view) { return read_recording_ended(view).has_value(); });
    for (unsigned fault = 0; fault < 256; ++fault) {
        const auto failed = write_recording_failed({5, id, static_cast<RecordingFault>(fault)});
        EXPECT_EQ(read_recording_failed(failed).has_value(), fault >= 1 && fault <= 8) << fault;
    }
    exact(write_reviewers({hash}), [](auto view) { return read_reviewers(view).has_value(); });
    EXPECT_FALSE(read_reviewers(write_reviewers(ReviewerKeys(9))));
}

TEST(BordersTest, LinkAndRecorder) {
    const auto begin = write_recording_begin({{1, 2}, 1'764'115'200'000});
    ASSERT_TRUE(read_recording_begin(begin));
    EXPECT_EQ(read_recording_begin(begin)->id[1], 2);
    exact(begin, [](auto view) { return read_recording_begin(view).has_value(); });
    EXPECT_FALSE(read_recording_begin(write_recording_begin({{}, kUnixMsMax + 1})));
    exact(write_recorder_mark(7), [](auto view) { return read_recorder_mark(view).has_value(); });
    for (unsigned fault = 0; fault < 256; ++fault) {
        const std::uint8_t bytes[] = {static_cast<std::uint8_t>(fault)};
        EXPECT_EQ(read_recorder_fault(bytes).has_value(), fault >= 1 && fault <= 3);
    }
}

TEST(BordersTest, SessionZeroDoesNotExist) {
    SessionStart start = sample_start();
    start.session = 0;
    EXPECT_FALSE(read_session_start(write_session_start(start)));
}

TEST(BordersTest, ReasonsAndEventsAreClosedLists) {
    for (std::uint32_t number = 0; number < 0x10000; ++number) {
        const std::uint8_t bytes[] = {static_cast<std::uint8_t>(number >> 8),
                                      static_cast<std::uint8_t>(number)};
        EXPECT_EQ(read_reason(bytes).has_value(),
                  end_reason_from(static_cast<std::uint16_t>(number)).has_value());
    }
    for (unsigned kind = 0; kind < 256; ++kind) {
        const std::uint8_t bytes[] = {static_cast<std::uint8_t>(kind), 0, 0, 0, 1};
        EXPECT_EQ(read_host_event(bytes).has_value(), kind >= 1 && kind <= 5);
    }
}

TEST(BordersTest, DestinationLengthsMatchTheFrameRules) {
    Destination destination;
    destination.host = std::string(limits::kHostBytesMax, 'a');
    Writer out(limits::kIpcFrameMax);
    write_destination(out, destination);
    EXPECT_EQ(out.size(), kDestinationMax);
    Reader in(out.view());
    EXPECT_EQ(read_destination(in)->host, destination.host);
    destination.host += 'a';
    Writer longer(limits::kIpcFrameMax);
    write_destination(longer, destination);
    Reader in_longer(longer.view());
    EXPECT_FALSE(read_destination(in_longer));
    destination.host = "a\nb";
    Writer forged(limits::kIpcFrameMax);
    write_destination(forged, destination);
    Reader in_forged(forged.view());
    EXPECT_FALSE(read_destination(in_forged)) << "a line break must not reach the log";
}

// The host says it, and it becomes host=... in a line of the log.
TEST(BordersTest, DestinationHostIsOneWordOfVisibleAscii) {
    const auto reads = [](std::string_view host) {
        Destination destination;
        destination.host = host;
        Writer out(limits::kIpcFrameMax);
        write_destination(out, destination);
        Reader in(out.view());
        return read_destination(in).has_value();
    };
    for (const char* host : {"www.example.jp", "a_b.example", "2001:db8::1", "??.example", "*", ""})
        EXPECT_TRUE(reads(host)) << host;
    for (const char* host : {"a  verdict=allowed", "a b", " ", "\xe7\xb0\xbe.example", "a\u2028b", "a\tb"})
        EXPECT_FALSE(reads(host)) << host;
}

TEST(BordersTest, FrameRulesAreTheTable) {
    const TableRules rules(kLinkHostDownRows);
    for (unsigned type = 0; type < 256; ++type)
        EXPECT_EQ(rules.range_of(static_cast<std::uint8_t>(type)).has_value(),
                  type >= 0xA1 && type <= 0xA4);
}

}  // namespace
}  // namespace sudare::ipc
