// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "protocol/core/result.h"
#include "protocol/ipc/policy.h"

namespace sudare::egress {

// The host rules of a policy. A lookup costs one hash probe per label of the name, whatever the
// count of rules.
//
// The longest pattern that has a rule for the port decides; "host.example" is longer than
// ".host.example". Within one pattern a denial wins. Port 0 of a denial covers every port, port 0
// of a permission the standard port only.
class HostRules {
public:
    // Errors: kBadInput naming the rule whose pattern is not a canonical host or ".suffix",
    // kLimit above limits::kHostRulesMax.
    static Result<HostRules> create(const std::vector<ipc::HostRule>& rules);

    struct Match {
        bool allow = false;
        std::uint32_t number = 0;
    };
    // host as in Target::host; standard_port: the port needs no rule of its own.
    [[nodiscard]] std::optional<Match> find(std::string_view host, std::uint16_t port,
                                            bool standard_port) const;

private:
    struct Entry {
        std::uint32_t number;
        std::uint16_t port;
        bool allow;
    };
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const {
            return std::hash<std::string_view>()(text);
        }
    };
    [[nodiscard]] std::optional<Match> at(std::string_view pattern, std::uint16_t port,
                                          bool standard_port) const;

    // Pattern with its leading dot, if any -> its rules.
    std::unordered_map<std::string, std::vector<Entry>, Hash, std::equal_to<>> entries_;
};

}  // namespace sudare::egress
