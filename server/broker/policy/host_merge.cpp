// SPDX-License-Identifier: Apache-2.0
// Layers, and how their host rules stand together.
#include <algorithm>
#include <cstdlib>

#include "server/base/log.h"
#include "server/broker/policy/effective.h"

namespace sudare::policy {
namespace {

using Shared = std::shared_ptr<const LayerHosts>;

// Whether one of the layers over it says something about that target.
class Over {
public:
    void add(const LayerHosts& hosts) {
        if (!hosts.rules().empty())
            layers_.push_back(&hosts);
    }
    [[nodiscard]] bool says(std::string_view target) const {
        return std::ranges::any_of(layers_, [&](const LayerHosts* one) { return one->targets().contains(target); });
    }
    // Whether they say something about anything of that layer. A few rules over thousands are quickly
    // looked up in those.
    [[nodiscard]] bool meets(const LayerHosts& hosts) const {
        return std::ranges::any_of(layers_, [&](const LayerHosts* one) {
            const bool few = one->targets().size() < hosts.targets().size();
            const auto& small = few ? one->targets() : hosts.targets();
            const auto& large = few ? hosts.targets() : one->targets();
            return std::ranges::any_of(small, [&](std::string_view target) { return large.contains(target); });
        });
    }

private:
    std::vector<const LayerHosts*> layers_;
};

// Of a rule that has been looked through.
struct Parts {
    bool allow;
    std::uint16_t port;
    std::string_view pattern;
};
Parts parts_of(std::string_view rule) {
    const std::string_view target = target_of(rule);
    const std::size_t colon = std::min(target.find(':'), target.size());
    std::uint16_t port = 0;
    for (const char digit : target.substr(std::min(colon + 1, target.size())))
        port = static_cast<std::uint16_t>(port * 10 + (digit - '0'));
    return {rule.starts_with("allow:"), port, target.substr(0, colon)};
}

template <typename Add>
void each_that_counts(const LayerHosts& hosts, const Over& over, Add&& add) {
    const bool all = !over.meets(hosts);
    for (const LayerHosts::Rule& rule : hosts.rules())
        if (all || !over.says(target_of(rule.text)))
            add(rule);
}

}  // namespace

std::size_t Layer::count() const {
    return static_cast<std::size_t>(
        std::ranges::count_if(values_, [](const auto& value) { return value.has_value(); }));
}

const std::vector<std::string>& Layer::entries() const {
    static const std::vector<std::string> kNone;
    const auto& value = at(FieldId::kWebHosts);
    return value ? std::get<std::vector<std::string>>(*value) : kNone;
}

const std::set<std::string, std::less<>>& Layer::lists() const {
    if (!lists_) {
        lists_.emplace();
        for (const std::string& entry : entries())
            if (const auto name = list_named(entry))
                lists_->emplace(*name);
    }
    return *lists_;
}

Result<void> Layer::look_up(const HostLists& lists) {
    SUDARE_TRY(hosts_, LayerHosts::create(entries(), lists));
    return {};
}

const std::shared_ptr<const LayerHosts>& Layer::shared_hosts() const {
    if (!hosts_) {
        auto made = LayerHosts::create(entries(), {});
        if (!made) {  // to go on without a list that denies would permit what it denies
            log_error("a layer has not been looked up: {}", made.error().message);
            std::abort();
        }
        hosts_ = std::move(*made);
    }
    return hosts_;
}

std::vector<MergedRule> merged_rules(const Layers& layers) {
    std::vector<MergedRule> out;
    Over over;
    for (auto at = layers.rbegin(); at != layers.rend(); ++at) {
        const NamedLayer& one = *at;
        const LayerHosts& hosts = one.layer->hosts();
        each_that_counts(hosts, over, [&](const LayerHosts::Rule& rule) { out.push_back({&one, &rule}); });
        over.add(hosts);
    }
    return out;
}

ipc::HostRules HostMerges::of(const Layers& layers) {
    if (known_.size() > kKnownMax || bytes_ > kBytesMax)
        forget();
    ipc::HostRules out;
    Over over;
    std::vector<Shared> stack;
    for (auto at = layers.rbegin(); at != layers.rend(); ++at) {
        const NamedLayer& one = *at;
        const Shared& hosts = one.layer->shared_hosts();
        if (hosts->rules().empty())
            continue;
        // A layer that nothing over it touches is the same for everybody.
        stack.push_back(hosts);
        Key key{over.meets(*hosts) ? stack : std::vector<Shared>{hosts}, one.rule_base};
        auto& block = known_[std::move(key)];
        if (!block) {
            ipc::HostBlock::Maker maker;
            each_that_counts(*hosts, over, [&](const LayerHosts::Rule& rule) {
                const Parts parts = parts_of(rule.text);
                maker.add(one.rule_base + rule.number, parts.allow, parts.port, parts.pattern);
            });
            block = std::move(maker).done();
            bytes_ += block->bytes().size();
        }
        out.append(block);
        over.add(*hosts);
    }
    return out;
}

std::optional<MergedRule> deciding_rule(const Layers& layers, std::string_view host, std::uint16_t port,
                                        bool standard_port) {
    std::optional<MergedRule> best;
    std::size_t length = 0;
    bool allows = false;
    for (const MergedRule& one : merged_rules(layers)) {
        const Parts rule = parts_of(one.rule->text);
        const bool covers_port = rule.port == port || (rule.port == 0 && (!rule.allow || standard_port));
        const bool suffix = rule.pattern.starts_with('.');
        const bool covers = rule.pattern == host ||
                            (suffix && (host.ends_with(rule.pattern) || host == rule.pattern.substr(1)));
        if (!covers || !covers_port)
            continue;
        // "host" is longer than ".host"; of the same pattern a denial wins.
        const std::size_t size = suffix ? rule.pattern.size() : rule.pattern.size() + 2;
        if (best && (size < length || (size == length && !(allows && !rule.allow))))
            continue;
        best = one;
        length = size;
        allows = rule.allow;
    }
    return best;
}

Decision decide_folded(const Layers& layers) {
    std::vector<std::string> hosts;
    const NamedLayer* decides = nullptr;
    const auto* last = static_cast<const std::string*>(nullptr);
    for (const MergedRule& one : merged_rules(layers)) {
        const auto& entries = std::get<std::vector<std::string>>(*one.layer->layer->at(FieldId::kWebHosts));
        const std::string& entry = entries[one.rule->number - 1];
        if (&entry != last)
            hosts.push_back(entry);
        last = &entry;
    }
    for (const NamedLayer& one : layers)
        if (one.layer->at(FieldId::kWebHosts))
            decides = &one;
    return {std::move(hosts), decides != nullptr ? describe(*decides) : std::string(kBuiltInName)};
}

}  // namespace sudare::policy
