// SPDX-License-Identifier: Apache-2.0
// What a person asks the administrators for.
#include <algorithm>
#include <ctime>

#include "server/base/log.h"
#include "server/broker/link_peer.h"

namespace sudare::broker {

using audit::EventType;
using audit::Field;

namespace {

constexpr std::int64_t kAskedSeconds = 7LL * 24 * 60 * 60;  // until an approver says otherwise
constexpr std::ptrdiff_t kOpenPerUser = 5;
constexpr std::size_t kOpenMax = 300;  // leaves room for what administrators ask of each other

bool is_standard(std::uint16_t port) { return port == 443 || port == 80; }

}  // namespace

// Recorded in any case; whether an administrator sees a request is no answer to the viewer.
bool LinkPeer::ask_exception(Payload payload) {
    const auto message = ipc::read_ask_exception(payload);
    if (!message || !mine(message->session))
        return false;
    auto record = event(EventType::kExceptionAsked);
    record.number(Field::kRule, message->rule).number(Field::kPolicyVersion, policy_version_);
    if (!message->host.empty())
        record.text(Field::kHost, message->host).number(Field::kHostPort, message->port);
    const auto number = request_host(*message);
    if (!number)
        log_error("request of {}: {}", user_.name, number.error().message);
    else if (*number)
        record.number(Field::kNumber, **number);
    core_.record(record);
    if (number && *number)
        if (const auto opened = core_.store().open_pending(**number); !opened)
            log_error("request of {}: {}", user_.name, opened.error().message);
    return true;
}

// A change that waits, to be opened when it is recorded; nullopt: nothing that an administrator could
// permit, or asked for already, or too many wait.
Result<std::optional<std::uint32_t>> LinkPeer::request_host(const ipc::AskException& asked) {
    const std::string& host = asked.host;
    const std::uint16_t port = asked.port;
    using Number = std::optional<std::uint32_t>;
    const policy::FieldRow& row = policy::row_of(policy::FieldId::kWebHosts);
    const std::string rule = "allow:" + host + (is_standard(port) ? "" : ":" + std::to_string(port));
    // One host and nothing else: the name comes from the Internet side, where somebody might like a comma,
    // a port or a whole domain in it.
    const auto parsed = policy::parse_host_rule(rule);
    if (!parsed || parsed->pattern != host || host.front() == '.')
        return Number();
    auto& store = core_.store();
    SUDARE_TRY(const auto open, store.pending());
    if (open.size() >= kOpenMax)
        return Number();
    std::ptrdiff_t mine = 0;
    for (const store::PendingChange& one : open) {
        if (one.actor != store::kTheUser || one.changes.empty() || one.changes[0].layer.number != user_.id)
            continue;
        ++mine;
        const auto number = store::exception_number(one.changes[0].field);
        SUDARE_TRY(const store::PolicyException known, store.find_exception(number.value_or(0)));
        if (known.value == rule)
            return Number();
    }
    if (mine >= kOpenPerUser)
        return Number();
    const std::int64_t now = std::time(nullptr);
    SUDARE_TRY(const std::uint32_t exception,
               store.add_exception({0, user_.id, row.id, rule, 0, now + kAskedSeconds,
                                    "asked for by the user in session " + std::to_string(asked.session),
                                    store::kTheUser}));
    SUDARE_TRY(const std::uint32_t number,
               store.add_pending({{{store::LayerId::Kind::kUser, user_.id},
                                   store::exception_field(exception),
                                   std::string(store::kStands)}},
                                 store::kTheUser));
    return Number(number);
}

}  // namespace sudare::broker
