// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "protocol/core/result.h"
#include "server/broker/auth/lockout.h"
#include "server/broker/auth/totp.h"
#include "server/broker/store/store.h"

// What a log-in and a link may do, as decisions about stored state: nothing here answers, records or
// waits. LinkPeer (server/broker/link_*.cpp) asks them, and so does the model that runs through all
// orders of steps of two links (tests/unit/server/broker/auth/login_model_test.cpp). Each is made in
// one turn of the loop, about the account as it is in that turn. Threads: as the store. Times are
// seconds since 1970. Rules: docs/decisions/0016.
namespace sudare::auth {

// What policy asks of an account.
struct AccountRules {
    bool factor = false;            // access.second_factor
    std::int64_t password_days = 0;  // access.password_days; 0: no age
};

// What an account has to do before it gets a session.
enum class Need : std::uint8_t {
    kNothing,
    kNewPassword,  // an administrator or a one-time code says so
    kOldPassword,  // its age does
    kFactor,       // policy asks for one, and it has none
    kCode,         // of its factor
};
Need need_of(const store::User& user, const AccountRules& rules, std::int64_t now);

// The account as it is now, when the password that was looked at is still its own; nothing: that
// password is wrong by now, or the account another. Errors: of the database.
Result<std::optional<store::User>> newest(store::Store& store, const store::User& looked_at);

enum class CodeVerdict : std::uint8_t { kRight, kMissing, kWrong, kUsed, kLocked };
struct CodeResult {
    CodeVerdict verdict = CodeVerdict::kWrong;
    std::uint32_t wait = 0;  // kLocked: seconds
};
// Uses a code up, or says why not. Wrong codes have a count of their own: a right password, of which
// some answers forget the failures, does not buy new tries. `password`: the try that this belongs to.
// Errors: of the database, and a stored secret that is none.
Result<CodeResult> use_code(store::Store& store, Lockout& lockout, const store::User& user,
                            const std::string& terminal, const std::string& code, std::int64_t now,
                            const Try& password);

// What a link has shown when it logged in.
struct Proof {
    store::User user;
    bool code = false;
};
// Why a log-in does not stand any more, as audit cause; empty: it may open a session. `now_stored`:
// the account as it is.
std::string_view void_cause(const Proof& proof, const std::optional<store::User>& now_stored,
                            const AccountRules& rules, std::int64_t now);

// Whether a secret that was told to `told` may become its factor: nothing about the account has
// changed since, also not there and back.
bool may_set_factor(const store::User& told, const std::optional<store::User>& now_stored);

}  // namespace sudare::auth
