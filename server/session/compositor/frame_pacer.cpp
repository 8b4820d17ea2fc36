// SPDX-License-Identifier: Apache-2.0
#include "server/session/compositor/frame_pacer.h"

#include <utility>

#include "server/session/compositor/context.h"
#include "server/session/compositor/scene.h"
#include "server/session/compositor/surface.h"

namespace sudare::compositor {

Result<std::unique_ptr<FramePacer>> FramePacer::create(Context& context) {
    std::unique_ptr<FramePacer> pacer(new FramePacer(context));
    SUDARE_TRY(pacer->floor_, context.loop.timer([self = pacer.get()] { self->answer_all(); }));
    return pacer;
}

void FramePacer::add(std::weak_ptr<Surface> surface,
                     std::vector<std::weak_ptr<FrameCallback>> callbacks) {
    for (auto& callback : callbacks)
        waiting_.push_back({surface, std::move(callback)});
    if (waiting_.size() > kFrameCallbacksMax)
        answer_all();  // a client that asks for more than it waits for gains nothing by it
}

void FramePacer::serve() {
    if (waiting_.empty())
        return;
    std::vector<Waiting> due;
    std::vector<Waiting> later;
    for (Waiting& entry : waiting_) {
        auto surface = entry.surface.lock();
        const bool now = !surface || (open_ && context_.scene->visible(*surface));
        (now ? due : later).push_back(std::move(entry));
    }
    waiting_ = std::move(later);
    for (const Waiting& entry : due)
        if (auto callback = entry.callback.lock())
            callback->done();
    if (!waiting_.empty() && !std::exchange(armed_, true))
        floor_.arm(kFrameFloor);
}

void FramePacer::set_gate(bool open) {
    open_ = open;
    if (open_)
        serve();
}

void FramePacer::answer_all() {
    armed_ = false;
    for (const Waiting& entry : std::exchange(waiting_, {}))
        if (auto callback = entry.callback.lock())
            callback->done();
}

}  // namespace sudare::compositor
