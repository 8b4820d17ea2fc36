// SPDX-License-Identifier: Apache-2.0
#include "server/session/viewer_state.h"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <utility>
#include <vector>

#include "protocol/core/frame.h"
#include "server/base/unix_socket.h"

namespace sudare::session {
namespace {

using namespace std::chrono_literals;

const wire::SessionRules kUp{wire::Direction::kUp};
const wire::SessionRules kDown{wire::Direction::kDown};

class ViewerStateTest : public testing::Test {
   protected:
    void SetUp() override {
        auto pair = unix_pair();
        ASSERT_TRUE(pair);
        viewer_ = std::move(pair->second);
        auto stream = FrameStream::create(*loop_, std::move(pair->first), kUp,
                                          {.frame = [](const Frame&) {},
                                           .end = [](EndReason) {},
                                           .drained = [this] { state_.flush(*stream_); }});
        ASSERT_TRUE(stream);
        stream_ = std::move(*stream);
    }
    // Everything that comes while the viewer reads.
    std::vector<wire::DownMessage> read_all() {
        std::vector<wire::DownMessage> out;
        FrameBuffer incoming(kDown);
        for (int quiet = 0; quiet < 3;) {
            loop_->turn(0ms);
            const auto room = incoming.prepare(65536);
            const ssize_t count = ::recv(viewer_.get(), room.data(), room.size(), MSG_DONTWAIT);
            incoming.commit(count > 0 ? static_cast<std::size_t>(count) : 0);
            quiet = count > 0 ? 0 : quiet + 1;
            while (const auto frame = incoming.next())
                if (auto message = wire::parse_down(*frame))
                    out.push_back(*message);
        }
        return out;
    }

    Result<EventLoop> loop_ = EventLoop::create();
    UniqueFd viewer_;
    ViewerState state_;
    std::unique_ptr<FrameStream> stream_;
};

TEST_F(ViewerStateTest, TellsWhatChangedAndOnlyThat) {
    state_.flush(*stream_);
    EXPECT_TRUE(read_all().empty());
    state_.set(wire::CursorShape{wire::Cursor::kText});
    state_.flush(*stream_);
    state_.flush(*stream_);
    const auto told = read_all();
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(std::get<wire::CursorShape>(told[0]).cursor, wire::Cursor::kText);
    state_.forget_sent();
    state_.flush(*stream_);
    EXPECT_EQ(read_all().size(), 2U) << "a new viewer is told both";
}

// A browser that moves its caret as fast as it can, and a viewer that does not read meanwhile.
TEST_F(ViewerStateTest, NothingQueuesAndTheNewestArrives) {
    for (std::uint32_t i = 0; i <= 200'000; ++i) {
        wire::TextField field{.active = true, .kind = wire::FieldKind::kText};
        field.x = static_cast<std::uint16_t>(i % 1000);
        field.width = field.height = 1;
        state_.set(field);
        state_.flush(*stream_);
    }
    wire::TextField last{.active = true, .kind = wire::FieldKind::kUrl};
    last.width = last.height = 7;
    state_.set(last);
    state_.flush(*stream_);
    EXPECT_FALSE(stream_->drained()) << "the control: more was said than the socket takes";
    const auto told = read_all();
    EXPECT_LT(told.size(), 10'000U);
    ASSERT_FALSE(told.empty());
    EXPECT_EQ(std::get<wire::TextField>(told.back()).kind, wire::FieldKind::kUrl);
}

}  // namespace
}  // namespace sudare::session
