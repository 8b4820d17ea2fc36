// SPDX-License-Identifier: Apache-2.0
// sudare-enrol/1 (protocol/enrol): change of password and set-up of a second factor. A link that has
// asked for either stays in it: it never gets a session.
#include <algorithm>
#include <cctype>

#include "protocol/ipc/text.h"
#include "server/base/log.h"
#include "server/broker/auth/directory_mark.h"
#include "server/broker/auth/login_rules.h"
#include "server/broker/link_peer.h"

namespace sudare::broker {

using audit::EventType;
using audit::Field;
using ipc::LoginResultCode;

namespace {

std::string lower(std::string text) {
    std::ranges::transform(text, text.begin(), [](unsigned char c) {
        return static_cast<char>(std::tolower(c));
    });
    return text;
}

// As the log-in demands it; the link has refused what is not.
bool is_plain(const std::string& user, const std::string& password) {
    return ipc::is_plain_text(user) && ipc::is_plain_text(password);
}

// By length, not by kinds of characters (NIST SP 800-63B section 5.1.1.2). One that no log-in takes
// is none.
bool is_weak(const enrol::ChangePassword& wish) {
    return wish.wanted.size() < limits::kPasswordBytesMin || !ipc::is_plain_text(wish.wanted) || wish.wanted == wish.password ||
           lower(wish.wanted).find(lower(wish.user)) != std::string::npos;
}

}  // namespace

bool LinkPeer::change_password(Payload payload) {
    auto wish = enrol::read_change_password(payload);
    if (!wish || !is_plain(wish->user, wish->password) ||
        failed_logins_ >= limits::kLoginTriesPerConnection)
        return false;
    state_ = kEnrolling;
    const bool weak = is_weak(*wish);
    Attempt attempt{std::move(wish->user), std::move(wish->password), std::move(wish->code),
                    std::move(wish->wanted)};
    if (weak) {  // what was typed says so by itself: no password is looked at
        wipe(attempt);
        refuse_login(std::nullopt, "weak_password", LoginResultCode::kPasswordWeak, 0);
        return true;
    }
    check(std::move(attempt), &LinkPeer::finish_change);
    return true;
}

// Who has a factor already proves it: a password alone must not replace it.
bool LinkPeer::proved(const Checked& checked) {
    const store::User& user = *checked.looked.user;
    const auto done = auth::finish_enrolment(core_.store(), core_.lockout(), checked.looked,
                                             checked.attempt.code, std::time(nullptr));
    if (!done)
        refuse_busy(user, done.error());
    else if (done->verdict != auth::Verdict::kRight)
        refuse_verdict(user, *done);
    return done && done->verdict == auth::Verdict::kRight;
}

void LinkPeer::finish_change(const Checked& checked) {
    const store::User& user = *checked.looked.user;
    if (!proved(checked))
        return;
    if (auth::in_directory(user.password))
        return refuse_login(user, "password_in_directory", LoginResultCode::kPasswordElsewhere, 0);
    if (!checked.hash)
        return refuse_busy(user, {Errc::kUnavailable, "no memory for a password"});
    const auto done =
        core_.record_and_do(event(EventType::kPasswordChanged).text(Field::kUser, user.name),
                            [&] { return core_.store().set_password(user.id, *checked.hash, false); });
    if (!done)
        return refuse_busy(user, done.error());
    // Whoever else has used the old one is out.
    core_.end_sessions_of(user.id, EndReason::kNotPermitted);
    answer_login({LoginResultCode::kOk, 0, 0});
}

bool LinkPeer::begin_factor(Payload payload) {
    auto wish = enrol::read_begin_factor(payload);
    if (!wish || !is_plain(wish->user, wish->password) ||
        failed_logins_ >= limits::kLoginTriesPerConnection)
        return false;
    state_ = kEnrolling;
    new_factor_.reset();
    check({std::move(wish->user), std::move(wish->password), std::move(wish->code), {}},
          &LinkPeer::finish_begin);
    return true;
}

void LinkPeer::finish_begin(const Checked& checked) {
    const store::User& user = *checked.looked.user;
    if (!proved(checked))
        return;
    new_factor_ = NewFactor{user, auth::new_totp_secret()};
    send(static_cast<std::uint8_t>(ipc::BrokerLinkFrame::kFactorSecret),
         enrol::payload_of(enrol::FactorSecret{new_factor_->secret}));
}

// Somebody else may have changed the password meanwhile, or set a factor up, which then only its own
// code replaces.
bool LinkPeer::still_owned() {
    const auto now = core_.store().find_user(new_factor_->user.name);
    return now && auth::may_set_factor(new_factor_->user, *now);
}

bool LinkPeer::confirm_factor(Payload payload) {
    const auto typed = enrol::read_confirm_factor(payload);
    if (!typed || !new_factor_ || failed_logins_ >= limits::kLoginTriesPerConnection)
        return false;
    if (const auto over = why_over()) {
        refuse_over(new_factor_->user, *over);
        return true;
    }
    if (core_.emergencies().stops_user(new_factor_->user.name)) {
        refuse_stopped(new_factor_->user);
        return true;
    }
    const auto step = auth::totp_step(new_factor_->secret, typed->code, std::time(nullptr));
    const store::User& user = new_factor_->user;
    if (const bool owned = still_owned(); !step || !owned) {
        ++failed_logins_;
        refuse_login(user, owned ? "wrong_code" : "changed_meanwhile", LoginResultCode::kRefused, 0);
        return true;
    }
    const auto done = core_.record_and_do(
        event(EventType::kSecondFactorSet).text(Field::kUser, user.name), [&] {
            return core_.store().set_totp(user.id, auth::totp_text(new_factor_->secret), *step);
        });
    if (!done)
        refuse_busy(user, done.error());
    else
        answer_login({LoginResultCode::kOk, 0, 0});
    new_factor_.reset();
    return true;
}

}  // namespace sudare::broker
