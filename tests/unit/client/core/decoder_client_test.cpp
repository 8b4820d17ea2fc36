// SPDX-License-Identifier: Apache-2.0
// DecoderClient with the real sudare-decoder, and with workers that lie.
#include "client/core/decoder_client.h"

#include <gtest/gtest.h>
#include <signal.h>

#include <QCoreApplication>
#include <QEventLoop>
#include <cstring>

#include "protocol/core/limits.h"
#include "protocol/wire/update_writer.h"
#include "server/session/picture/lossless_encoder.h"
#include "tests/unit/server/session/picture/test_page.h"

namespace sudare::client {
namespace {

// What a decoder that was taken over could do: any bytes, at any time.
class LyingWorker : public platform::WorkerProcess {
   public:
    using Answer = std::function<std::vector<std::uint8_t>(std::span<const std::uint8_t> request)>;
    LyingWorker(Answer answer, std::size_t memory) : answer_(std::move(answer)), memory_(memory) {}

    Result<void> start(const QString&, std::size_t) override { return {}; }
    bool write(std::span<const std::uint8_t> bytes) override {
        if (bytes.size() == decoder::kRequestHeaderBytes)
            return true;
        const auto reply = answer_(bytes);
        QMetaObject::invokeMethod(
            this,
            [this, reply] {
                Q_EMIT received(QByteArray(reinterpret_cast<const char*>(reply.data()),
                                           static_cast<qsizetype>(reply.size())));
            },
            Qt::QueuedConnection);
        return true;
    }
    [[nodiscard]] std::span<const std::uint8_t> shared() const override { return memory_; }
    [[nodiscard]] qint64 process_id() const override { return 1; }

   private:
    Answer answer_;
    std::vector<std::uint8_t> memory_;
};

class DecoderClientTest : public testing::Test {
   protected:
    void SetUp() override {
        QObject::connect(&client_, &DecoderClient::applied, &client_,
                         [this](const Applied& one) { applied_.push_back(one); });
        QObject::connect(&client_, &DecoderClient::presented, &client_,
                         [this](const Presented& one) { presented_.push_back(one); });
        QObject::connect(&client_, &DecoderClient::failed, &client_,
                         [this](EndReason reason, const QString& diagnostic) {
                             failure_ = reason;
                             diagnostic_ = diagnostic.toStdString();
                         });
    }
    void start_real() {
        const auto started = client_.start(platform::make_worker_process(),
                                           QStringLiteral(SUDARE_DECODER));
        ASSERT_TRUE(started) << started.error().message;
    }
    void start_lying(LyingWorker::Answer answer, std::size_t memory = decoder::kCanvasBytes) {
        ASSERT_TRUE(client_.start(std::make_unique<LyingWorker>(std::move(answer), memory)));
    }
    template <typename Condition>
    void run_until(Condition&& condition) {
        while (!condition() && !failure_)
            QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
    }
    std::vector<std::uint8_t> update(std::uint32_t sequence, std::span<const Rect> rects,
                                     bool snapshot, bool present) {
        const auto block = encoder_.encode(page_.view(), rects, limits::kUpdateMax / 2);
        wire::UpdateWriter writer({sequence, false, snapshot, 0, page_.size(), 0});
        writer.lossless({block->format, block->palette_size, {rects.begin(), rects.end()}, 0, 0,
                         block->frame});
        return std::move(writer).take(present);
    }
    std::vector<std::uint8_t> whole_page() {
        const std::vector<Rect> rects{page_.whole()};
        return update(1, rects, true, true);
    }
    bool shows_page() {
        const QImage& image = client_.canvas().image();
        return std::memcmp(image.constBits(), page_.view().pixels, page_.size().pixels() * 4) == 0;
    }

    picture::TestPage page_{640, 480};
    picture::LosslessEncoder encoder_ = *picture::LosslessEncoder::create();
    DecoderClient client_;
    std::vector<Applied> applied_;
    std::vector<Presented> presented_;
    std::optional<EndReason> failure_;
    std::string diagnostic_;
};

TEST_F(DecoderClientTest, ShowsAWholeChangeAndNothingBefore) {
    start_real();
    page_.text(page_.whole());
    const std::vector<Rect> top{page_.rect(0, 0, 640, 200)}, rest{page_.rect(0, 200, 640, 280)};
    ASSERT_TRUE(client_.submit(update(1, top, true, false)));
    run_until([&] { return applied_.size() == 1; });
    EXPECT_TRUE(client_.canvas().image().isNull()) << "half a change was copied";
    ASSERT_TRUE(client_.submit(update(2, rest, false, true)));
    run_until([&] { return !presented_.empty(); });
    ASSERT_FALSE(failure_) << diagnostic_;
    EXPECT_TRUE(shows_page());
    EXPECT_TRUE(presented_[0].resized);
    EXPECT_EQ(presented_[0].sequence, 2u);
    ASSERT_EQ(applied_.size(), 2u);
    EXPECT_EQ(applied_[1].lossless, 1u);
    EXPECT_FALSE(applied_[0].present);
}

TEST_F(DecoderClientTest, LaterChangesNameOnlyWhatChanged) {
    start_real();
    ASSERT_TRUE(client_.submit(whole_page()));
    page_.fill(page_.rect(10, 20, 30, 40), 0xFF102030);
    const std::vector<Rect> spot{page_.rect(10, 20, 30, 40)};
    ASSERT_TRUE(client_.submit(update(2, spot, false, true)));
    run_until([&] { return presented_.size() == 2; });
    ASSERT_FALSE(failure_) << diagnostic_;
    EXPECT_FALSE(presented_[1].resized);
    EXPECT_EQ(presented_[1].dirty, std::vector<QRect>{QRect(10, 20, 30, 40)});
    EXPECT_TRUE(shows_page());
}

TEST_F(DecoderClientTest, ARefusedUpdateEndsIt) {
    start_real();
    auto bad = whole_page();
    bad[20] ^= 0x40;
    ASSERT_TRUE(client_.submit(bad));
    run_until([] { return false; });
    EXPECT_EQ(failure_, EndReason::kPictureRejected);
    EXPECT_FALSE(client_.running());
}

TEST_F(DecoderClientTest, AKilledDecoderIsNoticed) {
    start_real();
    ASSERT_EQ(::kill(static_cast<pid_t>(client_.process_id()), SIGKILL), 0);
    run_until([] { return false; });
    EXPECT_EQ(failure_, EndReason::kDecoderFailed);
    EXPECT_NE(diagnostic_.find("signal 9"), std::string::npos) << diagnostic_;
}

TEST_F(DecoderClientTest, AFullQueueIsRefused) {
    start_lying([](auto) { return std::vector<std::uint8_t>{}; });
    for (std::uint32_t i = 0; i < limits::kWindowUpdatesMax; ++i)
        ASSERT_TRUE(client_.submit(whole_page()));
    EXPECT_FALSE(client_.submit(whole_page()));
}

decoder::Reply honest(const picture::TestPage& page) {
    return {1, decoder::ReplyStatus::kPresent, {}, page.size(), 5, {page.whole()}};
}

TEST_F(DecoderClientTest, TheHonestReplyIsBelieved) {  // control of the lies below
    start_lying([&](auto) { return encode_reply(honest(page_)); });
    ASSERT_TRUE(client_.submit(whole_page()));
    run_until([&] { return !presented_.empty(); });
    EXPECT_FALSE(failure_) << diagnostic_;
}

TEST_F(DecoderClientTest, LiesEndIt) {
    const std::vector<LyingWorker::Answer> lies = {
        [&](auto) { auto r = honest(page_); r.sequence = 2; return encode_reply(r); },
        [&](auto) { auto r = honest(page_); r.size = *Size::make(800, 600); return encode_reply(r); },
        [&](auto) {  // two replies for one update
            auto twice = encode_reply(honest(page_));
            const auto again = twice;
            twice.insert(twice.end(), again.begin(), again.end());
            return twice;
        },
        [](auto) { return std::vector<std::uint8_t>(4096, 0xFF); },
    };
    for (const auto& lie : lies) {
        failure_.reset();
        start_lying(lie);
        ASSERT_TRUE(client_.submit(whole_page()));
        run_until([] { return false; });
        EXPECT_EQ(failure_, EndReason::kDecoderFailed);
        EXPECT_FALSE(client_.running());
    }
    EXPECT_TRUE(presented_.empty());
}

TEST_F(DecoderClientTest, MemoryThatIsTooSmallIsNotRead) {
    start_lying([&](auto) { return encode_reply(honest(page_)); }, 640 * 480 * 4 - 1);
    ASSERT_TRUE(client_.submit(whole_page()));
    run_until([] { return false; });
    EXPECT_EQ(failure_, EndReason::kDecoderFailed);
}

TEST_F(DecoderClientTest, ADecoderThatHangsEndsIt) {
    start_real();
    ASSERT_EQ(::kill(static_cast<pid_t>(client_.process_id()), SIGSTOP), 0);
    client_.set_answer_deadline(std::chrono::milliseconds(200));
    const Rect whole = Rect::whole(page_.size());
    ASSERT_TRUE(client_.submit(update(1, {&whole, 1}, true, true)));
    run_until([] { return false; });
    EXPECT_EQ(failure_, EndReason::kDecoderFailed);
    EXPECT_EQ(diagnostic_, "the decoder does not answer");
    EXPECT_FALSE(client_.running());
}

// The same without the stop: the deadline is for the answer, and goes with it.
TEST_F(DecoderClientTest, AnAnswerStopsTheDeadline) {
    start_real();
    client_.set_answer_deadline(std::chrono::milliseconds(2'000));
    const Rect whole = Rect::whole(page_.size());
    ASSERT_TRUE(client_.submit(update(1, {&whole, 1}, true, true)));
    run_until([this] { return !presented_.empty(); });
    EXPECT_FALSE(failure_);
    EXPECT_TRUE(client_.running());
}

}  // namespace
}  // namespace sudare::client

int main(int argc, char** argv) {
    QCoreApplication application(argc, argv);
    testing::InitGoogleTest(&argc, argv);
    return RUN_ALL_TESTS();
}
