// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "protocol/core/result.h"

// What web.hosts of a layer says when the named lists in it are looked up. Pure; any thread.
//
// web.hosts has plain rules ("allow:HOST[:PORT]", "deny:HOST[:PORT]") and names of lists ("allow:@NAME",
// "deny:@NAME"). A list has hosts ("HOST[:PORT]"), sorted; whether they are permitted says who names it.
namespace sudare::policy {

using HostList = std::vector<std::string>;
using HostLists = std::map<std::string, std::shared_ptr<const HostList>, std::less<>>;

// 1 to 64 bytes of plain text without white space, quotes and , ; | / : \ @.
bool is_list_name(std::string_view text);
// NAME of "allow:@NAME" and "deny:@NAME"; nullopt: a plain rule, or nothing at all.
std::optional<std::string_view> list_named(std::string_view entry);
// "x.example:443" of "allow:x.example:443": rules of the same target stand for each other.
std::string_view target_of(std::string_view rule);

// Of a stored list, one host in each line. kBadInput: one that is none, named by its line.
Result<HostList> parse_host_list(std::string_view text);
// Sorted, each once: the one canonical text.
std::string format(const HostList& list);

// The rules of one layer. Of the same target a plain rule stands before what a list says, and a list
// that denies before one that allows: this is the only place that decides it.
class LayerHosts {
public:
    struct Rule {
        std::string text;      // a plain rule
        std::uint32_t number;  // place from 1 of the entry of web.hosts that it comes from
    };
    // kNotFound: a list that there is not.
    static Result<std::shared_ptr<const LayerHosts>> create(const std::vector<std::string>& entries,
                                                            const HostLists& lists);

    [[nodiscard]] const std::vector<Rule>& rules() const { return rules_; }
    [[nodiscard]] const std::unordered_set<std::string_view>& targets() const { return targets_; }
    // How many bytes these rules add to the message of a session at most, alone or among others.
    [[nodiscard]] std::size_t bytes() const { return bytes_; }

private:
    void add(std::string text, std::size_t number, bool of_a_list);

    std::vector<Rule> rules_;
    std::unordered_set<std::string_view> targets_;  // views of the rules
    std::size_t bytes_ = 0;
};

}  // namespace sudare::policy
