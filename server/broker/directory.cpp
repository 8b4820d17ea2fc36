// SPDX-License-Identifier: Apache-2.0
#include "server/broker/directory.h"

#include <sodium.h>

#include <utility>

#include "server/base/log.h"

namespace sudare::broker {

using ipc::DirectoryAnswer;
using ipc::DirectoryFrame;
using ipc::DirectoryVerdict;

namespace {

const ipc::TableRules kRules{ipc::kDirectoryUpRows};

}  // namespace

struct Directory::Question {
    Question(boost::asio::io_context& loop, Done when_done) : timer(loop), done(std::move(when_done)) {}
    boost::asio::steady_timer timer;
    Done done;
    Clock::time_point asked = Clock::now();
};

std::optional<std::string_view> Directory::unavailable() const {
    if (!connected())
        return "directory_not_connected";
    if (asked_.size() >= ipc::kDirectoryChecksMax)
        return "busy";
    if (outage_ && Clock::now() - *outage_ < kOutage)
        return "directory_outage";
    return std::nullopt;
}

// The timer's handler owns the question. Another expiry cancels the handler that waits and gives the
// question to a new one.
void Directory::tell_at(const QuestionPtr& question, Clock::time_point when, const DirectoryVerdict& verdict) {
    question->timer.expires_at(when);
    question->timer.async_wait([this, question, verdict](const boost::system::error_code& error) {
        if (error)
            return;
        asked_.erase(verdict.number);
        if (ipc::is_outage(verdict.answer))
            outage_ = Clock::now();
        else
            outage_.reset();
        question->done(verdict);
    });
}

void Directory::check(const std::string& user, const std::string& password, Done done) {
    const std::uint32_t number = next_++;
    const auto question = std::make_shared<Question>(loop_, std::move(done));
    asked_[number] = question;
    ipc::DirectoryCheck check{number, user, password};
    const bool sent = peer_ && peer_->send_check(check);
    ipc::wipe(check);
    const auto limit = sent ? settings_.limit : kGrain;
    tell_at(question, question->asked + limit,
            {number, sent ? DirectoryAnswer::kTooSlow : DirectoryAnswer::kUnreachable, 0});
}

// An answer that comes too late, or that nobody waits for, is dropped: a question that was told about is
// none any more.
void Directory::answered(const DirectoryVerdict& verdict) {
    const auto found = asked_.find(verdict.number);
    const QuestionPtr question = found == asked_.end() ? nullptr : found->second.lock();
    if (!question)
        return;
    const auto now = Clock::now();
    if (verdict.answer == DirectoryAnswer::kRight)
        return tell_at(question, now, verdict);
    const auto grains = (now - question->asked) / kGrain + 1;
    tell_at(question, question->asked + kGrain * grains, verdict);
}

bool Directory::attach(const std::shared_ptr<DirectoryPeer>& peer) {
    if (peer_)
        return false;
    ipc::DirectoryGroups names;
    for (const DirectoryGroup& group : settings_.groups)
        names.push_back(group.name);
    if (!peer->send_groups(names))
        return false;
    peer_ = peer;
    outage_.reset();
    log_info("sudare-directory is connected");
    return true;
}

void Directory::detach(const DirectoryPeer* peer) {
    if (peer_.get() != peer)
        return;
    peer_.reset();
    log_warn("sudare-directory is gone: nobody whose password is in the directory can log in");
    for (const auto& [number, weak] : std::map(asked_))
        answered({number, DirectoryAnswer::kUnreachable, 0});
}

DirectoryPeer::DirectoryPeer(UnixSocket socket, Directory& directory)
    : Stream(std::move(socket), kRules), directory_(directory) {}

bool DirectoryPeer::send_groups(const ipc::DirectoryGroups& groups) {
    return send_now(static_cast<std::uint8_t>(DirectoryFrame::kGroups), ipc::write_directory_groups(groups));
}

bool DirectoryPeer::send_check(const ipc::DirectoryCheck& check) {
    auto payload = ipc::write_directory_check(check);
    const bool sent = send_now(static_cast<std::uint8_t>(DirectoryFrame::kCheck), payload);
    sodium_memzero(payload.data(), payload.size());
    return sent;
}

void DirectoryPeer::on_frame(const Frame& frame) {
    const auto verdict = ipc::read_directory_verdict(frame.payload);
    if (!verdict) {
        on_fault(EndReason::kMalformed);
        return close();
    }
    directory_.answered(*verdict);
}

void DirectoryPeer::on_fault(EndReason reason) {
    log_error("sudare-directory: {}", name_of(reason));
}

}  // namespace sudare::broker
