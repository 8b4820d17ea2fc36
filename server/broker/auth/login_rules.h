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

// What a log-in and a link may do, as decisions about stored state: nothing here answers, records
// or waits. LinkPeer (server/broker/link_*.cpp) asks them, and so does the model that runs through
// all orders of steps of two links (tests/unit/server/broker/auth/login_model_test.cpp). Each is
// made in one turn of the loop, about the account as it is in that turn. Threads: as the store.
// Times are seconds since 1970. Rules: docs/decisions/0016.
namespace sudare::auth {

// What policy asks of an account.
struct AccountRules {
    bool factor = false;             // access.second_factor
    std::int64_t password_days = 0;  // access.password_days; 0: no age
};

// How a try ended. Which of them the viewer can tell apart is LinkPeer's.
enum class Verdict : std::uint8_t {
    kRight,
    kUnknown,
    kWrongPassword,
    kDisabled,
    kNewPassword,  // needed: an administrator or a one-time code says so
    kOldPassword,  // likewise, by its age
    kNoFactor,     // policy asks for one, and the account has none
    kNoCode,
    kWrongCode,
    kUsedCode,
    kLocked,  // the code; a locked password is not looked at
};
struct Outcome {
    Verdict verdict = Verdict::kWrongPassword;
    std::uint32_t wait = 0;  // kLocked: seconds
    bool coded = false;      // a code of the second factor was used up
};

// What policy asks of the account before it gets a session: kRight (nothing), kNewPassword,
// kOldPassword, kNoFactor, or kNoCode (one is needed).
Verdict demand(const store::User& user, const AccountRules& rules, std::int64_t now);

// A password that has been looked at.
struct Looked {
    std::optional<store::User> user;  // as it was before; nothing: no such name
    std::string terminal;
    Try counted;
    bool right = false;
    friend auto operator<=>(const Looked&, const Looked&) = default;
};

// The account as it is now; a password that is not its own any more is wrong. Then kRight,
// kUnknown, kWrongPassword or kDisabled. A database that does not answer: wrong.
Verdict judge_password(store::Store& store, Looked& looked);

// What follows kRight of judge_password, each once; forgets the failures when nobody has to try
// again. Errors: of the database, and a stored secret that is none.
Result<Outcome> finish_login(store::Store& store, Lockout& lockout, const Looked& looked,
                             const std::string& code, const AccountRules& rules, std::int64_t now);
// For a change of password or of the factor: who has a factor proves it, whatever policy asks.
Result<Outcome> finish_enrolment(store::Store& store, Lockout& lockout, const Looked& looked,
                                 const std::string& code, std::int64_t now);

// What a link has shown when it logged in.
struct Proof {
    store::User user;
    bool code = false;
    friend auto operator<=>(const Proof&, const Proof&) = default;
};
// Why a log-in does not stand any more, as audit cause; empty: it may open a session. `now_stored`:
// the account as it is.
std::string_view void_cause(const Proof& proof, const std::optional<store::User>& now_stored,
                            const AccountRules& rules, std::int64_t now);

// Whether a secret that was told to `told` may become its factor: nothing about the account has
// changed since, also not there and back.
bool may_set_factor(const store::User& told, const std::optional<store::User>& now_stored);

}  // namespace sudare::auth
