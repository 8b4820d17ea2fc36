// SPDX-License-Identifier: Apache-2.0
#include "server/egress/destination_log.h"

#include <gtest/gtest.h>

#include "server/egress/limits.h"

namespace sudare::egress {
namespace {

using namespace std::string_literals;

class DestinationLogTest : public testing::Test {
protected:
    std::vector<ipc::Destination> sent_;
    DestinationLog log_{[this](const ipc::Destination& d) { sent_.push_back(d); }};
    DestinationLog::Clock::time_point now_{};
    const IpAddress address_ = *parse_literal("93.184.216.34");

    std::shared_ptr<DestinationLog::Entry> open(const char* authority) {
        return log_.open(*parse_authority(authority), 3, address_, now_);
    }
};

TEST_F(DestinationLogTest, FirstConnectionIsReportedAtOnce) {
    const auto entry = open("example.jp:443");
    ASSERT_EQ(sent_.size(), 1u);
    EXPECT_EQ(sent_[0].host, "example.jp");
    EXPECT_EQ(sent_[0].port, 443);
    EXPECT_EQ(sent_[0].rule, 3u);
    EXPECT_EQ(sent_[0].requests, 1u);
    EXPECT_EQ(sent_[0].address, to_bytes(address_));
}

TEST_F(DestinationLogTest, HundredConnectionsMakeTwoReports) {
    for (int i = 0; i < 100; ++i) {
        const auto entry = open("example.jp:443");
        entry->add_up(10);
        entry->add_down(1000);
    }
    log_.tick(now_ + limits::kReportWindow - std::chrono::seconds(1));
    EXPECT_EQ(sent_.size(), 1u);
    log_.tick(now_ + limits::kReportWindow);
    ASSERT_EQ(sent_.size(), 2u);
    EXPECT_EQ(sent_[0].requests + sent_[1].requests, 100u);
    EXPECT_EQ(sent_[1].bytes_up, 1000u);
    EXPECT_EQ(sent_[1].bytes_down, 100000u);
    EXPECT_EQ(log_.size(), 0u);
}

TEST_F(DestinationLogTest, LongConnectionIsReportedOncePerWindowWithItsBytes) {
    const auto entry = open("example.jp:443");
    entry->add_down(7);
    log_.tick(now_ += limits::kReportWindow);
    ASSERT_EQ(sent_.size(), 2u);
    EXPECT_EQ(sent_[1].requests, 0u);
    EXPECT_EQ(sent_[1].bytes_down, 7u);
    log_.tick(now_ += limits::kReportWindow);
    EXPECT_EQ(sent_.size(), 2u);  // silent, so nothing to say
    entry->add_down(8);
    log_.flush();
    ASSERT_EQ(sent_.size(), 3u);
    EXPECT_EQ(sent_[2].bytes_down, 8u);
}

TEST_F(DestinationLogTest, DifferentVerdictsAndPortsAreDifferentDestinations) {
    open("example.jp:443");
    open("example.jp:8443");
    log_.refuse("example.jp", 443, {ipc::Verdict::kDeniedByRule, 9}, {}, now_);
    log_.refuse("example.jp", 443, {ipc::Verdict::kDeniedByRule, 9}, {}, now_);
    ASSERT_EQ(sent_.size(), 3u);
    EXPECT_EQ(sent_[2].rule, 9u);
    log_.flush();
    ASSERT_EQ(sent_.size(), 4u);
    EXPECT_EQ(sent_[3].requests, 1u);
}

TEST_F(DestinationLogTest, HostsOfPeersCannotCarryBytes) {
    const std::string host =
        std::string("a\0b\n\x1b[2J\xff \xe3\x81\x82", 13) + std::string(999, 'x');
    log_.refuse(host, 0, {ipc::Verdict::kBadName}, {}, now_);
    ASSERT_EQ(sent_.size(), 1u);
    EXPECT_EQ(sent_[0].host.size(), sudare::limits::kHostBytesMax);
    EXPECT_EQ(sent_[0].host.substr(0, 13), "a?b??[2J?????"s);
    EXPECT_TRUE(ipc::is_plain_text(sent_[0].host));
}

TEST_F(DestinationLogTest, FloodOfRefusedNamesIsSummedUp) {
    for (std::size_t i = 0; i < 2000; ++i)
        log_.refuse("h" + std::to_string(i), 443, {ipc::Verdict::kDeniedByDefault, 4}, {}, now_);
    log_.refuse("h2001", 25, {ipc::Verdict::kDeniedPort}, {}, now_);
    ASSERT_EQ(sent_.size(), limits::kRefusedMax + 2);
    // The verdict is kept, and one kind does not hide in the sum of another.
    const ipc::Destination& sum = sent_[limits::kRefusedMax];
    EXPECT_EQ(sum.host, "*");
    EXPECT_EQ(sum.verdict, ipc::Verdict::kDeniedByDefault);
    EXPECT_EQ(sent_.back().host, "*");
    EXPECT_EQ(sent_.back().verdict, ipc::Verdict::kDeniedPort);
    log_.tick(now_ += limits::kReportWindow);
    std::size_t requests = 0;
    for (const ipc::Destination& one : sent_)
        requests += one.requests;
    EXPECT_EQ(requests, 2001u);
    EXPECT_EQ(sent_.size(), limits::kRefusedMax + 3);
}

TEST_F(DestinationLogTest, RefusalsTakeNoRoomFromWhatIsPermittedAndComeBackNextWindow) {
    for (std::size_t i = 0; i < 2000; ++i)
        log_.refuse("h" + std::to_string(i), 443, {ipc::Verdict::kDeniedByDefault}, {}, now_);
    EXPECT_NE(open("example.jp:443"), nullptr);
    log_.tick(now_ += limits::kReportWindow);
    EXPECT_EQ(log_.size(), 0u);
    log_.refuse("new.example", 443, {ipc::Verdict::kDeniedByDefault}, {}, now_);
    EXPECT_EQ(sent_.back().host, "new.example");
}

TEST_F(DestinationLogTest, FloodOfPermittedNamesIsRefused) {
    for (std::size_t i = 0; i < limits::kDestinationsMax; ++i)
        ASSERT_NE(open(("h" + std::to_string(i) + ".example:443").c_str()), nullptr);
    EXPECT_EQ(open("new.example:443"), nullptr);
    EXPECT_NE(open("h0.example:443"), nullptr);  // known ones go on
    log_.refuse("new.example", 443, {ipc::Verdict::kQuota}, {}, now_);
    EXPECT_EQ(sent_.back().host, "new.example");
    log_.tick(now_ += limits::kReportWindow);
    EXPECT_NE(open("new.example:443"), nullptr);
}

}  // namespace
}  // namespace sudare::egress
