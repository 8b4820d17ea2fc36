// SPDX-License-Identifier: Apache-2.0
#include "server/broker/auth/login_rules.h"

#include "server/broker/auth/directory_mark.h"

namespace sudare::auth {
namespace {

constexpr std::int64_t kDaySeconds = 24 * 60 * 60;

bool same(const store::User& then, const std::optional<store::User>& now) {
    return now && now->id == then.id;
}

// Uses a code up, or says why not. Wrong codes have a count of their own: a right password, of
// which some answers forget the failures, does not buy new tries.
Result<Outcome> use_code(store::Store& store, Lockout& lockout, const Looked& looked,
                         const std::string& code, std::int64_t now) {
    const store::User& user = *looked.user;
    if (code.empty())
        return Outcome{Verdict::kNoCode};
    SUDARE_TRY(const TotpSecret secret, totp_secret(user.totp));
    // A line break is in no name.
    SUDARE_TRY(const Try counted,
               lockout.begin_try("\ncode " + user.name, looked.terminal, now, &looked.counted));
    if (counted.wait != 0)
        return Outcome{Verdict::kLocked, counted.wait};
    const auto step = totp_step(secret, code, now);
    if (!step)
        return Outcome{Verdict::kWrongCode};
    SUDARE_TRY(const bool fresh, store.accept_totp_step(user.id, *step));
    if (!fresh)
        return Outcome{Verdict::kUsedCode};
    SUDARE_CHECK(lockout.succeeded(counted));
    return Outcome{Verdict::kRight, 0, true};
}

}  // namespace

Verdict demand(const store::User& user, const AccountRules& rules, std::int64_t now) {
    // The age of a directory's password is the directory's.
    if (!in_directory(user.password) && rules.password_days != 0 && now - user.password_at > rules.password_days * kDaySeconds)
        return Verdict::kOldPassword;
    if (user.must_change)
        return Verdict::kNewPassword;
    if (!rules.factor)
        return Verdict::kRight;
    return user.totp.empty() ? Verdict::kNoFactor : Verdict::kNoCode;
}

Verdict judge_password(store::Store& store, Looked& looked) {
    if (!looked.user)
        return Verdict::kUnknown;
    if (!looked.right)
        return Verdict::kWrongPassword;
    auto stored = store.find_user(looked.user->name);
    looked.right =
        stored && same(*looked.user, *stored) && (*stored)->password == looked.user->password;
    if (!looked.right)
        return Verdict::kWrongPassword;
    looked.user = std::move(*stored);
    return looked.user->disabled ? Verdict::kDisabled : Verdict::kRight;
}

Result<Outcome> finish_login(store::Store& store, Lockout& lockout, const Looked& looked,
                             const std::string& code, const AccountRules& rules, std::int64_t now) {
    Outcome outcome{demand(*looked.user, rules, now)};
    if (outcome.verdict == Verdict::kNoCode) {
        SUDARE_TRY(outcome, use_code(store, lockout, looked, code, now));
        if (outcome.verdict != Verdict::kRight)
            return outcome;
    }
    SUDARE_CHECK(lockout.succeeded(looked.counted));
    return outcome;
}

Result<Outcome> finish_enrolment(store::Store& store, Lockout& lockout, const Looked& looked,
                                 const std::string& code, std::int64_t now) {
    Outcome outcome{Verdict::kRight};
    if (!looked.user->totp.empty()) {
        SUDARE_TRY(outcome, use_code(store, lockout, looked, code, now));
        if (outcome.verdict != Verdict::kRight)
            return outcome;
    }
    SUDARE_CHECK(lockout.succeeded(looked.counted));
    return outcome;
}

std::string_view void_cause(const Proof& proof, const std::optional<store::User>& now_stored,
                            const AccountRules& rules, std::int64_t now) {
    if (!same(proof.user, now_stored) || now_stored->disabled)
        return "disabled";
    if (now_stored->changes != proof.user.changes)
        return "changed_meanwhile";
    switch (demand(*now_stored, rules, now)) {
        case Verdict::kRight:
            return {};
        case Verdict::kNoCode:
            return proof.code ? "" : "code_missing";
        case Verdict::kNewPassword:
            return "password_change_needed";
        case Verdict::kOldPassword:
            return "password_expired";
        default:
            return "no_second_factor";
    }
}

bool may_set_factor(const store::User& told, const std::optional<store::User>& now_stored) {
    return same(told, now_stored) && !now_stored->disabled && now_stored->changes == told.changes;
}

}  // namespace sudare::auth
