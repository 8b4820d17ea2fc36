// SPDX-License-Identifier: Apache-2.0
// Which records must follow from which try. What Chromium refuses by itself it tells nobody: there the
// session's own record stands, and that of the self-test.
#include <algorithm>
#include <functional>

#include "protocol/core/self_test.h"
#include "server/ctl/client.h"
#include "server/ctl/self_test.h"

namespace sudare::ctl {
namespace {

using Rows = std::vector<ipc::CtlRow>;
using Wanted = std::vector<std::pair<std::string_view, std::string>>;  // name, value

bool meets(const ipc::CtlRow& row, const Wanted& wanted) {
    return std::ranges::all_of(wanted, [&](const auto& one) { return text_of(row, one.first) == one.second; });
}

const ipc::CtlRow* find(const Rows& rows, const Wanted& wanted) {
    const auto found = std::ranges::find_if(rows, [&](const ipc::CtlRow& row) { return meets(row, wanted); });
    return found == rows.end() ? nullptr : &*found;
}

std::string number(const std::optional<std::uint64_t>& value) {
    return value ? std::to_string(*value) : std::string("-");
}

// "192.168.0.1", "[::1]:8443", "host:8443": the host, as the egress names it.
std::string host_of(const std::string& text) {
    if (text.starts_with('['))
        return text.substr(1, text.find(']') - 1);
    return text.substr(0, text.find(':'));
}

// The first of the hosts' records when each host has one, and none of them was let through.
const ipc::CtlRow* private_evidence(const TryOutcome& tried, const Rows& rows) {
    const ipc::CtlRow* first = nullptr;
    for (const std::string& text : tried.hosts) {
        const std::string session = number(tried.session), host = host_of(text);
        const auto* refused = find(rows, {{"event", "destination"}, {"session", session}, {"host", host}, {"verdict", "denied_address"}});
        if (refused == nullptr || find(rows, {{"event", "destination"}, {"session", session}, {"host", host}, {"verdict", "allowed"}}))
            return nullptr;
        first = first == nullptr ? refused : first;
    }
    return first;
}

const ipc::CtlRow* evidence_of(const TryOutcome& tried, const Rows& rows) {
    const std::string session = number(tried.session), port = number(tried.port);
    if (tried.name == "private_address")
        return private_evidence(tried, rows);
    if (tried.name == "unknown_message" || tried.name == "oversize_message")
        return find(rows, {{"event", "refusal"}, {"session", session}, {"kind", "protocol"},
                           {"reason", tried.name == "unknown_message" ? "unknown_type" : "malformed"}});
    if (tried.name == "tls_1_2")
        return find(rows, {{"event", "handshake_failed"}, {"port", port}, {"cause", "tls_version"}});
    if (tried.name == "revoked_certificate")
        return find(rows, {{"event", "handshake_failed"}, {"port", port}, {"cause", "revoked"}});
    // Where policy blocks the keys too, the link has told.
    if (const auto* keys = find(rows, {{"event", "refusal"}, {"session", session}, {"kind", "combination"}}))
        return keys;
    return find(rows, {{"event", "session_started"}, {"session", session}});
}

// What the tester may not have seen and the log has: a private host that was let through.
bool let_through(const TryOutcome& tried, const Rows& rows) {
    return std::ranges::any_of(tried.hosts, [&](const std::string& host) {
        return find(rows, {{"event", "destination"}, {"session", number(tried.session)}, {"host", host_of(host)}, {"verdict", "allowed"}}) != nullptr;
    });
}

}  // namespace

bool match_evidence(std::vector<TryOutcome>& tries, const std::vector<ipc::CtlRow>& rows) {
    bool complete = true;
    for (TryOutcome& tried : tries) {
        if (let_through(tried, rows)) {
            tried.result = self_test::kHappened;
            tried.detail += "; the log says that a private host was let through";
        }
        const auto* row = evidence_of(tried, rows);
        tried.evidence = row != nullptr ? std::optional(*row) : std::nullopt;
        complete = complete && (row != nullptr || tried.result != self_test::kRefused);
    }
    return complete;
}

void demand_evidence(std::vector<TryOutcome>& tries) {
    for (TryOutcome& tried : tries)
        if (tried.result == self_test::kRefused && !tried.evidence)
            tried.result = self_test::kNoEvidence;
}

}  // namespace sudare::ctl
