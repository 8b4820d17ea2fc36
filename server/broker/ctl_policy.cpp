// SPDX-License-Identifier: Apache-2.0
// Policy requests.
#include <sodium.h>

#include "protocol/core/limits.h"
#include "protocol/ipc/link_host.h"
#include "server/base/log.h"
#include "server/broker/ctl_peer.h"

namespace sudare::broker {

using audit::EventType;
using audit::Field;

namespace {

// A record holds 64 KiB; host lists can be longer. The database keeps every version whole, so a
// long value is recorded by its hash, its length and its beginning.
constexpr std::size_t kRecordedValueMax = 12U << 10;

std::string recorded(const std::string& value) {
    if (value.size() <= kRecordedValueMax)
        return value;
    std::array<unsigned char, crypto_hash_sha256_BYTES> hash{};
    crypto_hash_sha256(hash.data(), reinterpret_cast<const unsigned char*>(value.data()),
                       value.size());
    std::array<char, hash.size() * 2 + 1> text{};
    sodium_bin2hex(text.data(), text.size(), hash.data(), hash.size());
    return fmt::format("sha256:{} bytes:{} begins:{}", text.data(), value.size(),
                       value.substr(0, 256));
}

// A session's policy travels in one frame, with some more beside it, and one that is cut short
// reads back nowhere. It holds at most what two layers hold, so half of a frame for each.
constexpr std::size_t kBesidePolicy = 64U << 10;
constexpr std::size_t kLayerBytesMax = (limits::kIpcFrameMax - kBesidePolicy) / 2;

bool is_too_large(const policy::Layer& layer) {
    const Rights alone{layer, {}, policy::merge(layer, {}), 0};
    return ipc::write_policy_payload(alone.session_policy()).size() > kLayerBytesMax;
}

}  // namespace

CtlResult<> CtlPeer::policy_set(const Arguments& arguments) {
    return change_policy(arguments[0], arguments[1], arguments[2]);
}

CtlResult<> CtlPeer::policy_unset(const Arguments& arguments) {
    return change_policy(arguments[0], arguments[1], std::nullopt);
}

CtlResult<> CtlPeer::change_policy(const std::string& user_name, const std::string& field,
                                   const std::optional<std::string>& text) {
    const policy::FieldRow* row = policy::row_of(field);
    if (row == nullptr)
        return ctl_fail(
            Errc::kBadInput,
            "field \"" + printable(field) + "\" does not exist; see: sudarectl policy show",
            "項目「" + printable(field) +
                "」はありません。sudarectl policy show で確認してください");
    store::PolicyChange change{std::nullopt, row->id, std::nullopt, uid_};
    if (!user_name.empty()) {
        const auto user = find_user(user_name);
        if (!user)
            return tl::unexpected(user.error());
        change.user = user->id;
    }
    auto rights = core_.rights(change.user.value_or(0));
    if (!rights)
        return ctl_fail(rights.error());
    policy::Layer& layer = change.user ? rights->user : rights->defaults;
    const auto before = layer.at(row->id);
    const policy::Value effective_before = rights->effective.at(row->id);
    layer.at(row->id).reset();
    if (text) {
        auto value = policy::parse(*row, *text);
        if (!value)
            return ctl_fail(
                Errc::kBadInput, value.error().message,
                "項目 " + value.error().message + "（" + std::string(row->japanese) + "）");
        layer.at(row->id) = std::move(*value);
        change.value = policy::format(*row, *layer.at(row->id));
        // A value that nobody enforces would be a promise that is not kept.
        if (!policy::is_enforced(*row) && *change.value != row->initial)
            return ctl_fail(Errc::kUnavailable,
                            "field \"" + std::string(row->name) + "\": nothing enforces \"" +
                                *change.value + "\" in this version; it can only be \"" +
                                std::string(row->initial) + "\"",
                            "項目「" + std::string(row->name) + "」の「" + *change.value +
                                "」は、この版ではまだ働きません。「" + std::string(row->initial) +
                                "」だけを設定できます");
    }
    const policy::Effective after = policy::merge(rights->defaults, rights->user);
    if (is_too_large(layer))
        return ctl_fail(Errc::kLimit,
                        "field \"" + std::string(row->name) +
                            "\": with it this layer of the policy is above 480 KiB; use .suffix "
                            "rules instead of many hosts",
                        "項目「" + std::string(row->name) +
                            "」: この層のポリシーが 480 KiB を超えます。ホストを並べる代わりに "
                            ".suffix の規則を使ってください");
    auto record = event(text ? EventType::kPolicySet : EventType::kPolicyUnset);
    record.text(Field::kLayer, change.user ? "user" : "default")
        .text(Field::kPolicyField, std::string(row->name))
        .number(Field::kPolicyVersion, rights->version + 1)
        .flag(Field::kLoosens, policy::loosens(*row, effective_before, after.at(row->id)));
    if (change.user)
        record.text(Field::kUser, user_name);
    if (before)
        record.text(Field::kBefore, recorded(policy::format(*row, *before)));
    if (change.value)
        record.text(Field::kAfter, recorded(*change.value));
    const auto changed =
        core_.record_and_do(record, [&] { return core_.store().change_policy(change); });
    if (!changed)
        return ctl_fail(changed.error());
    core_.policy_changed();
    return {};
}

void CtlPeer::send_rights(const Rights& rights, bool definitions) {
    for (const policy::FieldRow& field : policy::field_rows()) {
        const auto at = static_cast<std::size_t>(field.id);
        ipc::CtlRow out{{"field", std::string(field.name)},
                        {"value", policy::format(field, rights.effective.values[at])},
                        {"origin", std::string(policy::name_of(rights.effective.origins[at]))}};
        if (definitions) {
            out.push_back({"permitted", policy::syntax_of(field)});
            out.push_back({"enforced", std::string(field.enforced)});
        }
        out.push_back({"meaning", std::string(field.english)});
        out.push_back({"meaning_ja", std::string(field.japanese)});
        row(out);
    }
}

CtlResult<> CtlPeer::policy_explain(const Arguments& arguments) {
    const auto user = find_user(arguments[0]);
    if (!user)
        return tl::unexpected(user.error());
    const auto rights = core_.rights(user->id);
    if (!rights)
        return ctl_fail(rights.error());
    send_rights(*rights, false);
    return {};
}

CtlResult<> CtlPeer::policy_show(const Arguments&) {
    const auto rights = core_.rights(0);  // no user has number 0: the default layer alone
    if (!rights)
        return ctl_fail(rights.error());
    Rights defaults = *rights;
    defaults.user = {};
    defaults.effective = policy::merge(defaults.defaults, defaults.user);
    send_rights(defaults, true);
    return {};
}

}  // namespace sudare::broker
