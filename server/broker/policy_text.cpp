// SPDX-License-Identifier: Apache-2.0
#include "server/broker/policy_text.h"

#include <sodium.h>

#include <algorithm>
#include <charconv>

#include "protocol/core/limits.h"
#include "protocol/ipc/text.h"
#include "server/base/log.h"

namespace sudare::broker {

using store::LayerId;

namespace {

// A record holds 64 KiB; host lists can be longer. The database keeps every version whole, so a
// long value is recorded by its hash, its length and its beginning.
constexpr std::size_t kRecordedValueMax = 12U << 10;

}  // namespace

CtlResult<FieldValue> parse_field(const std::string& field, const std::optional<std::string>& text) {
    const policy::FieldRow* row = policy::row_of(field);
    if (row == nullptr)
        return ctl_fail(
            Errc::kBadInput,
            "field \"" + printable(field) + "\" does not exist; see: sudarectl policy show",
            "項目「" + printable(field) +
                "」はありません。sudarectl policy show で確認してください");
    FieldValue out{row, {}, {}};
    if (!text)
        return out;
    auto value = policy::parse(*row, *text);
    if (!value)
        return ctl_fail(Errc::kBadInput, value.error().message,
                        "項目 " + value.error().message + "（" + std::string(row->japanese) + "）");
    out.text = policy::format(*row, *value);
    out.value = std::move(*value);
    // A value that nobody enforces would be a promise that is not kept.
    if (!policy::is_enforced(*row) && *out.text != row->initial)
        return ctl_fail(Errc::kUnavailable,
                        "field \"" + std::string(row->name) + "\": nothing enforces \"" + *out.text +
                            "\" in this version; it can only be \"" + std::string(row->initial) + "\"",
                        "項目「" + std::string(row->name) + "」の「" + *out.text +
                            "」は、この版ではまだ働きません。「" + std::string(row->initial) +
                            "」だけを設定できます");
    return out;
}

std::string shown_value(const std::string& field, const std::string& value, const LayerNames& names) {
    if (field != store::kGroupsField)
        return value;
    const auto numbers = store::group_numbers(value);
    if (!numbers)
        return value;
    std::string out;
    for (const std::uint32_t number : *numbers) {
        const auto name = names.find({LayerId::Kind::kGroup, number});
        out += (out.empty() ? "" : ",") + (name == names.end() ? std::to_string(number) : name->second);
    }
    return out;
}

std::string shown_field(const std::string& field) {
    if (const auto number = store::exception_number(field))
        return "exception " + std::to_string(*number);
    return field.starts_with('@') ? field.substr(1) : field;
}

std::string written(LayerId::Kind kind, const std::string& name) {
    switch (kind) {
        case LayerId::Kind::kDefault:
            return "default";
        case LayerId::Kind::kGroup:
            return std::string(kGroupPrefix) + name;
        case LayerId::Kind::kList:
            return std::string(kListPrefix) + name;
        case LayerId::Kind::kUser:
            break;
    }
    return name;
}

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

std::string shortened(const std::string& text) {
    constexpr std::size_t kMost = 256;
    return text.size() <= kMost
               ? text
               : printable(text.substr(0, kMost)) + "... (" + std::to_string(text.size()) + " bytes)";
}

std::string fitted(std::string text, std::size_t& left) {
    if (text.size() > left)
        return shortened(text);
    left -= text.size();
    return text;
}

bool is_account_name(const std::string& name) {
    return !name.empty() && name.size() <= limits::kUserNameBytesMax && ipc::is_plain_text(name) &&
           printable(name) == name && name != "default" &&  // the layer of everybody
           name.find_first_of(" \"'/:\\") == std::string::npos;
}

CtlFailure bad_name(const std::string& english, const std::string& japanese, const std::string& name) {
    return {Errc::kBadInput,
            english + " \"" + printable(name) +
                "\" must be 1 to 64 bytes without spaces, quotes, / : \\, and not \"default\"",
            japanese + "「" + printable(name) +
                "」: 1～64 バイト、空白・引用符・/ : \\ なしで指定してください"};
}

std::optional<CtlFailure> reason_complaint(const std::string& reason) {
    constexpr std::size_t kReasonBytesMax = 400;
    if (!reason.empty() && reason.size() <= kReasonBytesMax && ipc::is_plain_text(reason))
        return std::nullopt;
    return CtlFailure{Errc::kBadInput,
                      "--reason: it must have 1 to 400 bytes without control characters; say why",
                      "--reason: 理由を 1～400 バイト、制御文字なしで指定してください"};
}

std::string names_of(const std::vector<store::Group>& known, const std::vector<std::uint32_t>& own) {
    std::string out;
    for (const store::Group& group : known)
        if (std::ranges::find(own, group.id) != own.end())
            out += (out.empty() ? "" : ",") + group.name;
    return out;
}

std::optional<std::int64_t> number_of(const std::string& text) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size())
        return std::nullopt;
    return number;
}

}  // namespace sudare::broker
