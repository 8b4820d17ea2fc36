// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "server/base/unique_fd.h"
#include "server/directory/verifier.h"

namespace sudare::directory {

// The broker's end of the socket: reads checks on the calling thread, works on them on as many threads
// as there may be checks at once, so that none waits for another that hangs.
class Service {
public:
    Service(UniqueFd broker, const Settings& settings) : broker_(std::move(broker)), settings_(settings) {}
    ~Service();
    Service(const Service&) = delete;
    Service& operator=(const Service&) = delete;

    // Takes the broker's groups and starts the threads.
    Result<void> start();
    // Until the broker ends the connection (success) or breaks its rules.
    Result<void> run();

private:
    struct Message {
        std::uint8_t type = 0;
        std::vector<std::uint8_t> payload;
    };
    // nullopt: the end of the stream.
    Result<std::optional<Message>> receive();
    void work();
    void answer(std::uint32_t number, const Verifier::Verdict& verdict);

    UniqueFd broker_;
    const Settings& settings_;
    std::optional<Watchdog> dog_;
    std::optional<Verifier> verifier_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<ipc::DirectoryCheck> queue_;
    std::size_t unanswered_ = 0;
    bool stopping_ = false;
    std::vector<std::thread> workers_;
};

}  // namespace sudare::directory
