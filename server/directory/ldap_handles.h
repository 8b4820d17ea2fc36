// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ldap.h>

#include <memory>

// Owners of what libldap hands out.
namespace sudare::directory {

struct LdapEnds {
    // Says good-bye to the server and frees; also where there is no connection.
    void operator()(LDAP* handle) const { ::ldap_unbind_ext(handle, nullptr, nullptr); }
    void operator()(LDAPMessage* message) const { ::ldap_msgfree(message); }
    void operator()(LDAPControl** controls) const { ::ldap_controls_free(controls); }
    void operator()(LDAPControl* control) const { ::ldap_control_free(control); }
    void operator()(berval** values) const { ::ldap_value_free_len(values); }
    void operator()(berval* value) const { ::ber_bvfree(value); }
};
struct DnEnds {
    void operator()(LDAPRDN* dn) const { ::ldap_dnfree(dn); }
};
struct MemoryEnds {
    void operator()(void* memory) const { ::ldap_memfree(memory); }
};

using LdapPtr = std::unique_ptr<LDAP, LdapEnds>;
using MessagePtr = std::unique_ptr<LDAPMessage, LdapEnds>;
using ControlPtr = std::unique_ptr<LDAPControl, LdapEnds>;
using ControlsPtr = std::unique_ptr<LDAPControl*, LdapEnds>;
using ValuesPtr = std::unique_ptr<berval*, LdapEnds>;
using ValuePtr = std::unique_ptr<berval, LdapEnds>;
using DnPtr = std::unique_ptr<LDAPRDN, DnEnds>;  // LDAPDN is a list of LDAPRDN
template <typename T>
using MemoryPtr = std::unique_ptr<T, MemoryEnds>;

}  // namespace sudare::directory
