// SPDX-License-Identifier: Apache-2.0
#include "protocol/ipc/host_rules.h"

#include <algorithm>
#include <cstdlib>

#include "protocol/core/limits.h"
#include "protocol/ipc/text.h"

namespace sudare::ipc {
namespace {

constexpr std::uint8_t kAllow = 1, kPort = 2, kSameNumber = 4, kKnown = 7;

tl::unexpected<Error> bad() {
    return fail(Errc::kBadInput, "host rules are malformed");
}

// One rule; the pattern is a view of the bytes. False: it is none.
struct Decoded {
    std::uint32_t number = 0;
    bool allow = false;
    std::uint16_t port = 0;
    std::string_view pattern{};
};
bool decode(Reader& in, bool first, Decoded& rule) {
    const std::uint8_t flags = in.u8();
    const bool same = (flags & kSameNumber) != 0;
    if (flags > kKnown || (first && same))
        return false;
    if (!same)
        rule.number = in.u32();
    rule.allow = (flags & kAllow) != 0;
    rule.port = (flags & kPort) != 0 ? in.u16() : std::uint16_t{0};
    const auto view = in.bytes(in.u8());
    rule.pattern = {reinterpret_cast<const char*>(view.data()), view.size()};
    return in.ok() && ((flags & kPort) != 0) == (rule.port != 0);
}

bool is_pattern(std::string_view text) {
    return !text.empty() && text.size() <= limits::kHostBytesMax + 1 && is_plain_text(text);
}

std::vector<std::uint8_t> bytes_of(const HostRules& rules) {
    std::vector<std::uint8_t> out;
    for (const auto& block : rules.blocks())
        out.insert(out.end(), block->bytes().begin(), block->bytes().end());
    return out;
}

}  // namespace

void HostBlock::Maker::add(std::uint32_t number, bool allow, std::uint16_t port, std::string_view pattern) {
    if (pattern.size() > UINT8_MAX)  // cut short it would be a rule about something else
        std::abort();
    const bool same = count_ != 0 && number == last_;
    const auto push = [&](std::uint32_t value, unsigned bytes) {
        for (unsigned i = bytes; i != 0; --i)
            bytes_.push_back(static_cast<std::uint8_t>(value >> (8 * (i - 1))));
    };
    push((allow ? kAllow : 0U) | (port != 0 ? kPort : 0U) | (same ? kSameNumber : 0U), 1);
    if (!same)
        push(number, 4);
    if (port != 0)
        push(port, 2);
    push(static_cast<std::uint32_t>(pattern.size()), 1);
    bytes_.insert(bytes_.end(), pattern.begin(), pattern.end());
    last_ = number;
    ++count_;
}

std::shared_ptr<const HostBlock> HostBlock::Maker::done() && {
    const auto out = std::make_shared<HostBlock>();
    out->bytes_ = std::move(bytes_);
    out->bytes_.shrink_to_fit();
    out->count_ = count_;
    return out;
}

HostRules::HostRules(const std::vector<HostRule>& rules) {
    HostBlock::Maker maker;
    for (const HostRule& rule : rules)
        maker.add(rule.number, rule.allow, rule.port, rule.pattern);
    append(std::move(maker).done());
}

HostRules::HostRules(std::initializer_list<HostRule> rules) : HostRules(std::vector<HostRule>(rules)) {}

void HostRules::append(std::shared_ptr<const HostBlock> block) {
    if (block->count() != 0)
        blocks_.push_back(std::move(block));
}

std::uint32_t HostRules::size() const {
    std::uint32_t count = 0;
    for (const auto& block : blocks_)
        count += block->count();
    return count;
}

std::vector<HostRule> HostRules::all() const {
    std::vector<HostRule> out;
    out.reserve(size());
    for (const auto& block : blocks_) {
        Reader in(block->bytes());
        Decoded rule;
        for (std::uint32_t i = 0; i < block->count(); ++i) {
            if (!decode(in, i == 0, rule))  // a block has been made or read by us
                std::abort();
            out.push_back({rule.number, rule.allow, rule.port, std::string(rule.pattern)});
        }
    }
    return out;
}

bool operator==(const HostRules& a, const HostRules& b) {
    if (a.blocks_ == b.blocks_)  // the very same
        return true;
    if (a.size() != b.size())
        return false;
    const auto equal = [](const auto& one, const auto& other) {
        return one == other || one->bytes() == other->bytes();
    };
    if (std::ranges::equal(a.blocks_, b.blocks_, equal))
        return true;
    return bytes_of(a) == bytes_of(b) || a.all() == b.all();
}

void write_host_rules(Writer& out, const HostRules& rules) {
    std::size_t bytes = 0;
    for (const auto& block : rules.blocks())
        bytes += block->bytes().size();
    out.u32(rules.size());
    out.u32(static_cast<std::uint32_t>(bytes));
    for (const auto& block : rules.blocks())
        out.bytes(block->bytes());
}

Result<HostRules> read_host_rules(Reader& in) {
    const std::uint32_t count = in.u32();
    const std::uint32_t size = in.u32();
    if (!in.ok() || count > limits::kHostRulesMax || size > in.remaining())
        return bad();
    const auto view = in.bytes(size);
    Reader rules(view);
    Decoded rule;
    for (std::uint32_t i = 0; i < count; ++i)
        if (!decode(rules, i == 0, rule) || !is_pattern(rule.pattern))
            return bad();
    if (!rules.at_end())
        return bad();
    const auto block = std::make_shared<HostBlock>();
    block->bytes_.assign(view.begin(), view.end());
    block->count_ = count;
    HostRules out;
    out.append(block);
    return out;
}

}  // namespace sudare::ipc
