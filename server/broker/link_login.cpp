// SPDX-License-Identifier: Apache-2.0
// Login: one verdict, one time, whatever was wrong.
#include <sodium.h>

#include "server/base/log.h"
#include "server/broker/link_peer.h"

namespace sudare::broker {

using audit::EventType;
using audit::Field;
using ipc::LoginResultCode;

namespace {

constexpr std::uint32_t kBusySeconds = 5;

}  // namespace

bool LinkPeer::login(Payload payload) {
    auto message = ipc::read_login(payload);
    if (!message || failed_logins_ >= limits::kLoginTriesPerConnection)
        return false;
    auto& pool = core_.pool();
    if (pool.full() || core_.passwords_full(connected_.terminal)) {
        ipc::wipe(*message);
        refuse_login(std::nullopt, "busy", LoginResultCode::kBusy, kBusySeconds);
        return true;
    }
    const auto user = core_.store().find_user(message->user);
    const auto wait =
        core_.lockout().begin_try(message->user, connected_.terminal, std::time(nullptr));
    if (!user || !wait) {
        ipc::wipe(*message);
        log_error("login: {}", !user ? user.error().message : wait.error().message);
        refuse_login(std::nullopt, "database", LoginResultCode::kBusy, kBusySeconds);
        return true;
    }
    if (*wait != 0) {
        ipc::wipe(*message);
        ++failed_logins_;
        refuse_login(*user, "locked", LoginResultCode::kRefused, *wait);
        return true;
    }
    pause();
    // The job keeps this object: paused, it has no operation under way that would.
    auto job = [self = std::static_pointer_cast<LinkPeer>(shared_from_this()), loop = executor(),
                user = *user, name = message->user, password = std::move(message->password),
                hash = *user ? (*user)->password : core_.dummy_hash()]() mutable {
        LoginOutcome outcome;
        outcome.right = auth::verify_password(hash, password) && user.has_value();
        if (outcome.right && auth::needs_rehash(hash))
            if (auto fresh = auth::hash_password(password))
                outcome.rehash = std::move(*fresh);
        sodium_memzero(password.data(), password.size());
        boost::asio::post(loop, [self = std::move(self), user, name, outcome = std::move(outcome)] {
            self->finish_login(user, name, outcome);
        });
    };
    ipc::wipe(*message);
    core_.password_begins(connected_.terminal);
    pool.submit(std::move(job));
    return true;
}

void LinkPeer::finish_login(const std::optional<store::User>& user, const std::string& name,
                            const LoginOutcome& outcome) {
    core_.password_ends(connected_.terminal);
    // Nobody hears the answer any more; that somebody asked, and was right or not, is evidence.
    if (closed()) {
        audit::Event record = event(EventType::kLoginRefused)
                                  .text(Field::kCause, outcome.right ? "right_but_gone" : "gone");
        if (user)
            record.text(Field::kUser, user->name);
        return core_.record(record);
    }
    if (!outcome.right || user->disabled) {
        ++failed_logins_;
        refuse_login(user,
                     !user           ? "unknown_user"
                     : outcome.right ? "disabled"
                                     : "wrong_password",
                     LoginResultCode::kRefused, 0);
    } else if (const auto cleared = core_.lockout().succeeded(name, connected_.terminal);
               !cleared) {
        log_error("login: {}", cleared.error().message);
        refuse_login(user, "database", LoginResultCode::kBusy, kBusySeconds);
    } else if (user->must_change) {
        refuse_login(user, "password_change_needed", LoginResultCode::kPasswordChangeNeeded, 0);
    } else {
        accept_login(*user, outcome);
    }
    resume();
}

void LinkPeer::accept_login(const store::User& user, const LoginOutcome& outcome) {
    user_ = user;
    state_ = kLoggedIn;
    if (outcome.rehash)
        if (const auto stored = core_.store().set_password(user.id, *outcome.rehash, false);
            !stored)
            log_warn("new hash of {}: {}", user.name, stored.error().message);
    core_.record(event(EventType::kLoginAccepted));
    send(static_cast<std::uint8_t>(ipc::BrokerLinkFrame::kLoginVerdict),
         ipc::write_login_verdict({LoginResultCode::kOk, 0, user.id}));
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
    send(static_cast<std::uint8_t>(ipc::BrokerLinkFrame::kLoginVerdict),
         ipc::write_login_verdict({code, retry_after, 0}));
}

}  // namespace sudare::broker
