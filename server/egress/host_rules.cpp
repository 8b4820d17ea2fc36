// SPDX-License-Identifier: Apache-2.0
#include "server/egress/host_rules.h"

#include <algorithm>

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

Result<HostRules> HostRules::create(const ipc::HostRules& rules) {
    if (rules.size() > sudare::limits::kHostRulesMax)
        return fail(Errc::kLimit, "too many host rules");
    HostRules out;
    out.entries_.reserve(rules.size());
    const std::vector<ipc::HostRule> all = rules.all();
    for (const ipc::HostRule& rule : all) {
        if (!is_canonical(rule.pattern))
            return fail(Errc::kBadInput, "host rule " + std::to_string(rule.number) + ": \"" +
                                             rule.pattern +
                                             "\" is not a lower-case host or .suffix");
        out.entries_.push_back({static_cast<std::uint32_t>(out.texts_.size()), rule.number, rule.port,
                                static_cast<std::uint8_t>(rule.pattern.size()), rule.allow});
        out.texts_ += rule.pattern;
    }
    out.texts_.shrink_to_fit();
    std::ranges::stable_sort(out.entries_, {}, [&](const Entry& entry) { return out.pattern(entry); });
    return out;
}

std::optional<HostRules::Match> HostRules::at(std::string_view pattern, std::uint16_t port,
                                              bool standard_port) const {
    const auto of = [this](const Entry& entry) { return this->pattern(entry); };
    const auto first = std::ranges::lower_bound(entries_, pattern, {}, of);
    std::optional<Match> best;
    for (auto at = first; at != entries_.end() && of(*at) == pattern; ++at) {
        const Entry& entry = *at;
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
