// SPDX-License-Identifier: Apache-2.0
#include "server/directory/service.h"

#include <string.h>
#include <sys/socket.h>

#include "protocol/core/frame.h"
#include "server/base/log.h"
#include "server/base/unix_socket.h"

namespace sudare::directory {
namespace {

const ipc::TableRules kRules(ipc::kDirectoryDownRows);

void wipe(std::vector<std::uint8_t>& bytes) { ::explicit_bzero(bytes.data(), bytes.size()); }

// False: the stream ended before.
Result<bool> receive_exactly(int socket, std::span<std::uint8_t> out) {
    while (!out.empty()) {
        const ssize_t got = ::recv(socket, out.data(), out.size(), MSG_WAITALL);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return fail_errno("recv from the broker");
        if (got == 0)
            return false;
        out = out.subspan(static_cast<std::size_t>(got));
    }
    return true;
}

tl::unexpected<Error> violation(const char* what) {
    return fail(Errc::kBadInput, std::string("the broker broke the rules: ") + what);
}

}  // namespace

Service::~Service() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
        for (ipc::DirectoryCheck& check : queue_)
            ipc::wipe(check);
        queue_.clear();
    }
    changed_.notify_all();
    for (std::thread& worker : workers_)
        worker.join();
}

// Exactly one frame, into memory of exactly that size, which can be wiped.
Result<std::optional<Service::Message>> Service::receive() {
    std::array<std::uint8_t, limits::kFrameHeaderBytes> header{};
    SUDARE_TRY(const bool begun, receive_exactly(broker_.get(), header));
    if (!begun)
        return std::optional<Message>();
    const std::uint32_t length = std::uint32_t{header[1]} << 16U | std::uint32_t{header[2]} << 8U | header[3];
    const auto range = kRules.range_of(header[0]);
    if (!range || length < range->min || length > range->max)
        return violation("type or length");
    Message message{header[0], std::vector<std::uint8_t>(length)};
    SUDARE_TRY(const bool whole, receive_exactly(broker_.get(), message.payload));
    if (!whole)
        return std::optional<Message>();
    return std::optional(std::move(message));
}

Result<void> Service::start() {
    SUDARE_TRY(const std::optional<Message> message, receive());
    if (!message || message->type != static_cast<std::uint8_t>(ipc::DirectoryFrame::kGroups))
        return message ? violation("Groups is not first")
                       : fail(Errc::kDenied, "the broker ended the connection at once: see its stderr");
    SUDARE_TRY(const ipc::DirectoryGroups groups, ipc::read_directory_groups(message->payload));
    SUDARE_TRY(Verifier verifier, Verifier::create(settings_, groups));
    verifier_.emplace(std::move(verifier));
    dog_.emplace();
    for (std::size_t i = 0; i < ipc::kDirectoryChecksMax; ++i)
        workers_.emplace_back([this] { work(); });
    return {};
}

Result<void> Service::run() {
    for (;;) {
        SUDARE_TRY(std::optional<Message> message, receive());
        if (!message)
            return {};
        auto check = message->type == static_cast<std::uint8_t>(ipc::DirectoryFrame::kCheck)
                         ? ipc::read_directory_check(message->payload)
                         : Result<ipc::DirectoryCheck>(violation("type"));
        wipe(message->payload);
        if (!check)
            return tl::unexpected(check.error());
        const std::lock_guard lock(mutex_);
        if (unanswered_ >= ipc::kDirectoryChecksMax) {
            ipc::wipe(*check);
            return violation("too many checks at once");
        }
        ++unanswered_;
        queue_.push_back(std::move(*check));
        changed_.notify_one();
    }
}

void Service::work() {
    for (;;) {
        ipc::DirectoryCheck check;
        {
            std::unique_lock lock(mutex_);
            changed_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
            if (stopping_)
                return;
            check = std::move(queue_.front());
            queue_.pop_front();
        }
        const auto verdict = verifier_->check(*dog_, check.user, check.password);
        ipc::wipe(check);
        answer(check.number, verdict);
    }
}

void Service::answer(std::uint32_t number, const Verifier::Verdict& verdict) {
    std::vector<std::uint8_t> frame;
    append_frame(frame, static_cast<std::uint8_t>(ipc::DirectoryFrame::kVerdict),
                 ipc::write_directory_verdict({number, verdict.answer, verdict.groups}));
    const std::lock_guard lock(mutex_);
    --unanswered_;
    // The broker has no more than eight of them to read: this does not block.
    if (::send(broker_.get(), frame.data(), frame.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(frame.size()))
        ::shutdown(broker_.get(), SHUT_RDWR);
}

}  // namespace sudare::directory
