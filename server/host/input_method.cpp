// SPDX-License-Identifier: Apache-2.0
#include "server/host/input_method.h"

#include <utility>

#include "server/base/log.h"

namespace sudare::host {

InputMethodKeeper::InputMethodKeeper(boost::asio::io_context& loop,
                                     std::function<Result<Child>()> start)
    : loop_(loop), start_(std::move(start)) {}

void InputMethodKeeper::follow(const ipc::InputPolicy& policy) {
    const bool wanted = policy.keyboard && !policy.text && policy.characters_per_minute > 0;
    if (wanted == std::exchange(wanted_, wanted))
        return;
    if (!wanted && child_)
        child_->kill_group();
    if (wanted && !child_)
        start();
}

void InputMethodKeeper::start() {
    auto child = start_();
    if (!child)
        return log_warn("no input method in the session: {}", child.error().message);
    auto watch = ChildWatch::create(loop_, std::move(*child), [this](int status) { ended(status); });
    if (!watch)
        return log_warn("no input method in the session: {}", watch.error().message);
    child_ = std::move(*watch);
}

void InputMethodKeeper::ended(int status) {
    child_.reset();
    if (!wanted_)
        return;
    log_info("the session's input method ended: {}", describe_wait_status(status));
    if (++ends_ >= kEndsMax)
        return log_warn("the input method has ended {} times and is not started again", ends_);
    start();
}

void InputMethodKeeper::stop() {
    wanted_ = false;
    if (child_)
        child_->kill_group();
}

bool InputMethodKeeper::clean() {
    stop();
    return !child_;
}

}  // namespace sudare::host
