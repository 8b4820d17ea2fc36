// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/core/result.h"
#include "protocol/ipc/policy.h"

namespace sudare::egress {

// The host rules of a policy. A lookup costs one binary search per label of the name.
//
// The longest pattern that has a rule for the port decides; "host.example" is longer than
// ".host.example". Within one pattern a denial wins. Port 0 of a denial covers every port, port 0
// of a permission the standard port only.
class HostRules {
public:
    // Errors: kBadInput naming the rule whose pattern is not a canonical host or ".suffix",
    // kLimit above limits::kHostRulesMax.
    static Result<HostRules> create(const ipc::HostRules& rules);

    struct Match {
        bool allow = false;
        std::uint32_t number = 0;
    };
    // host as in Target::host; standard_port: the port needs no rule of its own.
    [[nodiscard]] std::optional<Match> find(std::string_view host, std::uint16_t port,
                                            bool standard_port) const;

private:
    // Each session has a table of its own: a rule costs 16 bytes and its pattern.
    struct Entry {
        std::uint32_t place;  // of its pattern in texts_, with its leading dot, if any
        std::uint32_t number;
        std::uint16_t port;
        std::uint8_t length;
        bool allow;
    };
    [[nodiscard]] std::string_view pattern(const Entry& entry) const {
        return std::string_view(texts_).substr(entry.place, entry.length);
    }
    [[nodiscard]] std::optional<Match> at(std::string_view pattern, std::uint16_t port,
                                          bool standard_port) const;

    std::string texts_;
    std::vector<Entry> entries_;  // sorted by pattern; of the same pattern in their order
};

}  // namespace sudare::egress
