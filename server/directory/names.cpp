// SPDX-License-Identifier: Apache-2.0
#include "server/directory/names.h"

#include <algorithm>
#include <memory>

#include "server/directory/ldap_handles.h"

namespace sudare::directory {
namespace {

// Does not look at what it has put in: a name that is "{user}" stays one.
std::string replaced(std::string_view text, std::string_view by) {
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t found = std::min(text.find(kPlaceholder, at), text.size());
        out += text.substr(at, found - at);
        if (found < text.size())
            out += by;
        at = found + kPlaceholder.size();
    }
    return out;
}

berval view_of(const std::string& text) {
    return {text.size(), const_cast<char*>(text.data())};  // libldap's readers take no const
}

Result<DnPtr> parsed(const std::string& text) {
    LDAPDN dn = nullptr;
    berval view = view_of(text);
    if (text.empty() || ::ldap_bv2dn(&view, &dn, LDAP_DN_FORMAT_LDAPV3) != LDAP_SUCCESS || dn == nullptr)
        return fail(Errc::kBadInput, "not a distinguished name");
    return DnPtr(dn);
}

Result<std::string> written(const DnPtr& dn) {
    char* text = nullptr;
    if (::ldap_dn2str(dn.get(), &text, LDAP_DN_FORMAT_LDAPV3) != LDAP_SUCCESS || text == nullptr)
        return fail(Errc::kBadInput, "a distinguished name cannot be written");
    const MemoryPtr<char> owned(text);
    return std::string(text);
}

// Puts bytes of libldap's own memory in place of a value of libldap's.
Result<void> put(berval& value, const std::string& bytes) {
    berval view = view_of(bytes);
    berval* copy = ::ber_dupbv(nullptr, &view);
    if (copy == nullptr)
        return fail(Errc::kUnavailable, "no memory");
    std::swap(value, *copy);
    ::ber_bvfree(copy);
    return {};
}

}  // namespace

Result<std::string> person_filter(const std::string& filter, const std::string& user) {
    berval raw = view_of(user), escaped{};
    if (::ldap_bv2escaped_filter_value(&raw, &escaped) != 0 || escaped.bv_val == nullptr)
        return fail(Errc::kBadInput, "a name cannot be written into a filter");
    const MemoryPtr<char> owned(escaped.bv_val != user.data() ? escaped.bv_val : nullptr);
    return replaced(filter, std::string_view(escaped.bv_val, escaped.bv_len));
}

Result<std::string> person_dn(const std::string& dn_template, const std::string& user) {
    SUDARE_TRY(const DnPtr dn, parsed(dn_template));
    for (LDAPRDN* rdn = dn.get(); *rdn != nullptr; ++rdn)
        for (LDAPAVA** ava = *rdn; *ava != nullptr; ++ava) {
            berval& value = (*ava)->la_value;
            const std::string_view text(value.bv_val, value.bv_len);
            if (text.find(kPlaceholder) != text.npos)
                SUDARE_CHECK(put(value, replaced(text, user)));
        }
    return written(dn);
}

Result<std::string> canonical_dn(const std::string& dn) {
    SUDARE_TRY(const DnPtr one, parsed(dn));
    SUDARE_TRY(std::string text, written(one));
    std::ranges::transform(text, text.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return text;
}

}  // namespace sudare::directory
