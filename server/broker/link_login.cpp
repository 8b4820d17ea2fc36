// SPDX-License-Identifier: Apache-2.0
// Whoever asks with a name and a password: one verdict, one time, whatever was wrong.
#include <sodium.h>

#include "server/base/log.h"
#include "server/broker/auth/directory_mark.h"
#include "server/broker/auth/enrol_code.h"
#include "server/broker/auth/totp.h"
#include "server/broker/link_peer.h"

namespace sudare::broker {

using audit::EventType;
using audit::Field;
using ipc::LoginResultCode;

namespace {

constexpr std::uint32_t kBusySeconds = 5;

bool is_expired(const store::User& user, const policy::Effective& effective) {
    const std::int64_t days = effective.number(policy::FieldId::kAccessPasswordDays);
    return !auth::in_directory(user.password) && days != 0 && std::time(nullptr) - user.password_at > days * 24 * 60 * 60;
}

}  // namespace

void wipe(Attempt& attempt) {
    for (std::string* secret : {&attempt.password, &attempt.code, &attempt.wanted}) {
        sodium_memzero(secret->data(), secret->size());
        secret->clear();
    }
}

bool LinkPeer::login(Payload payload) {
    auto message = ipc::read_login(payload);
    if (!message || failed_logins_ >= limits::kLoginTriesPerConnection)
        return false;
    check({std::move(message->user), std::move(message->password), std::move(message->code), {}},
          &LinkPeer::finish_login);
    return true;
}

void LinkPeer::check(Attempt attempt, Finish finish) {
    auto& pool = core_.pool();
    if (pool.full() || core_.passwords_full(connected_.terminal)) {
        wipe(attempt);
        return refuse_login(std::nullopt, "busy", LoginResultCode::kBusy, kBusySeconds);
    }
    const auto user = core_.store().find_user(attempt.user);
    const bool in_directory = user && asks_directory(*user, attempt.user);
    if (const auto why = in_directory ? core_.directory().unavailable() : std::nullopt) {
        wipe(attempt);
        return refuse_login(*user, *why, LoginResultCode::kBusy, kBusySeconds);
    }
    const auto wait =
        core_.lockout().begin_try(attempt.user, connected_.terminal, std::time(nullptr));
    if (!user || !wait) {
        wipe(attempt);
        log_error("login: {}", !user ? user.error().message : wait.error().message);
        return refuse_login(std::nullopt, "database", LoginResultCode::kBusy, kBusySeconds);
    }
    if (*wait != 0) {
        wipe(attempt);
        ++failed_logins_;
        return refuse_login(*user, "locked", LoginResultCode::kRefused, *wait);
    }
    if (in_directory)
        return check_in_directory(*user, std::move(attempt), finish);
    pause();
    // The job keeps this object: paused, it has no operation under way that would.
    auto job = [self = std::static_pointer_cast<LinkPeer>(shared_from_this()), loop = executor(),
                checked = Checked{*user, std::move(attempt), false, {}, {}, {}}, finish,
                stored = *user ? (*user)->password : std::string(), dummy = core_.dummy_hash(),
                key = core_.store().secret()]() mutable {
        Attempt& tried = checked.attempt;
        // One password is looked at whoever asks: who is unknown, or has a code, costs the same time.
        const bool code = auth::is_enrol_code(stored);
        const bool password = auth::verify_password(stored.empty() || code ? dummy : stored, tried.password);
        checked.right = code ? auth::verify_enrol_code(stored, tried.password, std::time(nullptr), key)
                             : password && checked.user.has_value();
        // Another password, or the same under newer parameters.
        if (checked.right && (!tried.wanted.empty() || (!code && auth::needs_rehash(stored))))
            if (auto fresh = auth::hash_password(tried.wanted.empty() ? tried.password
                                                                      : tried.wanted))
                checked.hash = std::move(*fresh);
        sodium_memzero(tried.password.data(), tried.password.size());
        sodium_memzero(tried.wanted.data(), tried.wanted.size());
        boost::asio::post(loop, [self = std::move(self), checked = std::move(checked), finish]() mutable {
            self->finish_check(checked, finish);
        });
    };
    core_.password_begins(connected_.terminal);
    pool.submit(std::move(job));
}

void LinkPeer::finish_check(Checked& checked, Finish finish) {
    core_.password_ends(connected_.terminal);
    take_newest(checked);
    const auto& user = checked.user;
    // Nobody hears the answer any more; that somebody asked, and was right or not, is evidence.
    if (closed()) {
        audit::Event record = event(EventType::kLoginRefused)
                                  .text(Field::kCause, checked.right ? "right_but_gone" : "gone");
        if (user)
            record.text(Field::kUser, user->name);
        return core_.record(record);
    }
    if (!checked.right || user->disabled) {
        ++failed_logins_;
        refuse_login(user,
                     !user                   ? "unknown_user"
                     : checked.right         ? "disabled"
                     : checked.cause.empty() ? "wrong_password"
                                             : checked.cause,
                     LoginResultCode::kRefused, 0);
    } else if (follow_directory(checked)) {
        (this->*finish)(checked);
    }
    wipe(checked.attempt);
    resume();
}

// The account may have changed while its password was looked at: a password that is no longer the
// account's is wrong, and what is decided by the account is decided by what it is now.
void LinkPeer::take_newest(Checked& checked) {
    if (!checked.right)
        return;
    const auto stored = core_.store().find_user(checked.user->name);
    if (stored && *stored && (*stored)->id == checked.user->id &&
        (*stored)->password == checked.user->password)
        checked.user = *stored;
    else
        checked.right = false;
}

void LinkPeer::finish_login(const Checked& checked) {
    const store::User& user = *checked.user;
    const auto rights = core_.rights(user.id);
    if (!rights)
        return refuse_busy(user, rights.error());
    const bool factor = rights->effective.number(policy::FieldId::kAccessSecondFactor) != 0;
    const bool expired = is_expired(user, rights->effective);
    if (user.must_change || expired || (factor && user.totp.empty())) {
        if (!forget_failures(user))
            return;
        return user.must_change || expired
                   ? refuse_login(user, expired ? "password_expired" : "password_change_needed",
                                  LoginResultCode::kPasswordChangeNeeded, 0)
                   : refuse_login(user, "no_second_factor", LoginResultCode::kEnrolmentNeeded, 0);
    }
    if ((factor && !use_code(user, checked.attempt.code)) || !forget_failures(user))
        return;
    accept_login(checked);
}

// Refuses what is no code of this moment, and what was used before. Wrong codes have a count of their
// own: a right password, of which some answers forget the failures, does not buy new tries. A line
// break is in no name.
bool LinkPeer::use_code(const store::User& user, const std::string& code) {
    if (code.empty()) {
        refuse_login(user, "code_missing", LoginResultCode::kSecondFactorNeeded, 0);
        return false;
    }
    const auto secret = auth::totp_secret(user.totp);
    if (!secret) {
        refuse_busy(user, secret.error());
        return false;
    }
    const std::string counted = "\ncode " + user.name;
    const auto wait =
        core_.lockout().begin_try(counted, connected_.terminal, std::time(nullptr));
    if (!wait || *wait != 0) {
        failed_logins_ += wait ? 1 : 0;
        wait ? refuse_login(user, "locked", LoginResultCode::kRefused, *wait)
             : refuse_busy(user, wait.error());
        return false;
    }
    const auto step = auth::totp_step(*secret, code, std::time(nullptr));
    const auto fresh = step ? core_.store().accept_totp_step(user.id, *step) : Result<bool>(false);
    if (!fresh) {
        refuse_busy(user, fresh.error());
        return false;
    }
    if (*fresh) {
        const auto forgotten = core_.lockout().succeeded(counted, connected_.terminal);
        if (!forgotten)
            refuse_busy(user, forgotten.error());
        return forgotten.has_value();
    }
    ++failed_logins_;
    refuse_login(user, step ? "code_used" : "wrong_code", LoginResultCode::kRefused, 0);
    return false;
}

bool LinkPeer::forget_failures(const store::User& user) {
    const auto cleared = core_.lockout().succeeded(user.name, connected_.terminal);
    if (!cleared)
        refuse_busy(user, cleared.error());
    return cleared.has_value();
}

void LinkPeer::accept_login(const Checked& checked) {
    user_ = *checked.user;
    state_ = kLoggedIn;
    if (checked.hash)
        if (const auto stored = core_.store().set_hash(user_.id, *checked.hash); !stored)
            log_warn("new hash of {}: {}", user_.name, stored.error().message);
    core_.record(event(EventType::kLoginAccepted));
    answer_login({LoginResultCode::kOk, 0, user_.id});
}

void LinkPeer::answer_login(const ipc::LoginVerdict& verdict) {
    send(static_cast<std::uint8_t>(ipc::BrokerLinkFrame::kLoginVerdict),
         ipc::write_login_verdict(verdict));
}

void LinkPeer::refuse_busy(const store::User& user, const Error& error) {
    log_error("login: {}", error.message);
    refuse_login(user, "database", LoginResultCode::kBusy, kBusySeconds);
}

// The name is recorded only when it is an account's: people type passwords into the wrong field.
void LinkPeer::refuse_login(const std::optional<store::User>& user, std::string_view cause,
                            LoginResultCode code, std::uint32_t retry_after) {
    audit::Event record = event(EventType::kLoginRefused).text(Field::kCause, std::string(cause));
    if (user)
        record.text(Field::kUser, user->name);
    if (retry_after != 0)
        record.number(Field::kSeconds, retry_after);
    core_.record(record);
    answer_login({code, retry_after, 0});
}

}  // namespace sudare::broker
