// SPDX-License-Identifier: Apache-2.0
#include "server/broker/audit/signer_client.h"

#include <sys/socket.h>
#include <unistd.h>

#include <array>

#include "server/base/unix_socket.h"

namespace sudare::audit {
namespace {

tl::unexpected<Error> no_answer() {
    return fail(Errc::kBadInput, "sudare-signer answers what is no answer");
}

}  // namespace

Result<void> SignerClient::connect() {
    if (socket_)
        return {};
    // Without waiting: a signer that does not accept is as good as none.
    SUDARE_TRY(socket_, unix_connect(path_, false));
    SUDARE_CHECK(set_nonblocking(socket_.get(), false));
    constexpr timeval kDeadline{kDeadlineSeconds, 0};
    for (const int option : {SO_RCVTIMEO, SO_SNDTIMEO})
        if (::setsockopt(socket_.get(), SOL_SOCKET, option, &kDeadline, sizeof kDeadline) != 0)
            return fail_errno("setsockopt");
    return {};
}

Result<SignerClient::Answer> SignerClient::exchange(ipc::SignerAsk type,
                                                    std::span<const std::uint8_t> payload) {
    SUDARE_CHECK(connect());
    std::vector<std::uint8_t> question;
    append_frame(question, static_cast<std::uint8_t>(type), payload);
    SUDARE_CHECK(write_all(socket_.get(), question));
    FrameBuffer buffer(ipc::signer_answer_rules());
    for (;;) {
        std::array<std::uint8_t, 4096> bytes;
        const ssize_t count = ::read(socket_.get(), bytes.data(), bytes.size());
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            return fail(Errc::kUnavailable, "sudare-signer does not answer");
        buffer.append({bytes.data(), static_cast<std::size_t>(count)});
        if (const auto frame = buffer.next())
            return Answer{static_cast<ipc::SignerAnswer>(frame->type),
                          {frame->payload.begin(), frame->payload.end()}};
        if (buffer.failure())
            return no_answer();
    }
}

Result<SignerClient::Answer> SignerClient::ask(ipc::SignerAsk type,
                                               std::span<const std::uint8_t> payload) {
    auto answer = exchange(type, payload);
    if (!answer)
        socket_ = UniqueFd();
    return answer;
}

Result<ipc::SignerLast> SignerClient::last() {
    SUDARE_TRY(const Answer answer, ask(ipc::SignerAsk::kLast, {}));
    auto last = answer.type == ipc::SignerAnswer::kLast ? ipc::parse_signer_last(answer.payload)
                                                        : std::nullopt;
    if (!last)
        return no_answer();
    return std::move(*last);
}

Result<std::variant<std::string, ipc::SignRefusal>> SignerClient::sign(
    const ipc::SignRequest& request) {
    using Outcome = std::variant<std::string, ipc::SignRefusal>;
    SUDARE_TRY(const Answer answer, ask(ipc::SignerAsk::kSign, ipc::payload_of(request)));
    if (answer.type == ipc::SignerAnswer::kSigned)
        return Outcome(std::string(answer.payload.begin(), answer.payload.end()));
    const auto refusal = answer.type == ipc::SignerAnswer::kRefused
                             ? ipc::parse_sign_refusal(answer.payload)
                             : std::nullopt;
    if (!refusal)
        return no_answer();
    return Outcome(*refusal);
}

}  // namespace sudare::audit
