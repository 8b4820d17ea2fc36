// SPDX-License-Identifier: Apache-2.0
#include "server/directory/answers.h"

#include <ldap.h>

namespace sudare::directory {
namespace {

// "80090308: LdapErr: DSID-0C09042F, comment: AcceptSecurityContext error, data 533, v2580": Windows'
// error number in hex behind "data". Windows tells most of them only after the right password.
std::optional<Answer> active_directory(std::string_view text) {
    constexpr std::string_view kMark = ", data ";
    const auto at = text.find(kMark);
    if (at == text.npos || text.find("AcceptSecurityContext") == text.npos)
        return std::nullopt;
    const std::string_view rest = text.substr(at + kMark.size());
    const std::string_view number = rest.substr(0, rest.find(','));
    if (number == "532" || number == "701")
        return Answer::kExpired;
    if (number == "533" || number == "530" || number == "531")
        return Answer::kDisabled;
    if (number == "773")
        return Answer::kMustChange;
    if (number == "775")
        return Answer::kLocked;
    return std::nullopt;
}

}  // namespace

Answer answer_of_bind(int code, std::string_view text, const PasswordPolicy& policy) {
    switch (code) {
        case LDAP_SUCCESS:
            return policy.must_change ? Answer::kMustChange
                   : policy.expired   ? Answer::kExpired  // a grace log-in is for changing it
                   : policy.locked    ? Answer::kLocked
                                      : Answer::kRight;
        case LDAP_INVALID_CREDENTIALS:
            if (policy.locked || policy.expired)
                return policy.locked ? Answer::kLocked : Answer::kExpired;
            return active_directory(text).value_or(Answer::kWrong);
        case LDAP_NO_SUCH_OBJECT:
        case LDAP_INAPPROPRIATE_AUTH:
        case LDAP_INVALID_DN_SYNTAX:
            return Answer::kWrong;
        case LDAP_CONSTRAINT_VIOLATION:  // 389 Directory Server: too many wrong ones
            return Answer::kLocked;
        case LDAP_UNWILLING_TO_PERFORM:  // 389 Directory Server: inactivated
            return Answer::kDisabled;
        default:
            return answer_of_failure(code);
    }
}

Answer answer_of_failure(int code) {
    switch (code) {
        case LDAP_REFERRAL:
            return Answer::kReferral;
        case LDAP_TIMEOUT:
        case LDAP_TIMELIMIT_EXCEEDED:
        case LDAP_ADMINLIMIT_EXCEEDED:
            return Answer::kTooSlow;
        case LDAP_SERVER_DOWN:
        case LDAP_CONNECT_ERROR:
        case LDAP_UNAVAILABLE:
        case LDAP_BUSY:
            return Answer::kUnreachable;
        default:
            return Answer::kFault;
    }
}

}  // namespace sudare::directory
