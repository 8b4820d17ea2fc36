// SPDX-License-Identifier: Apache-2.0
#include "server/host/control_stream.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "server/base/unix_socket.h"

namespace sudare::host {
namespace {

constexpr ipc::RuleRow kRows[] = {{0x01, {0, limits::kIpcFrameMax}}, {0x02, {2, 2}}};
const ipc::TableRules kRules{kRows};

class ControlStreamTest : public ::testing::Test {
protected:
    void SetUp() override {
        auto pair = unix_pair();
        ASSERT_TRUE(pair);
        peer_ = std::move(pair->second);
        stream_ = std::make_shared<ControlStream>(loop_, std::move(pair->first), kRules);
        stream_->listen(
            {[this](const Frame& frame) { frames_.emplace_back(frame.type, frame.payload.size()); },
             [this](EndReason reason) { ends_.push_back(reason); }});
    }
    void TearDown() override { stream_->close(); }
    void peer_says(std::vector<std::uint8_t> bytes) {
        ASSERT_TRUE(write_all(peer_.get(), bytes));
        loop_.poll();
    }

    boost::asio::io_context loop_;
    UniqueFd peer_;
    std::shared_ptr<ControlStream> stream_;
    std::vector<std::pair<int, std::size_t>> frames_;
    std::vector<EndReason> ends_;
};

TEST_F(ControlStreamTest, HandsOutFramesHoweverTheyAreCut) {
    for (const int byte : {0x02, 0, 0, 2, 7})
        peer_says({static_cast<std::uint8_t>(byte)});
    EXPECT_TRUE(frames_.empty());
    peer_says({8, 0x01, 0, 0, 0, 0x02});
    EXPECT_EQ(frames_, (std::vector<std::pair<int, std::size_t>>{{2, 2}, {1, 0}}));
    EXPECT_TRUE(ends_.empty());
}

TEST_F(ControlStreamTest, AfterABrokenFrameNothingIsReadButStillSent) {
    peer_says({0x02, 0, 0, 3, 1, 2, 3, 0x01, 0, 0, 0});
    EXPECT_EQ(ends_, std::vector{EndReason::kMalformed});
    peer_says({0x01, 0, 0, 0});
    EXPECT_TRUE(frames_.empty());
    EXPECT_TRUE(stream_->send(0x42, {}));
    std::uint8_t answer[4] = {};
    EXPECT_EQ(::recv(peer_.get(), answer, sizeof answer, MSG_WAITALL), 4);
    EXPECT_EQ(answer[0], 0x42);
}

TEST_F(ControlStreamTest, NamesAnUnknownType) {
    peer_says({0x77, 0, 0, 0});
    EXPECT_EQ(ends_, std::vector{EndReason::kUnknownType});
}

TEST_F(ControlStreamTest, NamesALostPeer) {
    peer_.reset();
    loop_.poll();
    EXPECT_EQ(ends_, std::vector{EndReason::kHostLost});
}

TEST_F(ControlStreamTest, PassesADescriptorWithItsFrame) {
    const UniqueFd null(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    const int fd = null.get();
    ASSERT_TRUE(stream_->send(0x05, {}, {&fd, 1}));
    std::vector<UniqueFd> fds;
    std::array<std::uint8_t, 16> buffer{};
    const auto got = receive_with_fds(peer_.get(), buffer, fds);
    ASSERT_TRUE(got);
    EXPECT_EQ(*got, 4U);
    ASSERT_EQ(fds.size(), 1U);
    struct stat ours {
    }, theirs{};
    ::fstat(fd, &ours);
    ::fstat(fds[0].get(), &theirs);
    EXPECT_EQ(ours.st_rdev, theirs.st_rdev);
}

TEST_F(ControlStreamTest, DropsDescriptorsThatAPeerAttaches) {
    const auto open_now = [] {
        int count = 0;
        for (int fd = 0; fd < 256; ++fd)
            count += ::fcntl(fd, F_GETFD) >= 0;
        return count;
    };
    const int before = open_now();
    const std::array<std::uint8_t, 4> frame{0x01, 0, 0, 0};
    const std::array<int, 2> fds{0, 1};
    for (int i = 0; i < 20; ++i) {
        ASSERT_TRUE(send_with_fds(peer_.get(), frame, fds));
        loop_.poll();
    }
    EXPECT_EQ(frames_.size(), 20U);
    EXPECT_EQ(open_now(), before);
}

TEST_F(ControlStreamTest, APeerThatReadsNothingFillsNoMemory) {
    const std::vector<std::uint8_t> large(limits::kIpcFrameMax);
    int taken = 0;
    while (taken < 10 && stream_->send(0x01, large))
        ++taken;
    EXPECT_GE(taken, 2);
    EXPECT_LE(taken, 3);  // two in the queue and what the socket holds
}

}  // namespace
}  // namespace sudare::host
