// SPDX-License-Identifier: Apache-2.0
#include "server/egress/access.h"

#include <algorithm>

#include "server/egress/limits.h"

namespace sudare::egress {
namespace {

constexpr std::uint16_t kHttpsPort = 443;
constexpr std::uint16_t kHttpPort = 80;

std::vector<Block> blocks_of(const ipc::EgressConfig& config) {
    std::vector<Block> out;
    for (const ipc::AddressBlock& block : config.refused_blocks)
        out.push_back({block.address, block.prefix});
    return out;
}

}  // namespace

Access::Access(ipc::EgressConfig config, HostRules hosts)
    : config_(std::move(config)), hosts_(std::move(hosts)), addresses_(blocks_of(config_)) {}

Result<std::shared_ptr<const Access>> Access::create(ipc::EgressConfig config) {
    SUDARE_TRY(HostRules hosts, HostRules::create(config.web.hosts));
    std::shared_ptr<Access> out(new Access(std::move(config), std::move(hosts)));
    SUDARE_CHECK(out->add_private_sites());
    out->config_.web.hosts = {};  // they are in the table now
    out->note_start_page();
    return std::shared_ptr<const Access>(std::move(out));
}

Result<void> Access::add_private_sites() {
    for (const ipc::PrivateSite& site : config_.private_sites) {
        const bool literal6 = site.host.find(':') != std::string::npos;
        const auto target = parse_host(literal6 ? "[" + site.host + "]" : site.host, site.port);
        if (!target || target->host != site.host || site.port == 0 || is_unset(site.address))
            return fail(Errc::kBadInput, "private site \"" + site.host +
                                             "\" needs a canonical host, a port and an address");
        private_sites_.emplace(target->authority(), from_bytes(site.address));
    }
    return {};
}

// Only http and https name a host that could be allowed; others (about:blank) need none.
void Access::note_start_page() {
    const std::string_view page = config_.web.start_page;
    const std::string_view url = page.substr(0, page.find('#'));
    if (const auto secure = parse_url(url, "https", kHttpsPort)) {
        start_scheme_ = Scheme::kTunnel;
        start_authority_ = secure->target.authority();
    } else if (const auto plain = parse_url(url, "http", kHttpPort)) {
        start_scheme_ = Scheme::kPlainHttp;
        start_authority_ = plain->target.authority();
    }
}

bool Access::is_standard_port(const Target& target, Scheme scheme) const {
    return target.port == (scheme == Scheme::kTunnel ? kHttpsPort : kHttpPort) ||
           private_sites_.contains(target.authority());
}

Decision Access::by_name(const Target& target, Scheme scheme) const {
    if (scheme == Scheme::kPlainHttp && !config_.web.plain_http)
        return {ipc::Verdict::kDeniedPlainHttp};
    if (scheme == start_scheme_ && target.authority() == start_authority_)
        return {};
    const bool standard_port = is_standard_port(target, scheme);
    if (const auto match = hosts_.find(target.host, target.port, standard_port))
        return {match->allow ? ipc::Verdict::kAllowed : ipc::Verdict::kDeniedByRule, match->number};
    if (!standard_port)
        return {ipc::Verdict::kDeniedPort};
    if (!config_.web.allow_by_default)
        return {ipc::Verdict::kDeniedByDefault};
    return {};
}

Decision Access::by_address(const Target& target, const std::vector<IpAddress>& addresses) const {
    const auto permitted = private_site(target);
    const bool refused =
        std::any_of(addresses.begin(), addresses.end(), [&](const IpAddress& address) {
            return addresses_.refusal(address).has_value() &&
                   !(permitted && to_bytes(*permitted) == to_bytes(address));
        });
    return {refused ? ipc::Verdict::kDeniedAddress : ipc::Verdict::kAllowed};
}

std::optional<IpAddress> Access::private_site(const Target& target) const {
    const auto found = private_sites_.find(target.authority());
    if (found == private_sites_.end())
        return std::nullopt;
    return found->second;
}

std::uint32_t Access::connections_max() const {
    return std::min(config_.web.connections_max, limits::kConnectionsMax);
}

std::optional<std::uint64_t> Access::bytes_per_day() const {
    if (config_.web.megabytes_per_day == 0)
        return std::nullopt;
    return std::uint64_t{config_.web.megabytes_per_day} * 1'000'000;
}

}  // namespace sudare::egress
