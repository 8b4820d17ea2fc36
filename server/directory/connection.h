// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "server/directory/answers.h"
#include "server/directory/ldap_handles.h"
#include "server/directory/settings.h"
#include "server/directory/watchdog.h"

namespace sudare::directory {

template <typename T>
using Asked = tl::expected<T, Answer>;  // or why not; the reason is in the log

struct Entry {
    std::string dn;
    std::vector<std::string> groups;  // values of settings.group_attribute
};

// One connection under TLS, for one log-in. It exists only after the certificate was judged: signed by
// settings.authority, for the host of the URL. Blocks, up to connect + operation; one thread.
class Connection {
public:
    static Asked<Connection> open(const Settings& settings, Watchdog& dog);
    Connection(Connection&&) noexcept;
    Connection& operator=(Connection&&) = delete;
    ~Connection();

    // Never with an empty name or password: such a bind succeeds and proves nothing (RFC 4513 section
    // 5.1.2), so it is refused as kWrong without asking. Nor is a bind believed after which the server
    // says that we are nobody.
    Answer bind(const std::string& dn, const std::string& password);
    // Entries that match below the base, at most two; where the server refers to others, nobody goes.
    Asked<std::vector<Entry>> search(const std::string& base, const std::string& filter);
    // The entry itself, as whoever is bound may see it.
    Asked<std::vector<Entry>> read(const std::string& dn);

private:
    struct Hook;  // by which libldap tells the socket, before it speaks TLS
    Connection(const Settings& settings, std::unique_ptr<Hook> hook, LdapPtr handle);
    Asked<void> prepare();
    Asked<void> connect();
    Asked<void> check_tls();
    Asked<void> start_tls();
    Asked<std::vector<Entry>> entries(const std::string& base, int scope, const std::string& filter);
    Entry entry_of(LDAPMessage* message) const;
    bool is_somebody();

    // The answer to that request; kTooSlow at the deadline.
    Asked<MessagePtr> wait_for(int request, const char* what);
    struct Result {
        int code = 0;
        std::string text;
        PasswordPolicy policy;
    };
    Asked<Result> result_of(LDAPMessage* message);
    Answer failed(int code, const char* what) const;

    const Settings* settings_;
    std::unique_ptr<Hook> hook_;  // outlives the handle, which calls it
    LdapPtr handle_;
};

}  // namespace sudare::directory
