// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <cstring>
#include <vector>

#include "client/decoder/canvas_decoder.h"
#include "server/session/picture/pipeline.h"
#include "tests/unit/server/session/picture/test_page.h"

namespace sudare::picture {

// The other end of a pipeline: the real decoder on a real canvas, and a socket and acks that the
// test controls.
class Viewer : public Output {
public:
    Viewer()
        : memory_(std::size_t{limits::kWidthMax} * limits::kHeightMax),
          decoder_(*decoder::CanvasDecoder::create(memory_)) {}

    void send(std::span<const std::uint8_t> payload) override {
        const auto header = decoder_.apply(payload);
        ASSERT_TRUE(header) << header.error().message;
        const auto update = wire::parse_update(payload);
        for (const wire::Op& op : update->ops)
            ++ops[op.index()];
        sizes.push_back(payload.size());
        last = *header;
        presented = header->present;
        if (drains == 0)
            drained = false;
        else if (drains > 0)
            --drains;
    }
    void set_frame_gate(bool open) override { gate_open = open; }
    bool socket_drained() override { return drained; }

    // Every pixel that the viewer shows is the page's.
    [[nodiscard]] bool shows(const TestPage& page) const {
        const auto canvas = decoder_.canvas();
        return canvas && canvas->size == page.size() &&
               std::memcmp(canvas->pixels, page.view().pixels, page.size().pixels() * 4) == 0;
    }
    [[nodiscard]] std::size_t bytes() const {
        std::size_t sum = 0;
        for (const std::size_t size : sizes)
            sum += size;
        return sum;
    }
    [[nodiscard]] decoder::Canvas canvas() const { return *decoder_.canvas(); }

    std::vector<std::size_t> sizes;  // of the payloads
    std::size_t ops[4] = {};         // scroll, lossless, video, fill
    std::optional<wire::UpdateHeader> last;
    bool presented = false;
    bool gate_open = true;
    bool drained = true;
    int drains = -1;  // updates until the socket is full; -1: never

private:
    std::vector<std::uint32_t> memory_;
    decoder::CanvasDecoder decoder_;
};

// A page, a pipeline and a viewer on a clock that only the test moves.
class PipelineFixture : public testing::Test {
protected:
    void start(std::uint32_t width, std::uint32_t height, Settings settings = {}) {
        page.emplace(width, height);
        auto created = Pipeline::create(page->size(), settings, viewer, [this] { return now; });
        ASSERT_TRUE(created);
        pipeline = std::move(*created);
    }
    void damage(const Rect& rect) { pipeline->on_damage(page->view(), rect); }
    void damage_all() { damage(page->whole()); }
    void acknowledge() {
        if (viewer.last)
            pipeline->on_ack(viewer.last->sequence, 1000, 0);
    }
    // Until nothing is left: acks come after a millisecond, deadlines when they are due.
    void settle() {
        for (int i = 0; i < 2000; ++i) {
            now += milliseconds(1);
            const std::size_t before = viewer.sizes.size();
            acknowledge();
            const auto deadline = pipeline->next_deadline();
            if (deadline) {
                now = std::max(now, *deadline);
                pipeline->tick();
            } else if (viewer.sizes.size() == before) {
                return;
            }
        }
        FAIL() << "the pipeline does not come to rest";
    }
    // Sends everything so far and forgets the counts.
    void settle_and_forget() {
        settle();
        viewer.sizes.clear();
        std::fill(std::begin(viewer.ops), std::end(viewer.ops), 0);
    }

    TimePoint now{std::chrono::hours(1)};
    Viewer viewer;
    std::optional<TestPage> page;
    std::unique_ptr<Pipeline> pipeline;
};

}  // namespace sudare::picture
