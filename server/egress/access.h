// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "protocol/core/result.h"
#include "protocol/ipc/host_egress.h"
#include "server/egress/address.h"
#include "server/egress/host_rules.h"
#include "server/egress/target.h"

namespace sudare::egress {

// How the browser asked: through a tunnel (https, wss) or as a plain http request.
enum class Scheme { kTunnel, kPlainHttp };

// What the rules say, and which rule said it.
struct Decision {
    ipc::Verdict verdict = ipc::Verdict::kAllowed;
    std::uint32_t rule = 0;  // 0: none
    [[nodiscard]] bool allowed() const { return verdict == ipc::Verdict::kAllowed; }
};

// One EgressConfig, compiled. Immutable: a new configuration makes a new object, and connections
// compare themselves with it (Connection::reconsider).
class Access {
public:
    // Errors: those of HostRules, and kBadInput for a private site that is not canonical.
    static Result<std::shared_ptr<const Access>> create(ipc::EgressConfig config);

    // By name and port, before anything is resolved: a refused name never reaches a resolver.
    //  1. plain HTTP only where the policy permits it
    //  2. the start page is always allowed
    //  3. host rules (host_rules.h)
    //  4. other ports than 443 (80 for plain HTTP): a rule or a private site must name them
    //  5. the policy's default
    [[nodiscard]] Decision by_name(const Target& target, Scheme scheme) const;

    // By address: all of an answer, or one literal. Refused when any of them is refused, since a
    // mixed answer is the mark of a rebinding attack.
    [[nodiscard]] Decision by_address(const Target& target,
                                      const std::vector<IpAddress>& addresses) const;

    // The address that the settings give for a private destination: it is used instead of a
    // lookup, so that no DNS answer can move it.
    [[nodiscard]] std::optional<IpAddress> private_site(const Target& target) const;

    [[nodiscard]] const ipc::EgressConfig& config() const { return config_; }
    // Private destinations are reached directly even where the web is behind an upstream proxy.
    [[nodiscard]] bool through_upstream(const Target& target) const {
        return !is_unset(config_.upstream_proxy.address) && !private_site(target);
    }
    [[nodiscard]] std::uint32_t connections_max() const;
    // Bytes up and down together in 24 hours; nullopt: no quota.
    [[nodiscard]] std::optional<std::uint64_t> bytes_per_day() const;

private:
    Access(ipc::EgressConfig config, HostRules hosts);
    Result<void> add_private_sites();
    void note_start_page();
    [[nodiscard]] bool is_standard_port(const Target& target, Scheme scheme) const;

    ipc::EgressConfig config_;
    HostRules hosts_;
    AddressRules addresses_;
    std::unordered_map<std::string, IpAddress> private_sites_;  // "host:port"
    std::optional<std::string> start_authority_;                // "host:port"
    Scheme start_scheme_ = Scheme::kTunnel;
};

}  // namespace sudare::egress
