// SPDX-License-Identifier: Apache-2.0
// The link's recording against a recorder that the test plays itself.
#include "server/link/recording.h"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include "protocol/recording/keys.h"
#include "protocol/recording/opener.h"
#include "server/base/unix_socket.h"

namespace sudare::link {
namespace {

using ipc::BrokerLinkFrame;
using ipc::RecorderFrame;
using Bytes = std::vector<std::uint8_t>;

Bytes frame(std::uint8_t type, const Bytes& payload) {
    Bytes out;
    append_frame(out, type, payload);
    return out;
}
const Bytes kPicture = frame(0x44, Bytes(200, 7)), kMove = frame(0x05, {0, 1, 0, 2}),
            kPress = frame(0x06, {0, 1});

class RecordingTest : public ::testing::Test {
protected:
    void SetUp() override {
        ASSERT_TRUE(recording::initialise());
        keys_ = recording::make_key_pair();
        auto pair = unix_pair();
        ASSERT_TRUE(pair);
        there_ = std::move(pair->second);
        ASSERT_TRUE(client_.connect(std::move(pair->first)));
        recording_ = std::make_unique<Recording>(
            Recording::Surroundings{io_, client_, [this] { ++calls_; },
                                    [this](BrokerLinkFrame type, Bytes) { told_.push_back(type); },
                                    [this] { ++failures_; }, [this] { ++again_; }},
            5);
    }
    void want(ipc::Recording mode) { recording_->want(mode, {keys_.public_key}); }
    // What the recorder has got since the last call, by type; the file so far in file_.
    std::vector<RecorderFrame> got() {
        io_.restart();
        io_.poll();
        std::array<std::uint8_t, 1 << 16> piece{};
        for (ssize_t size = 0;
             (size = ::recv(there_.get(), piece.data(), piece.size(), MSG_DONTWAIT)) > 0;)
            buffer_.append(std::span(piece).first(static_cast<std::size_t>(size)));
        std::vector<RecorderFrame> types;
        while (const auto one = buffer_.next()) {
            types.push_back(static_cast<RecorderFrame>(one->type));
            if (types.back() == RecorderFrame::kBegin)
                file_.clear();
            if (types.back() == RecorderFrame::kAppend)
                file_.insert(file_.end(), one->payload.begin(), one->payload.end());
            if (types.back() == RecorderFrame::kSync)
                marks_.push_back(*ipc::read_recorder_mark(one->payload));
        }
        return types;
    }
    void answer(RecorderFrame type, const Bytes& payload) {
        ASSERT_TRUE(write_all(there_.get(), frame(static_cast<std::uint8_t>(type), payload)));
        io_.restart();
        io_.poll();
    }
    void store_all() {
        for (const std::uint32_t mark : std::exchange(marks_, {}))
            answer(RecorderFrame::kStored, ipc::write_recorder_mark(mark));
    }
    // Types of all frames in the file.
    std::vector<std::uint8_t> content() {
        auto opener = recording::Opener::create(file_);
        EXPECT_TRUE(opener && opener->unlock(keys_.secret_key));
        std::vector<std::uint8_t> types;
        for (std::size_t i = 0; i < opener->segments().size(); ++i) {
            const auto opened = opener->open(i);
            EXPECT_TRUE(opened);
            for (const auto& entry : opened->entries)
                types.push_back(entry.frame.type);
        }
        return types;
    }

    asio::io_context io_;
    recording::KeyPair keys_;
    UniqueFd there_;
    ipc::TableRules rules_{ipc::kRecorderUpRows};
    FrameBuffer buffer_{rules_};
    RecorderClient client_{io_};
    std::unique_ptr<Recording> recording_;
    std::vector<BrokerLinkFrame> told_;
    std::vector<std::uint32_t> marks_;
    Bytes file_;
    int failures_ = 0, calls_ = 0, again_ = 0;
};

using Types = std::vector<RecorderFrame>;
constexpr auto kBegin = RecorderFrame::kBegin, kAppend = RecorderFrame::kAppend,
               kSync = RecorderFrame::kSync, kEnd = RecorderFrame::kEnd;

TEST_F(RecordingTest, BeginsWithTheFirstWholePictureAndTellsWhatIsStored) {
    want(ipc::Recording::kOn);
    EXPECT_EQ(got(), (Types{kBegin, kAppend, kSync}));
    recording_->shown(kPicture);  // needs one before it
    recording_->pointed(kMove, true);
    recording_->shown(kPicture, true);
    recording_->shown(kPicture);
    want(ipc::Recording::kOff);
    EXPECT_EQ(got(), (Types{kAppend, kSync, kEnd}));
    EXPECT_EQ(told_, std::vector{BrokerLinkFrame::kRecordingStarted})
        << "nothing is on the disk yet";
    store_all();
    EXPECT_EQ(told_,
              (std::vector{BrokerLinkFrame::kRecordingStarted, BrokerLinkFrame::kRecordingSegment,
                           BrokerLinkFrame::kRecordingEnded}));
    EXPECT_EQ(content(), (std::vector<std::uint8_t>{0x44, 0x05, 0x44}))
        << "with the pointer where it was";
    EXPECT_EQ(failures_, 0);
}

TEST_F(RecordingTest, MovesAreFewAndAPressSaysWhere) {
    want(ipc::Recording::kOn);
    recording_->shown(kPicture, true);
    for (int i = 0; i < 1000; ++i)
        recording_->pointed(kMove, true);
    recording_->pointed(kPress, false);
    want(ipc::Recording::kOff);
    (void)got();
    const auto types = content();
    ASSERT_GE(types.size(), 4U);
    EXPECT_LE(types.size(), 20U);  // ten a second, and this was no second
    EXPECT_EQ(types[types.size() - 2], 0x05);
    EXPECT_EQ(types.back(), 0x06);
}

TEST_F(RecordingTest, OffAndOnAgainWaitsForTheEndOfTheFirst) {
    want(ipc::Recording::kOn);
    recording_->shown(kPicture, true);
    want(ipc::Recording::kOff);
    want(ipc::Recording::kRequired);
    EXPECT_EQ(got(), (Types{kBegin, kAppend, kSync, kAppend, kSync, kEnd}));
    store_all();
    EXPECT_EQ(got(), (Types{kBegin, kAppend, kSync}));
    EXPECT_EQ(told_.back(), BrokerLinkFrame::kRecordingStarted);
    EXPECT_EQ(failures_, 0);
}

TEST_F(RecordingTest, AFailureIsToldOnceAndTheNextMayBegin) {
    want(ipc::Recording::kOn);
    (void)got();
    answer(RecorderFrame::kFailed, ipc::write_recorder_fault(ipc::RecorderFault::kDiskFull));
    EXPECT_EQ(failures_, 1);
    EXPECT_EQ(told_.back(), BrokerLinkFrame::kRecordingFailed);
    recording_->shown(kPicture, true);
    EXPECT_EQ(got(), Types{kEnd}) << "so that the recorder takes another Begin";
    want(ipc::Recording::kOn);
    EXPECT_EQ(got(), (Types{kBegin, kAppend, kSync}));
    EXPECT_EQ(failures_, 1);
}

TEST_F(RecordingTest, ARecorderThatGoesIsAFailureOnlyOfWhatIsRecorded) {
    there_.reset();
    io_.poll();
    EXPECT_EQ(failures_, 0);
    want(ipc::Recording::kRequired);
    EXPECT_EQ(failures_, 1);
    EXPECT_EQ(told_, std::vector{BrokerLinkFrame::kRecordingFailed});
}

TEST_F(RecordingTest, AFullDiskIsTriedAgainEverMoreRarely) {
    want(ipc::Recording::kOn);
    Recording::Clock::time_point now;
    auto pause = Recording::kRetryFirst;
    for (int tries = 1; tries <= 8; ++tries) {
        (void)got();
        answer(RecorderFrame::kFailed, ipc::write_recorder_fault(ipc::RecorderFault::kDiskFull));
        EXPECT_EQ(failures_, tries);
        EXPECT_FALSE(recording_->running());
        now = Recording::Clock::now();
        recording_->tick(now + pause / 2);
        EXPECT_EQ(got(), Types{kEnd}) << "not yet, after " << tries;
        now = Recording::Clock::now() + pause;
        recording_->tick(now);
        EXPECT_EQ(got(), (Types{kBegin, kAppend, kSync})) << "after " << tries;
        EXPECT_EQ(again_, tries) << "a whole picture is asked for";
        pause = std::min(2 * pause, Recording::kRetryMost);
    }
    EXPECT_EQ(pause, Recording::kRetryMost);
    EXPECT_EQ(calls_, 0) << "the recorder was there all the time";
}

TEST_F(RecordingTest, ARecorderThatComesBackIsUsedAgain) {
    want(ipc::Recording::kOn);
    recording_->shown(kPicture, true);
    EXPECT_TRUE(recording_->running());
    there_.reset();
    io_.poll();
    EXPECT_EQ(failures_, 1);
    recording_->tick();
    EXPECT_EQ(calls_, 0);
    recording_->tick(Recording::Clock::now() + Recording::kRetryFirst);
    EXPECT_EQ(calls_, 1);
    EXPECT_EQ(failures_, 1) << "what goes on is not told again";
    auto pair = unix_pair();
    there_ = std::move(pair->second);
    ASSERT_TRUE(client_.connect(std::move(pair->first)));
    recording_->connected();
    EXPECT_EQ(got(), (Types{kBegin, kAppend, kSync}));
    EXPECT_EQ(again_, 1);
    recording_->shown(kPicture);  // the old picture's rest
    recording_->shown(kPicture, true);
    want(ipc::Recording::kOff);
    (void)got();
    EXPECT_EQ(content(), std::vector<std::uint8_t>{0x44});
}

TEST_F(RecordingTest, WhatMustBeRecordedIsNotTriedAgain) {
    want(ipc::Recording::kRequired);
    (void)got();
    answer(RecorderFrame::kFailed, ipc::write_recorder_fault(ipc::RecorderFault::kDiskFull));
    EXPECT_EQ(failures_, 1);
    recording_->tick(Recording::Clock::now() + Recording::kRetryMost);
    EXPECT_EQ(got(), Types{kEnd});
    EXPECT_EQ(again_ + calls_, 0);
}

TEST_F(RecordingTest, AfterTheEndNothingBeginsAgain) {
    want(ipc::Recording::kOn);
    asio::co_spawn(io_, recording_->finish(), asio::detached);
    (void)got();
    answer(RecorderFrame::kFailed, ipc::write_recorder_fault(ipc::RecorderFault::kDisk));
    EXPECT_EQ(failures_, 1);
    recording_->tick(Recording::Clock::now() + Recording::kRetryMost);
    EXPECT_EQ(got(), Types{});
    EXPECT_FALSE(recording_->running());
}

TEST_F(RecordingTest, MoreThanTheRecorderTakesIsAFailure) {
    want(ipc::Recording::kOn);
    const Bytes large = frame(0x44, Bytes(limits::kUpdateMax, 1));
    int taken = 0;
    recording_->shown(large, true);
    for (; failures_ == 0 && taken < 100; ++taken)
        recording_->shown(large);
    EXPECT_EQ(failures_, 1);
    EXPECT_LE(taken, 8);
    EXPECT_GE(taken, 3);
}

}  // namespace
}  // namespace sudare::link
