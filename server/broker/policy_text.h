// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <map>
#include <optional>
#include <vector>

#include "protocol/ipc/broker_ctl.h"
#include "server/broker/store/store.h"

// What the requests about policy, groups and exceptions have in common. Pure functions.
namespace sudare::broker {

// Why a request failed, in both languages: the asker chooses.
using CtlFailure = ipc::CtlFailure;
template <typename T = void>
using CtlResult = tl::expected<T, CtlFailure>;
tl::unexpected<CtlFailure> ctl_fail(Errc code, std::string english, std::string japanese);
// An error of ours, as it is.
tl::unexpected<CtlFailure> ctl_fail(const Error& error);

// A field and a value for it, as an administrator wrote them.
struct FieldValue {
    const policy::FieldRow* row = nullptr;
    std::optional<policy::Value> value;  // nullopt: unset
    std::optional<std::string> text;     // canonical
};
// Names the field, the value and what is permitted; also when nothing enforces the value.
CtlResult<FieldValue> parse_field(const std::string& field, const std::optional<std::string>& text);

// What the layers of people, groups and everybody are called.
using LayerNames = std::map<store::LayerId, std::string>;

// The value of an entry of the journal as people read it: groups by their names.
std::string shown_value(const std::string& field, const std::string& value, const LayerNames& names);
// "web.hosts", "groups", "place", "exception 12".
std::string shown_field(const std::string& field);

// "default", "group:tax", "host-list:gov", or the user: as an administrator writes it.
std::string written(store::LayerId::Kind kind, const std::string& name);
inline constexpr std::string_view kGroupPrefix = "group:", kListPrefix = "host-list:";

// A value as a record has it: a long one by its hash, its length and its beginning.
std::string recorded(const std::string& value);

// At most 300 bytes of it go into records that say what was asked for.
std::string shortened(const std::string& text);

// Of a user, terminal or group: without spaces, quotes, / : \ and not "default".
bool is_account_name(const std::string& name);

// Of answers with many values: whole as long as `left` bytes are not used up, then shortened.
std::string fitted(std::string text, std::size_t& left);

// Those of these that exist, weakest first, with commas.
std::string names_of(const std::vector<store::Group>& known, const std::vector<std::uint32_t>& own);

// Of a user, terminal or group: what is wrong with its name, which is called that.
CtlFailure bad_name(const std::string& english, const std::string& japanese, const std::string& name);
// What is wrong with a reason; nullopt: good.
std::optional<CtlFailure> reason_complaint(const std::string& reason);
// What is wrong with an exception; nullopt: good (ctl_exceptions.cpp).
std::optional<CtlFailure> complaint(const store::PolicyException& wanted, std::int64_t now);

// Whole decimal number; nullopt when the text is anything else.
std::optional<std::int64_t> number_of(const std::string& text);

}  // namespace sudare::broker
