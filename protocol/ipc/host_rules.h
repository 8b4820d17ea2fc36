// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/core/reader.h"
#include "protocol/core/result.h"
#include "protocol/core/writer.h"

// The host rules of a policy. A list of tens of thousands of names is in the policies of hundreds of
// sessions: it is kept as the bytes in which it travels, and copies share them.
namespace sudare::ipc {

// Which hosts may be visited. Pattern: "host.example" (that host) or ".example" (the domain and
// everything below it), lower case, IDNA A-labels. Port 0 means the standard ports.
struct HostRule {
    std::uint32_t number = 0;  // shown to the user in a refusal, found again in the log
    bool allow = false;
    std::uint16_t port = 0;
    std::string pattern;
    friend bool operator==(const HostRule&, const HostRule&) = default;
};

// Rules that somebody has put together once. Never changes; any thread.
class HostBlock {
public:
    // Patterns of at most limits::kHostBytesMax + 1 bytes.
    class Maker {
    public:
        void add(std::uint32_t number, bool allow, std::uint16_t port, std::string_view pattern);
        [[nodiscard]] std::shared_ptr<const HostBlock> done() &&;

    private:
        std::vector<std::uint8_t> bytes_;
        std::uint32_t count_ = 0;
        std::uint32_t last_ = 0;
    };

    [[nodiscard]] std::uint32_t count() const { return count_; }
    [[nodiscard]] const std::vector<std::uint8_t>& bytes() const { return bytes_; }

private:
    friend Result<class HostRules> read_host_rules(Reader& in);
    std::vector<std::uint8_t> bytes_;
    std::uint32_t count_ = 0;
};

// Blocks, one behind the other. Cheap to copy. Any thread.
class HostRules {
public:
    HostRules() = default;
    HostRules(const std::vector<HostRule>& rules);            // NOLINT(google-explicit-constructor)
    HostRules(std::initializer_list<HostRule> rules);
    void append(std::shared_ptr<const HostBlock> block);

    [[nodiscard]] std::uint32_t size() const;
    [[nodiscard]] bool empty() const { return size() == 0; }
    // All of them, made anew.
    [[nodiscard]] std::vector<HostRule> all() const;
    [[nodiscard]] const std::vector<std::shared_ptr<const HostBlock>>& blocks() const { return blocks_; }
    // The same rules in the same order, however they are cut.
    friend bool operator==(const HostRules& a, const HostRules& b);

private:
    std::vector<std::shared_ptr<const HostBlock>> blocks_;  // none is empty
};

// Layout: u32 count, u32 bytes, then for each rule u8 flags (1 allow, 2 a port follows, 4 the number is
// that of the rule before), u32 number, u16 port, u8 length, pattern. At most limits::kHostRulesMax.
inline constexpr std::size_t kHostRuleBytesOver = 8;  // of a rule beside its pattern, at most
void write_host_rules(Writer& out, const HostRules& rules);
// kBadInput
Result<HostRules> read_host_rules(Reader& in);

}  // namespace sudare::ipc
