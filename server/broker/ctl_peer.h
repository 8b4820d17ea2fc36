// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "protocol/ipc/broker_ctl.h"
#include "server/broker/audit/reader.h"
#include "server/broker/core.h"
#include "server/broker/stream.h"

namespace sudare::broker {

// Why a request failed, in both languages: the asker chooses.
using CtlFailure = ipc::CtlFailure;
template <typename T = void>
using CtlResult = tl::expected<T, CtlFailure>;
tl::unexpected<CtlFailure> ctl_fail(Errc code, std::string english, std::string japanese);
// An error of ours, as it is.
tl::unexpected<CtlFailure> ctl_fail(const Error& error);

// One administrator's connection. Who it is was asked of the kernel when it connected. What may be
// asked is the table in ctl_peer.cpp.
class CtlPeer final : public Stream {
public:
    CtlPeer(UnixSocket socket, Core& core, uid_t uid);

private:
    using Arguments = std::vector<std::string>;
    struct Row;
    static const Row kRows[];
    // Rows of the log per turn of the loop: nobody waits long behind a reader.
    static constexpr std::size_t kLogRowsPerTurn = 500;
    static constexpr std::size_t kLogUnsentMax = 1U << 20;

    void on_frame(const Frame& frame) override;
    void on_fault(EndReason reason) override;
    void on_closed() override;
    void on_drained() override;

    // Handlers of kRows. The answer's rows go out at once; the returned failure or Done follows.
    CtlResult<> status(const Arguments&);
    CtlResult<> user_add(const Arguments&);
    CtlResult<> user_password(const Arguments&);
    CtlResult<> user_reset_factor(const Arguments&);
    CtlResult<> user_disable(const Arguments&);
    CtlResult<> user_enable(const Arguments&);
    CtlResult<> user_list(const Arguments&);
    CtlResult<> terminal_add(const Arguments&);
    CtlResult<> terminal_list(const Arguments&);
    CtlResult<> terminal_revoke(const Arguments&);
    CtlResult<> policy_set(const Arguments&);
    CtlResult<> policy_unset(const Arguments&);
    CtlResult<> policy_explain(const Arguments&);
    CtlResult<> policy_show(const Arguments&);
    CtlResult<> session_list(const Arguments&);
    CtlResult<> session_end(const Arguments&);
    CtlResult<> log(const Arguments&);

    CtlResult<store::User> find_user(const std::string& name);
    CtlResult<> set_disabled(const std::string& name, bool disabled);
    // Hashes beside the loop, then goes on with store_hash and answers.
    CtlResult<> with_hash(std::string password,
                          std::function<CtlResult<>(const std::string& hash)> store_hash);
    CtlResult<> change_policy(const std::string& user, const std::string& field,
                              const std::optional<std::string>& text);
    void send_rights(const Rights& rights, bool definitions);
    void pump_log();
    bool show(const audit::Record& record);
    void show_damage(const audit::Damage& damage);
    [[nodiscard]] CtlResult<> log_verdict() const;

    CtlResult<> record_reading(std::string_view what, const Arguments& arguments);
    [[nodiscard]] audit::Event event(audit::EventType type) const;
    void row(const ipc::CtlRow& row);
    void answer(const CtlResult<>& result);

    Core& core_;
    const uid_t uid_;
    bool later_ = false;  // the handler answers by itself

    struct LogQuery {
        std::string user;
        std::int64_t since = 0;  // nanoseconds
        bool follow = false;
        audit::Position at;
        std::uint64_t damages = 0;
        audit::Damage first;
    };
    std::optional<LogQuery> query_;
    boost::asio::steady_timer poll_;
};

}  // namespace sudare::broker
