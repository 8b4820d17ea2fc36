// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/base/unique_fd.h"
#include "server/signer/settings.h"
#include "server/signer/signer.h"

namespace sudare::signer {

// Serves one broker after the other, on the calling thread, until the stop signal comes. A peer
// that is not the broker's uid, or that sends what is no question, is cut off.
class Server {
public:
    static Result<Server> create(const Settings& settings, UniqueFd stop_signal);
    Result<void> run(Signer& signer);

private:
    Server(UniqueFd listener, UniqueFd stop, uid_t broker)
        : listener_(std::move(listener)), stop_(std::move(stop)), broker_(broker) {}

    // False: stop.
    bool wait(int fd, int timeout_ms);
    void welcome(Signer& signer);
    bool serve_some(Signer& signer);
    bool answer(Signer& signer, const Frame& frame);
    bool send(ipc::SignerAnswer type, std::span<const std::uint8_t> payload);

    UniqueFd listener_;
    UniqueFd stop_;
    uid_t broker_;
    UniqueFd peer_;
    std::unique_ptr<FrameBuffer> buffer_;
    bool stopping_ = false;
};

}  // namespace sudare::signer
