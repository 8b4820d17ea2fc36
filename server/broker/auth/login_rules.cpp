// SPDX-License-Identifier: Apache-2.0
#include "server/broker/auth/login_rules.h"

namespace sudare::auth {
namespace {

constexpr std::int64_t kDaySeconds = 24 * 60 * 60;

bool same(const store::User& then, const std::optional<store::User>& now) {
    return now && now->id == then.id;
}

}  // namespace

Need need_of(const store::User& user, const AccountRules& rules, std::int64_t now) {
    if (rules.password_days != 0 && now - user.password_at > rules.password_days * kDaySeconds)
        return Need::kOldPassword;
    if (user.must_change)
        return Need::kNewPassword;
    if (!rules.factor)
        return Need::kNothing;
    return user.totp.empty() ? Need::kFactor : Need::kCode;
}

Result<std::optional<store::User>> newest(store::Store& store, const store::User& looked_at) {
    SUDARE_TRY(auto stored, store.find_user(looked_at.name));
    if (!same(looked_at, stored) || stored->password != looked_at.password)
        return std::optional<store::User>();
    return stored;
}

Result<CodeResult> use_code(store::Store& store, Lockout& lockout, const store::User& user,
                            const std::string& terminal, const std::string& code, std::int64_t now,
                            const Try& password) {
    if (code.empty())
        return CodeResult{CodeVerdict::kMissing, 0};
    SUDARE_TRY(const TotpSecret secret, totp_secret(user.totp));
    // A line break is in no name.
    SUDARE_TRY(const Try counted,
               lockout.begin_try("\ncode " + user.name, terminal, now, &password));
    if (counted.wait != 0)
        return CodeResult{CodeVerdict::kLocked, counted.wait};
    const auto step = totp_step(secret, code, now);
    if (!step)
        return CodeResult{CodeVerdict::kWrong, 0};
    SUDARE_TRY(const bool fresh, store.accept_totp_step(user.id, *step));
    if (!fresh)
        return CodeResult{CodeVerdict::kUsed, 0};
    SUDARE_CHECK(lockout.succeeded(counted));
    return CodeResult{CodeVerdict::kRight, 0};
}

std::string_view void_cause(const Proof& proof, const std::optional<store::User>& now_stored,
                            const AccountRules& rules, std::int64_t now) {
    if (!same(proof.user, now_stored) || now_stored->disabled)
        return "disabled";
    if (now_stored->changes != proof.user.changes)
        return "changed_meanwhile";
    switch (need_of(*now_stored, rules, now)) {
        case Need::kNothing:
            return {};
        case Need::kCode:
            return proof.code ? "" : "code_missing";
        case Need::kNewPassword:
            return "password_change_needed";
        case Need::kOldPassword:
            return "password_expired";
        case Need::kFactor:
            return "no_second_factor";
    }
    return "changed_meanwhile";
}

bool may_set_factor(const store::User& told, const std::optional<store::User>& now_stored) {
    return same(told, now_stored) && !now_stored->disabled && now_stored->changes == told.changes;
}

}  // namespace sudare::auth
