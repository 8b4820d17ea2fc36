// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "protocol/core/result.h"

// Names of people and groups in the language of LDAP. What is typed gets into a filter or a
// distinguished name only here, by libldap's own writers, never by putting texts together.
namespace sudare::directory {

inline constexpr std::string_view kPlaceholder = "{user}";

// The filter with {user} replaced by the name, escaped by RFC 4515 section 3.
Result<std::string> person_filter(const std::string& filter, const std::string& user);

// The template is taken apart, {user} is replaced within values, and it is written again: RFC 4514
// section 2.4. kBadInput: the template is no distinguished name.
Result<std::string> person_dn(const std::string& dn_template, const std::string& user);

// One spelling for comparison: spaces and escapes as libldap writes them, ASCII letters small.
Result<std::string> canonical_dn(const std::string& dn);

}  // namespace sudare::directory
