// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio.hpp>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "protocol/ipc/broker_directory.h"
#include "server/broker/settings.h"
#include "server/broker/stream.h"

namespace sudare::broker {

class DirectoryPeer;

// The broker's side of sudare-directory: asks it, and sees to it that every question gets an answer in
// time, whatever happens to it. Loop thread only.
class Directory {
public:
    using Done = std::function<void(const ipc::DirectoryVerdict&)>;
    // After an outage nobody is asked for so long: tries that the directory cannot judge would only be
    // counted against people.
    static constexpr std::chrono::seconds kOutage{5};
    // Refusals are told at whole multiples of this since they were asked for: what the directory looks at
    // in how much time says nothing about who exists.
    static constexpr std::chrono::seconds kGrain{1};

    Directory(boost::asio::io_context& loop, const DirectorySettings& settings)
        : loop_(loop), settings_(settings) {}

    [[nodiscard]] bool configured() const { return !settings_.socket.empty(); }
    [[nodiscard]] bool connected() const { return peer_ != nullptr; }
    // Why it cannot be asked just now, as cause of a record.
    [[nodiscard]] std::optional<std::string_view> unavailable() const;

    // Calls done once, later, never from here; kTooSlow after the limit, kUnreachable when the connection
    // is lost. The caller wipes the password.
    void check(const std::string& user, const std::string& password, Done done);

    // False: there is one already.
    bool attach(const std::shared_ptr<DirectoryPeer>& peer);
    void detach(const DirectoryPeer* peer);
    void answered(const ipc::DirectoryVerdict& verdict);

private:
    using Clock = std::chrono::steady_clock;
    struct Question;
    using QuestionPtr = std::shared_ptr<Question>;
    void tell_at(const QuestionPtr& question, Clock::time_point when, const ipc::DirectoryVerdict& verdict);

    boost::asio::io_context& loop_;
    const DirectorySettings& settings_;
    std::shared_ptr<DirectoryPeer> peer_;
    // Those that wait for an answer. Their timers own them, and with them the connections that ask:
    // these must go with the loop.
    std::map<std::uint32_t, std::weak_ptr<Question>> asked_;
    std::uint32_t next_ = 1;
    std::optional<Clock::time_point> outage_;
};

// The connection of sudare-directory.
class DirectoryPeer final : public Stream {
public:
    DirectoryPeer(UnixSocket socket, Directory& directory);
    // False: the connection is no good any more.
    bool send_groups(const ipc::DirectoryGroups& groups);
    bool send_check(const ipc::DirectoryCheck& check);

private:
    void on_frame(const Frame& frame) override;
    void on_fault(EndReason reason) override;
    void on_closed() override { directory_.detach(this); }

    Directory& directory_;
};

}  // namespace sudare::broker
