// SPDX-License-Identifier: Apache-2.0
#include "server/egress/host_rules.h"

#include "protocol/core/limits.h"
#include "server/egress/target.h"

namespace sudare::egress {
namespace {

// A pattern that no target can be compared with would be a rule that silently never matches.
bool is_canonical(std::string_view pattern) {
    const bool suffix = pattern.starts_with('.');
    if (suffix)
        pattern.remove_prefix(1);
    if (const auto literal = parse_literal(pattern))
        return !suffix && literal->to_string() == pattern;
    const auto target = parse_host(pattern, 443);
    return target && !target->literal && target->host == pattern;
}

}  // namespace

Result<HostRules> HostRules::create(const std::vector<ipc::HostRule>& rules) {
    if (rules.size() > sudare::limits::kHostRulesMax)
        return fail(Errc::kLimit, "too many host rules");
    HostRules out;
    for (const ipc::HostRule& rule : rules) {
        if (!is_canonical(rule.pattern))
            return fail(Errc::kBadInput, "host rule " + std::to_string(rule.number) + ": \"" +
                                             rule.pattern +
                                             "\" is not a lower-case host or .suffix");
        out.entries_[rule.pattern].push_back({rule.number, rule.port, rule.allow});
    }
    return out;
}

std::optional<HostRules::Match> HostRules::at(std::string_view pattern, std::uint16_t port,
                                              bool standard_port) const {
    const auto found = entries_.find(pattern);
    if (found == entries_.end())
        return std::nullopt;
    std::optional<Match> best;
    for (const Entry& entry : found->second) {
        const bool covers =
            entry.port == port || (entry.port == 0 && (!entry.allow || standard_port));
        if (covers && (!best || (best->allow && !entry.allow)))
            best = Match{entry.allow, entry.number};
    }
    return best;
}

std::optional<HostRules::Match> HostRules::find(std::string_view host, std::uint16_t port,
                                                bool standard_port) const {
    if (auto match = at(host, port, standard_port))
        return match;
    const std::string dotted = "." + std::string(host);
    std::string_view suffix = dotted;
    while (!suffix.empty()) {
        if (auto match = at(suffix, port, standard_port))
            return match;
        const std::size_t next = suffix.find('.', 1);
        suffix = next == std::string_view::npos ? std::string_view() : suffix.substr(next);
    }
    return std::nullopt;
}

}  // namespace sudare::egress
