// SPDX-License-Identifier: Apache-2.0
// Users and terminals.
#include <sodium.h>

#include <algorithm>
#include <set>

#include "protocol/ipc/text.h"
#include "server/base/log.h"
#include "server/broker/auth/directory_mark.h"
#include "server/broker/ctl_peer.h"
#include "server/broker/expiry.h"

namespace sudare::broker {

using audit::Event;
using audit::EventType;
using audit::Field;

namespace {

CtlResult<> check_password(const std::string& password) {
    if (password.size() >= limits::kPasswordBytesMin &&
        password.size() <= limits::kPasswordBytesMax && ipc::is_plain_text(password))
        return {};
    return ctl_fail(
        Errc::kBadInput,
        "password: it must have 10 to 128 bytes without control characters; choose another",
        "パスワード: 10～128 バイト、制御文字なしで指定してください");
}

}  // namespace

CtlResult<store::User> CtlPeer::find_user(const std::string& name) {
    auto user = core_.store().find_user(name);
    if (!user)
        return ctl_fail(user.error());
    if (!*user)
        return ctl_fail(
            Errc::kNotFound, "user \"" + name + "\" does not exist; see: sudarectl user list",
            "利用者「" + name + "」は登録されていません。sudarectl user list で確認してください");
    return **user;
}

CtlResult<> CtlPeer::with_hash(std::string password,
                               std::function<CtlResult<>(const std::string& hash)> store_hash) {
    // The job keeps this object: paused, it has no operation under way that would.
    auto job = [self = std::static_pointer_cast<CtlPeer>(shared_from_this()), loop = executor(),
                password = std::move(password), store_hash = std::move(store_hash)]() mutable {
        auto hash = auth::hash_password(password);
        sodium_memzero(password.data(), password.size());
        boost::asio::post(loop, [self = std::move(self), store_hash, hash = std::move(hash)] {
            if (self->closed())
                return;
            self->answer(hash ? store_hash(*hash) : CtlResult<>(ctl_fail(hash.error())));
            self->resume();
        });
    };
    if (!core_.pool().submit(std::move(job)))
        return ctl_fail(Errc::kUnavailable, "too many log-ins at this moment; try again",
                        "ログインが集中しています。もう一度実行してください");
    pause();
    later_ = true;
    return {};
}

// No password of such an account is ever here.
CtlResult<> CtlPeer::check_directory() {
    if (core_.directory().configured())
        return {};
    return ctl_fail(Errc::kState, "there is no directory; set [directory] in broker.toml and restart sudare-broker",
                    "ディレクトリが設定されていません。broker.toml の [directory] を設定し sudare-broker を再起動してください");
}

CtlResult<> CtlPeer::add_directory_user(const std::string& name) {
    if (auto good = check_directory(); !good)
        return good;
    const auto added = core_.record_and_do(
        event(EventType::kUserAdded).text(Field::kUser, name).text(Field::kCause, "directory"), [&] {
            return core_.store().add_user({0, name, std::string(auth::kInDirectory), false, false});
        });
    return added ? CtlResult<>() : ctl_fail(added.error());
}

// From now on the directory looks at this person's password.
CtlResult<> CtlPeer::move_to_directory(const store::User& user) {
    if (auto good = check_directory(); !good)
        return good;
    const auto changed = core_.record_and_do(
        event(EventType::kUserPassword).text(Field::kUser, user.name).text(Field::kCause, "directory"), [&] {
            return core_.store().set_password(user.id, std::string(auth::kInDirectory), false);
        });
    if (!changed)
        return ctl_fail(changed.error());
    core_.end_sessions_of(user.id, EndReason::kNotPermitted);
    return {};
}

// An account of the directory becomes a local one only where that is said.
CtlResult<> CtlPeer::check_local(const store::User& user) {
    if (!auth::in_directory(user.password))
        return {};
    return ctl_fail(Errc::kState,
                    "the password of \"" + user.name +
                        "\" is in the directory; change it there, or make the account local: sudarectl user passwd " +
                        user.name + " --local",
                    "利用者「" + user.name +
                        "」のパスワードはディレクトリにあります。ディレクトリ側で変更するか、ローカルに切り替えてください: "
                        "sudarectl user passwd " + user.name + " --local");
}

CtlResult<> CtlPeer::user_add(const Arguments& arguments) {
    const std::string& name = arguments[0];
    if (!is_account_name(name))
        return tl::unexpected(bad_name("name", "名前", name));
    const bool in_directory = arguments[2] == "directory";
    if (auto good = in_directory ? CtlResult<>() : check_password(arguments[1]); !good)
        return good;
    const auto existing = core_.store().find_user(name);
    if (!existing)
        return ctl_fail(existing.error());
    if (*existing)
        return ctl_fail(Errc::kState,
                        "user \"" + name +
                            "\" exists already; change the password with: sudarectl user passwd " +
                            name,
                        "利用者「" + name +
                            "」は登録済みです。パスワードの変更: sudarectl user passwd " + name);
    if (in_directory)
        return add_directory_user(name);
    const bool change = !arguments[2].empty();
    return with_hash(arguments[1], [this, name, change](const std::string& hash) -> CtlResult<> {
        const auto added =
            core_.record_and_do(event(EventType::kUserAdded).text(Field::kUser, name), [&] {
                return core_.store().add_user({0, name, hash, false, change});
            });
        return added ? CtlResult<>() : ctl_fail(added.error());
    });
}

CtlResult<> CtlPeer::user_password(const Arguments& arguments) {
    const auto user = find_user(arguments[0]);
    if (!user)
        return tl::unexpected(user.error());
    if (arguments[2] == "directory")
        return move_to_directory(*user);
    if (auto good = arguments[2] == "local" ? CtlResult<>() : check_local(*user); !good)
        return good;
    if (auto good = check_password(arguments[1]); !good)
        return good;
    const bool change = !arguments[2].empty();
    return with_hash(arguments[1], [this, user = *user, change](const std::string& hash) -> CtlResult<> {
        const auto changed =
            core_.record_and_do(event(EventType::kUserPassword).text(Field::kUser, user.name),
                                [&] { return core_.store().set_password(user.id, hash, change); });
        if (!changed)
            return ctl_fail(changed.error());
        // Whoever else has used the old one is out.
        core_.end_sessions_of(user.id, EndReason::kNotPermitted);
        return {};
    });
}

CtlResult<> CtlPeer::set_disabled(const std::string& name, bool disabled) {
    const auto user = find_user(name);
    if (!user)
        return tl::unexpected(user.error());
    const auto type = disabled ? EventType::kUserDisabled : EventType::kUserEnabled;
    const auto changed = core_.record_and_do(event(type).text(Field::kUser, name), [&] {
        return core_.store().set_disabled(user->id, disabled);
    });
    if (!changed)
        return ctl_fail(changed.error());
    if (disabled)
        core_.end_sessions_of(user->id, EndReason::kNotPermitted);
    return {};
}

CtlResult<> CtlPeer::user_disable(const Arguments& arguments) {
    return set_disabled(arguments[0], true);
}
CtlResult<> CtlPeer::user_enable(const Arguments& arguments) {
    return set_disabled(arguments[0], false);
}

// For a phone that is lost: the next log-in sets another one up, with the password.
CtlResult<> CtlPeer::user_reset_factor(const Arguments& arguments) {
    const auto user = find_user(arguments[0]);
    if (!user)
        return tl::unexpected(user.error());
    if (user->totp.empty())
        return ctl_fail(Errc::kState, "user \"" + user->name + "\" has no second factor",
                        "利用者「" + user->name + "」は確認番号を登録していません");
    const auto changed =
        core_.record_and_do(event(EventType::kSecondFactorReset).text(Field::kUser, user->name),
                            [&] { return core_.store().set_totp(user->id, {}, 0); });
    return changed ? CtlResult<>() : ctl_fail(changed.error());
}

CtlResult<> CtlPeer::user_list(const Arguments&) {
    const auto users = core_.store().users();
    if (!users)
        return ctl_fail(users.error());
    const auto at = core_.moment();
    const auto known = groups();
    if (!at || !known)
        return at ? tl::unexpected(known.error()) : ctl_fail(at.error());
    for (const store::User& user : *users) {
        const auto own = core_.store().groups_of(user.id, at->version);
        if (!own)
            return ctl_fail(own.error());
        row({{"user", user.name}, {"number", std::uint64_t{user.id}}, {"disabled", user.disabled},
             {"must_change", user.must_change},
             {"directory", auth::in_directory(user.password)},
             {"second_factor", !user.totp.empty()},
             {"password_at", static_cast<std::uint64_t>(user.password_at)},
             {"groups", names_of(*known, *own)}});
    }
    return {};
}

CtlResult<> CtlPeer::terminal_add(const Arguments& arguments) {
    store::TerminalCertificate certificate{arguments[0], arguments[1], arguments[2], false};
    const auto end = number_of(arguments[3]);
    certificate.not_after = end.value_or(0);
    const bool name = is_account_name(certificate.terminal);
    const bool pinned = !certificate.serial.empty() || !certificate.fingerprint.empty();
    if (!name || (pinned && !(is_hex(certificate.serial, 1, kSerialHexMax) &&
                              is_hex(certificate.fingerprint, 64, 64) && end)))
        return ctl_fail(
            Errc::kBadInput,
            "terminal \"" + printable(certificate.terminal) +
                "\": name, serial or SHA-256 is malformed; give the certificate file",
            "端末「" + printable(certificate.terminal) +
                "」: 名前・シリアル・SHA-256 が不正です。証明書ファイルを指定してください");
    const auto record = event(EventType::kTerminalAdded)
                            .text(Field::kTerminal, certificate.terminal)
                            .text(Field::kSerial, certificate.serial);
    const auto added =
        core_.record_and_do(record, [&] { return core_.store().add_terminal(certificate); });
    return added ? CtlResult<>() : ctl_fail(added.error());
}

CtlResult<> CtlPeer::terminal_list(const Arguments&) {
    const auto terminals = core_.store().terminals();
    const auto denied = core_.store().denied();
    if (!terminals || !denied)
        return ctl_fail(terminals ? denied.error() : terminals.error());
    std::set<std::string> serials;
    for (const store::DeniedCertificate& one : *denied)
        serials.insert(one.serial);
    for (const store::TerminalCertificate& terminal : *terminals)
        row({{"terminal", terminal.terminal},
             {"serial", terminal.serial},
             {"sha256", terminal.fingerprint},
             {"revoked", terminal.revoked},
             {"denied", serials.contains(terminal.serial)},
             {"not_after", static_cast<std::uint64_t>(end_of(terminal))}});
    // What is denied and registered nowhere.
    for (const store::DeniedCertificate& one : *denied)
        if (std::ranges::none_of(*terminals,
                                 [&](const auto& known) { return known.serial == one.serial; }))
            row({{"terminal", one.terminal},
                 {"serial", one.serial},
                 {"sha256", std::string()},
                 {"revoked", false},
                 {"denied", true},
                 {"not_after", std::uint64_t{0}}});
    return {};
}

CtlResult<> CtlPeer::terminal_revoke(const Arguments& arguments) {
    const std::string& name = arguments[0];
    const auto terminals = core_.store().terminals();
    if (!terminals)
        return ctl_fail(terminals.error());
    if (std::ranges::none_of(*terminals, [&](const auto& known) { return known.terminal == name; }))
        return ctl_fail(
            Errc::kNotFound,
            "terminal \"" + printable(name) + "\" is not registered; see: sudarectl terminal list",
            "端末「" + printable(name) +
                "」は登録されていません。sudarectl terminal list で確認してください");
    const auto revoked =
        core_.record_and_do(event(EventType::kTerminalRevoked).text(Field::kTerminal, name),
                            [&] { return core_.store().revoke_terminal(name); });
    if (!revoked)
        return ctl_fail(revoked.error());
    core_.terminal_revoked(name);
    return {};
}

}  // namespace sudare::broker
