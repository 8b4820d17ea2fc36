// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include "protocol/ipc/broker_directory.h"

// What the codes of LDAP mean for somebody who wants to log in.
namespace sudare::directory {

using Answer = ipc::DirectoryAnswer;

// Of the draft "Password Policy for LDAP Directories" (behera), section 6.2.
struct PasswordPolicy {
    bool locked = false;
    bool expired = false;
    bool must_change = false;
};

// The result of a bind: its code (RFC 4511 appendix A, or one of libldap's own), the server's text, where
// Active Directory says more, and the response control if there was one.
Answer answer_of_bind(int code, std::string_view text, const PasswordPolicy& policy);

// Of any other operation, and of what libldap says when there was no result.
Answer answer_of_failure(int code);

}  // namespace sudare::directory
