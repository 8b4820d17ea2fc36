// SPDX-License-Identifier: Apache-2.0
#include "server/broker/policy/hosts.h"

#include <algorithm>

#include "protocol/core/limits.h"
#include "protocol/ipc/host_rules.h"
#include "protocol/ipc/text.h"
#include "server/broker/policy/fields.h"

namespace sudare::policy {
namespace {

constexpr std::size_t kListNameBytesMax = 64;
constexpr std::string_view kAllow = "allow:", kDeny = "deny:";

using Texts = std::unordered_set<std::string_view>;

struct Named {
    std::size_t number;
    bool allow;
    const HostList* list;
};

}  // namespace

bool is_list_name(std::string_view text) {
    return !text.empty() && text.size() <= kListNameBytesMax && ipc::is_plain_text(text) &&
           text.find_first_of(" \"'`,;|/:\\@") == text.npos;
}

std::optional<std::string_view> list_named(std::string_view entry) {
    const std::string_view target = target_of(entry);
    if ((!entry.starts_with(kAllow) && !entry.starts_with(kDeny)) || !target.starts_with('@'))
        return std::nullopt;
    return target.substr(1);
}

std::string_view target_of(std::string_view rule) {
    return rule.substr(rule.find(':') + 1);
}

Result<HostList> parse_host_list(std::string_view text) {
    HostList out;
    for (std::size_t line = 1; !text.empty(); ++line) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        std::string host(text.substr(0, end));
        if (const auto rule = parse_host_rule(std::string(kAllow) + host); !rule)
            return fail(Errc::kBadInput, "host list, line " + std::to_string(line) + ": \"" + host.substr(0, 64) +
                                             "\" is not HOST or HOST:PORT: " + rule.error().message);
        out.push_back(std::move(host));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    std::ranges::sort(out);
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
}

std::string format(const HostList& list) {
    std::string out;
    for (const std::string& host : list)
        out.append(out.empty() ? "" : "\n").append(host);
    return out;
}

void LayerHosts::add(std::string text, std::size_t number, bool of_a_list) {
    const auto place = static_cast<std::uint32_t>(number);
    // The number travels once for all rules that have it, one behind the other.
    const bool again = of_a_list && !rules_.empty() && rules_.back().number == place;
    const std::size_t size = target_of(text).size() + ipc::kHostRuleBytesOver - (again ? 4 : 0);
    bytes_ += std::max(size, limits::kHostRuleBytesMin);
    rules_.push_back({std::move(text), place});
}

Result<std::shared_ptr<const LayerHosts>> LayerHosts::create(const std::vector<std::string>& entries,
                                                             const HostLists& lists) {
    std::vector<Named> named;
    Texts plain, denied;
    std::size_t most = entries.size();
    for (std::size_t i = 0; i < entries.size(); ++i) {
        const auto name = list_named(entries[i]);
        if (!name) {
            plain.insert(target_of(entries[i]));
            continue;
        }
        const auto found = lists.find(*name);
        if (found == lists.end())
            return fail(Errc::kNotFound, "host list \"" + std::string(*name) + "\" does not exist");
        named.push_back({i + 1, entries[i].starts_with(kAllow), found->second.get()});
        most += found->second->size();
        if (!named.back().allow)
            denied.insert(found->second->begin(), found->second->end());
    }
    const auto out = std::make_shared<LayerHosts>();
    out->rules_.reserve(most);  // so that texts, and with them the views of them, stay where they are
    out->targets_.reserve(most);
    auto next = named.begin();
    Texts said;  // by lists
    for (std::size_t i = 0; i < entries.size(); ++i) {
        if (next == named.end() || next->number != i + 1) {
            out->add(entries[i], i + 1, false);
            continue;
        }
        for (const std::string& host : *next->list)
            if (!plain.contains(host) && !(next->allow && denied.contains(host)) && said.insert(host).second)
                out->add(std::string(next->allow ? kAllow : kDeny) + host, i + 1, true);
        ++next;
    }
    for (const Rule& rule : out->rules_)
        out->targets_.insert(target_of(rule.text));
    return std::shared_ptr<const LayerHosts>(out);
}

}  // namespace sudare::policy
