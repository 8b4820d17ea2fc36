// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <variant>

#include "protocol/ipc/broker_signer.h"
#include "server/base/unique_fd.h"

namespace sudare::audit {

// Our end of the connection to sudare-signer: one question at a time, waiting for its answer, at
// most kDeadlineSeconds. After an error the connection is closed and the next question makes a new
// one. One thread.
class SignerClient {
public:
    static constexpr int kDeadlineSeconds = 5;

    explicit SignerClient(std::string socket) : path_(std::move(socket)) {}

    // Errors: kUnavailable or kSystem (it is not there), kBadInput (it answers what is no answer).
    Result<ipc::SignerLast> last();
    Result<std::variant<std::string, ipc::SignRefusal>> sign(const ipc::SignRequest& request);

private:
    struct Answer {
        ipc::SignerAnswer type;
        std::vector<std::uint8_t> payload;
    };
    Result<Answer> ask(ipc::SignerAsk type, std::span<const std::uint8_t> payload);
    Result<Answer> exchange(ipc::SignerAsk type, std::span<const std::uint8_t> payload);
    Result<void> connect();

    std::string path_;
    UniqueFd socket_;
};

}  // namespace sudare::audit
