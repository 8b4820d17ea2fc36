// SPDX-License-Identifier: Apache-2.0
// The real sudare-decoder, started as the viewer starts it.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstring>

#include "client/decoder/pipe.h"
#include "protocol/wire/update_writer.h"
#include "server/base/spawn.h"
#include "server/session/picture/lossless_encoder.h"
#include "tests/unit/server/session/picture/test_page.h"

namespace sudare::decoder {
namespace {

class DecoderProgram : public testing::Test {
protected:
    void SetUp() override { make_memory(F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL); }

    void make_memory(int seals) {
        memory_.reset(::memfd_create("canvas", MFD_CLOEXEC | MFD_ALLOW_SEALING));
        ASSERT_EQ(::ftruncate(memory_.get(), kCanvasBytes), 0);
        if (seals != 0) {
            ASSERT_EQ(::fcntl(memory_.get(), F_ADD_SEALS, seals), 0);
        }
        canvas_ = static_cast<const std::uint32_t*>(
            ::mmap(nullptr, kCanvasBytes, PROT_READ, MAP_SHARED, memory_.get(), 0));
        ASSERT_NE(canvas_, MAP_FAILED);
    }
    void start() {
        int up[2], down[2];
        ASSERT_EQ(::pipe2(up, O_CLOEXEC), 0);
        ASSERT_EQ(::pipe2(down, O_CLOEXEC), 0);
        UniqueFd their_in(up[0]), their_out(down[1]);
        to_.reset(up[1]);
        from_.reset(down[0]);
        SpawnSpec spec;
        spec.program = SUDARE_DECODER;
        spec.argv = {"sudare-decoder"};
        spec.fds = {
            {their_in.get(), kRequestFd}, {their_out.get(), kReplyFd}, {memory_.get(), kCanvasFd}};
        auto child = spawn(spec);
        ASSERT_TRUE(child) << child.error().message;
        child_ = std::move(*child);
    }
    void send(std::span<const std::uint8_t> payload, std::size_t claimed) {
        std::vector<std::uint8_t> bytes;
        for (int shift = 24; shift >= 0; shift -= 8)
            bytes.push_back(static_cast<std::uint8_t>(claimed >> shift));
        bytes.insert(bytes.end(), payload.begin(), payload.end());
        for (std::size_t done = 0; done < bytes.size();) {
            const ssize_t count = ::write(to_.get(), bytes.data() + done, bytes.size() - done);
            ASSERT_GT(count, 0);
            done += static_cast<std::size_t>(count);
        }
    }
    // nullopt: the decoder closed its end.
    std::optional<Reply> reply() {
        for (;;) {
            const auto taken = take_reply(buffer_);
            if (!taken)
                return std::nullopt;
            if (*taken) {
                const TakenReply whole = **taken;
                buffer_.erase(buffer_.begin(),
                              buffer_.begin() + static_cast<std::ptrdiff_t>(whole.bytes));
                return whole.reply;
            }
            std::uint8_t bytes[1024];
            const ssize_t count = ::read(from_.get(), bytes, sizeof bytes);
            if (count <= 0)
                return std::nullopt;
            buffer_.insert(buffer_.end(), bytes, bytes + count);
        }
    }
    std::vector<std::uint8_t> snapshot(picture::TestPage& page) {
        const std::vector<Rect> rects{page.whole()};
        const auto block = encoder_.encode(page.view(), rects, limits::kUpdateMax / 2);
        wire::UpdateWriter writer({1, false, true, 0, page.size(), 0});
        writer.lossless({block->format, block->palette_size, rects, 0, 0, block->frame});
        return std::move(writer).take(true);
    }

    picture::LosslessEncoder encoder_ = *picture::LosslessEncoder::create();
    UniqueFd memory_, to_, from_;
    const std::uint32_t* canvas_ = nullptr;
    Child child_;
    std::vector<std::uint8_t> buffer_;
};

TEST_F(DecoderProgram, PaintsTheSharedCanvasAndEndsWithItsPipe) {
    start();
    picture::TestPage page(1280, 721);
    page.text(page.whole());
    const auto update = snapshot(page);
    send(update, update.size());
    const auto answer = reply();
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, ReplyStatus::kPresent);
    EXPECT_EQ(*answer->size, page.size());
    EXPECT_EQ(std::memcmp(canvas_, page.view().pixels, page.size().pixels() * 4), 0);
    to_.reset();
    EXPECT_EQ(describe_wait_status(child_.wait()), "exit 0");
}

TEST_F(DecoderProgram, RefusesABadUpdateAndEnds) {
    start();
    picture::TestPage page(640, 480);
    auto update = snapshot(page);
    update[20] ^= 0x40;
    send(update, update.size());
    const auto answer = reply();
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, ReplyStatus::kRejected);
    EXPECT_EQ(answer->end_reason, EndReason::kPictureRejected);
    EXPECT_FALSE(reply());
    EXPECT_EQ(describe_wait_status(child_.wait()), "exit 1");
}

TEST_F(DecoderProgram, RefusesALengthAboveTheLimit) {
    start();
    send({}, limits::kUpdateMax + 1);
    EXPECT_FALSE(reply());
    EXPECT_EQ(describe_wait_status(child_.wait()), "exit 1");
}

TEST_F(DecoderProgram, RefusesMemoryThatIsNotSealed) {
    make_memory(0);
    start();
    EXPECT_FALSE(reply());
    EXPECT_EQ(describe_wait_status(child_.wait()), "exit 1");
}

}  // namespace
}  // namespace sudare::decoder
