// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>

#include "protocol/core/result.h"
#include "protocol/ipc/policy.h"
#include "server/base/spawn.h"
#include "server/host/child_watch.h"

namespace sudare::host {

// The input method of one session, while its policy permits keys and no text. It is a comfort: a
// session goes on without it. One that ends by itself is started again, a few times.
class InputMethodKeeper {
public:
    static constexpr int kEndsMax = 5;  // by itself, in the life of a session

    // start: start_input_method() of this session.
    InputMethodKeeper(boost::asio::io_context& loop, std::function<Result<Child>()> start);

    // Starts or ends it, as the policy says.
    void follow(const ipc::InputPolicy& policy);
    // For good; killed at once. clean() tells when nothing is left.
    void stop();
    [[nodiscard]] bool clean();

private:
    void start();
    void ended(int status);

    boost::asio::io_context& loop_;
    std::function<Result<Child>()> start_;
    std::unique_ptr<ChildWatch> child_;
    int ends_ = 0;
    bool wanted_ = false;
};

}  // namespace sudare::host
