// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "protocol/core/result.h"
#include "server/broker/policy/effective.h"

// Everything that the broker keeps between starts, in one SQLite file through SOCI. One thread
// (the broker's loop). Every function is one transaction; writes are BEGIN IMMEDIATE, so that a
// second process can only make us wait (reference/trials.md section 7), and synchronous=FULL.
// Times are seconds since 1970 UTC. Errors are kSystem unless said otherwise.
namespace sudare::store {

struct User {
    std::uint32_t id = 0;
    std::string name;
    std::string password;  // PHC string of Argon2id
    bool disabled = false;
    bool must_change = false;
    std::string totp{};  // secret of the second factor (auth/totp.h); empty: none enrolled
};

struct TerminalCertificate {
    std::string terminal;
    std::string serial;       // hex
    std::string fingerprint;  // SHA-256, 64 hex digits
    bool revoked = false;     // of the whole terminal
};

struct StoredSession {
    std::uint64_t id = 0;
    std::string user;
    std::string terminal;
};

// How often a name failed. The key is a keyed hash of what was typed: people type passwords into
// the name field, and those must not lie in a file.
struct Failures {
    std::uint32_t count = 0;  // since the last success
    std::int64_t locked_until = 0;
};

struct PolicyChange {
    std::optional<std::uint32_t> user;  // nullopt: the default layer
    policy::FieldId field;
    std::optional<std::string> value;  // canonical text; nullopt: unset
    std::uint32_t actor = 0;           // uid
};

class Store {
public:
    // Opens or makes the file (0600) and brings its schema up to date. kState when it was written
    // by a newer version.
    static Result<std::unique_ptr<Store>> open(const std::string& path);
    ~Store();

    // users; add_user: kState when the name exists
    Result<std::uint32_t> add_user(const User& user);
    Result<std::optional<User>> find_user(const std::string& name);
    Result<std::vector<User>> users();
    Result<void> set_password(std::uint32_t user, const std::string& password, bool must_change);
    Result<void> set_disabled(std::uint32_t user, bool disabled);
    // Another second factor, whose code of `step` has just been used; empty: none.
    Result<void> set_totp(std::uint32_t user, const std::string& secret, std::int64_t step);
    // Uses the code of that step up, durably. False: it, or a later one, was used before.
    Result<bool> accept_totp_step(std::uint32_t user, std::int64_t step);

    // terminals
    // Registers the name; with a fingerprint only its listed certificates are accepted from then
    // on.
    Result<void> add_terminal(const TerminalCertificate& certificate);
    // One row per certificate; one without fingerprint when none is listed; none: not registered.
    Result<std::vector<TerminalCertificate>> find_terminal(const std::string& name);
    Result<std::vector<TerminalCertificate>> terminals();
    // kNotFound when there is none of that name.
    Result<void> revoke_terminal(const std::string& name);

    // policy; versions count up over both layers, nothing is ever deleted
    Result<std::uint32_t> change_policy(const PolicyChange& change);
    Result<std::uint32_t> policy_version();
    Result<policy::Layer> layer(std::optional<std::uint32_t> user);

    // sessions
    Result<std::uint64_t> add_session(std::uint32_t user, const std::string& terminal,
                                      std::uint32_t policy_version);
    Result<void> end_session(std::uint64_t session, std::uint16_t reason);
    // Those that a broker which is no more left open.
    Result<std::vector<StoredSession>> open_sessions();

    // lockout
    Result<Failures> failures(const std::string& key);
    Result<void> set_failures(const std::string& key, const Failures& failures);
    Result<void> clear_failures(const std::string& key);
    // 32 random bytes, hex, made with the file: keys the lockout hashes.
    [[nodiscard]] const std::string& secret() const;

private:
    struct Impl;
    explicit Store(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace sudare::store
