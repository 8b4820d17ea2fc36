// SPDX-License-Identifier: Apache-2.0
#include "server/directory/connection.h"

#include <fcntl.h>

#include <algorithm>
#include <chrono>

#include "server/base/log.h"

namespace sudare::directory {
namespace {

constexpr int kEntriesMax = 2;                    // the second says that there is not one
constexpr std::size_t kGroupsMax = 4096;          // of one person; a directory that says more is cut
constexpr ber_len_t kMessageBytesMax = 1U << 20;  // of the server

using std::chrono::duration_cast;
using std::chrono::microseconds;

timeval as_timeval(microseconds time) {
    time = std::max(time, microseconds(0));
    return {static_cast<time_t>(time.count() / 1'000'000), static_cast<suseconds_t>(time.count() % 1'000'000)};
}

bool set(LDAP* handle, int option, const void* value) {
    return ::ldap_set_option(handle, option, value) == LDAP_OPT_SUCCESS;
}

bool set_number(LDAP* handle, int option, int value) {
    return set(handle, option, &value);
}

// With GnuTLS, as Debian builds it, libldap does not heed LDAP_OPT_X_TLS_PROTOCOL_MIN.
bool set_versions(LDAP* handle) {
    char* package = nullptr;
    if (::ldap_get_option(handle, LDAP_OPT_X_TLS_PACKAGE, &package) != LDAP_OPT_SUCCESS || package == nullptr)
        return false;
    const MemoryPtr<char> owned(package);
    return std::string_view(package) != "GnuTLS" ||
           set(handle, LDAP_OPT_X_TLS_CIPHER_SUITE, "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2");
}

berval view_of(const std::string& text) {
    return {text.size(), const_cast<char*>(text.data())};  // libldap reads it only
}

std::string diagnostic(LDAP* handle) {
    char* text = nullptr;
    if (::ldap_get_option(handle, LDAP_OPT_DIAGNOSTIC_MESSAGE, &text) != LDAP_OPT_SUCCESS || text == nullptr)
        return {};
    const MemoryPtr<char> owned(text);
    return printable(text);
}

PasswordPolicy policy_in(LDAP* handle, LDAPControl** controls) {
    LDAPControl* found = controls == nullptr
                             ? nullptr
                             : ::ldap_control_find(LDAP_CONTROL_PASSWORDPOLICYRESPONSE, controls, nullptr);
    ber_int_t expires = -1, grace = -1;
    LDAPPasswordPolicyError error = PP_noError;
    PasswordPolicy policy;
    if (found == nullptr ||
        ::ldap_parse_passwordpolicy_control(handle, found, &expires, &grace, &error) != LDAP_SUCCESS)
        return policy;
    policy.locked = error == PP_accountLocked;
    policy.expired = error == PP_passwordExpired || grace >= 0;
    policy.must_change = error == PP_changeAfterReset;
    return policy;
}

}  // namespace

// libldap's own limit for connecting does not hold for the handshake of ldaps://, in which it would wait
// for ever: from the moment there is a socket it is watched. Called for each server that is tried.
struct Connection::Hook {
    Hook(Watchdog& watchdog, std::chrono::seconds connect_limit) : dog(watchdog), limit(connect_limit) {
        callbacks.lc_arg = this;
        callbacks.lc_add = [](LDAP*, Sockbuf* buffer, LDAPURLDesc*, sockaddr*, ldap_conncb* self) {
            return static_cast<Hook*>(self->lc_arg)->begin(buffer) ? 0 : -1;
        };
        callbacks.lc_del = [](LDAP*, Sockbuf*, ldap_conncb*) {};
    }
    bool begin(Sockbuf* buffer) {
        int socket = -1;
        ber_len_t most = kMessageBytesMax;
        if (::ber_sockbuf_ctrl(buffer, LBER_SB_OPT_GET_FD, &socket) != 1 ||
            ::ber_sockbuf_ctrl(buffer, LBER_SB_OPT_SET_MAX_INCOMING, &most) != 1)
            return false;
        UniqueFd own(::fcntl(socket, F_DUPFD_CLOEXEC, 0));
        deadline = Watchdog::Clock::now() + limit;
        watched = static_cast<bool>(own);
        if (watched)
            watch = Watchdog::Watch(dog, std::move(own), deadline);
        return watched;
    }

    Watchdog& dog;
    std::chrono::seconds limit;
    ldap_conncb callbacks{};
    Watchdog::Clock::time_point deadline = Watchdog::Clock::time_point::max();
    Watchdog::Watch watch;
    bool watched = false;
};

Answer Connection::failed(int code, const char* what) const {
    const bool late = Watchdog::Clock::now() >= hook_->deadline;
    const std::string more = diagnostic(handle_.get());
    log_warn("{}: {}{}{}{}", what, late ? "too slow: " : "", ::ldap_err2string(code), more.empty() ? "" : ": ", more);
    return late ? Answer::kTooSlow : answer_of_failure(code);
}

Connection::Connection(const Settings& settings, std::unique_ptr<Hook> hook, LdapPtr handle)
    : settings_(&settings), hook_(std::move(hook)), handle_(std::move(handle)) {}
Connection::Connection(Connection&&) noexcept = default;
// The watch has a descriptor of its own: it ends first, or the connection would stay open.
Connection::~Connection() {
    if (hook_)
        hook_->watch = Watchdog::Watch();
}

Asked<Connection> Connection::open(const Settings& settings, Watchdog& dog) {
    LDAP* handle = nullptr;
    if (const int code = ::ldap_initialize(&handle, settings.url.c_str()); code != LDAP_SUCCESS) {
        log_error("ldap_initialize: {}", ::ldap_err2string(code));
        return tl::unexpected(Answer::kFault);
    }
    Connection connection(settings, std::make_unique<Hook>(dog, settings.connect), LdapPtr(handle));
    if (auto ready = connection.prepare(); !ready)
        return tl::unexpected(ready.error());
    if (auto ready = connection.connect(); !ready)
        return tl::unexpected(ready.error());
    return connection;
}

// All that decides whom we trust, before the first byte goes out. A setting that cannot be set is
// fatal for the connection.
Asked<void> Connection::prepare() {
    LDAP* handle = handle_.get();
    const timeval connect = as_timeval(settings_->connect), operation = as_timeval(settings_->operation);
    const bool done =
        set_number(handle, LDAP_OPT_PROTOCOL_VERSION, LDAP_VERSION3) &&
        set(handle, LDAP_OPT_REFERRALS, LDAP_OPT_OFF) && set(handle, LDAP_OPT_RESTART, LDAP_OPT_ON) &&
        set_number(handle, LDAP_OPT_DEREF, LDAP_DEREF_NEVER) &&
        set_number(handle, LDAP_OPT_SIZELIMIT, kEntriesMax) && set(handle, LDAP_OPT_NETWORK_TIMEOUT, &connect) &&
        set(handle, LDAP_OPT_TIMEOUT, &operation) &&
        set_number(handle, LDAP_OPT_X_TLS_REQUIRE_CERT, LDAP_OPT_X_TLS_DEMAND) &&
        set_number(handle, LDAP_OPT_X_TLS_REQUIRE_SAN, LDAP_OPT_X_TLS_DEMAND) &&
        set_number(handle, LDAP_OPT_X_TLS_PROTOCOL_MIN, LDAP_OPT_X_TLS_PROTOCOL_TLS1_2) && set_versions(handle) &&
        set(handle, LDAP_OPT_CONNECT_CB, &hook_->callbacks) &&
        set(handle, LDAP_OPT_X_TLS_CACERTFILE, settings_->authority.c_str()) &&
        set_number(handle, LDAP_OPT_X_TLS_NEWCTX, 0);  // takes the ones above up
    if (done)
        return {};
    log_error("the settings of TLS cannot be set; is \"authority\" \"{}\" a PEM file that this uid can read?",
              settings_->authority);
    return tl::unexpected(Answer::kFault);
}

Asked<void> Connection::connect() {
    if (const int code = ::ldap_connect(handle_.get()); code != LDAP_SUCCESS)
        return tl::unexpected(failed(code, "no connection with the directory"));
    if (!hook_->watched) {
        log_error("libldap does not tell its socket");
        return tl::unexpected(Answer::kFault);
    }
    if (::ldap_tls_inplace(handle_.get()) == 0)
        if (auto started = start_tls(); !started)
            return started;
    if (auto checked = check_tls(); !checked)
        return checked;
    // The limit of all the rest.
    hook_->deadline = Watchdog::Clock::now() + settings_->operation;
    hook_->watch.move_to(hook_->deadline);
    return {};
}

// The last look before anything is said: that there is TLS, and none that is older than 1.2.
Asked<void> Connection::check_tls() {
    char* version = nullptr;
    const bool told = ::ldap_tls_inplace(handle_.get()) != 0 &&
                      ::ldap_get_option(handle_.get(), LDAP_OPT_X_TLS_VERSION, &version) == LDAP_OPT_SUCCESS &&
                      version != nullptr;
    const MemoryPtr<char> owned(version);
    const std::string_view text = told ? version : "none";
    if (text == "TLS1.2" || text == "TLS1.3" || text == "TLSv1.2" || text == "TLSv1.3")
        return {};
    log_error("the directory speaks TLS \"{}\"; 1.2 or 1.3 is needed", text);
    return tl::unexpected(Answer::kUnreachable);
}

Asked<void> Connection::start_tls() {
    constexpr char kWhat[] = "StartTLS";
    int request = 0;
    if (const int code = ::ldap_start_tls(handle_.get(), nullptr, nullptr, &request); code != LDAP_SUCCESS)
        return tl::unexpected(failed(code, kWhat));
    const auto message = wait_for(request, kWhat);
    const auto result = message ? result_of(message->get()) : tl::unexpected(message.error());
    if (!result)
        return tl::unexpected(result.error());
    if (result->code != LDAP_SUCCESS) {
        (void)failed(result->code, "the directory refuses StartTLS, and without TLS nothing is asked");
        return tl::unexpected(Answer::kUnreachable);
    }
    if (const int code = ::ldap_install_tls(handle_.get()); code != LDAP_SUCCESS)
        return tl::unexpected(failed(code, kWhat));
    return {};
}

Asked<MessagePtr> Connection::wait_for(int request, const char* what) {
    timeval left = as_timeval(duration_cast<microseconds>(hook_->deadline - Watchdog::Clock::now()));
    LDAPMessage* message = nullptr;
    const int kind = ::ldap_result(handle_.get(), request, LDAP_MSG_ALL, &left, &message);
    MessagePtr owned(message);
    if (kind > 0)
        return owned;
    int code = LDAP_TIMEOUT;
    if (kind < 0 && ::ldap_get_option(handle_.get(), LDAP_OPT_RESULT_CODE, &code) != LDAP_OPT_SUCCESS)
        code = LDAP_OTHER;
    return tl::unexpected(failed(code, what));
}

// The last message of an answer.
Asked<Connection::Result> Connection::result_of(LDAPMessage* message) {
    Result result;
    char* text = nullptr;
    LDAPControl** controls = nullptr;
    const int code = ::ldap_parse_result(handle_.get(), message, &result.code, nullptr, &text, nullptr, &controls, 0);
    const MemoryPtr<char> owned_text(text);
    const ControlsPtr owned_controls(controls);
    if (code != LDAP_SUCCESS)
        return tl::unexpected(failed(code, "an answer of the directory"));
    result.text = text == nullptr ? "" : text;
    result.policy = policy_in(handle_.get(), controls);
    return result;
}

Answer Connection::bind(const std::string& dn, const std::string& password) {
    constexpr char kWhat[] = "bind";
    if (dn.empty() || password.empty())
        return Answer::kWrong;
    LDAPControl* policy = nullptr;
    if (::ldap_create_passwordpolicy_control(handle_.get(), &policy) != LDAP_SUCCESS)
        return Answer::kFault;
    const ControlPtr owned(policy);
    LDAPControl* controls[] = {policy, nullptr};
    berval secret = view_of(password);
    int request = 0;
    if (const int code = ::ldap_sasl_bind(handle_.get(), dn.c_str(), LDAP_SASL_SIMPLE, &secret, controls, nullptr,
                                          &request);
        code != LDAP_SUCCESS)
        return failed(code, kWhat);
    const auto message = wait_for(request, kWhat);
    const auto result = message ? result_of(message->get()) : tl::unexpected(message.error());
    if (!result)
        return result.error();
    const Answer answer = answer_of_bind(result->code, result->text, result->policy);
    if (ipc::is_outage(answer))
        log_warn("bind: {}: {}", ::ldap_err2string(result->code), printable(result->text));
    return answer == Answer::kRight && !is_somebody() ? Answer::kWrong : answer;
}

// RFC 4532. A server may have taken a password for none (one of characters that it ignores) and the bind
// for an anonymous one. One that does not know the question is believed: our own check of the password
// stands in any case.
bool Connection::is_somebody() {
    int request = 0;
    if (::ldap_whoami(handle_.get(), nullptr, nullptr, &request) != LDAP_SUCCESS)
        return false;
    const auto message = wait_for(request, "who am I");
    const auto result = message ? result_of(message->get()) : tl::unexpected(message.error());
    if (!result)
        return false;
    if (result->code != LDAP_SUCCESS)
        return result->code == LDAP_PROTOCOL_ERROR || result->code == LDAP_UNWILLING_TO_PERFORM;
    berval* who = nullptr;
    if (::ldap_parse_whoami(handle_.get(), message->get(), &who) != LDAP_SUCCESS)
        return false;
    const ValuePtr owned(who);
    const bool somebody = who != nullptr && who->bv_len > 0;
    if (!somebody)
        log_error("the directory took a bind with a password for an anonymous one");
    return somebody;
}

Asked<std::vector<Entry>> Connection::search(const std::string& base, const std::string& filter) {
    return entries(base, LDAP_SCOPE_SUBTREE, filter);
}

Asked<std::vector<Entry>> Connection::read(const std::string& dn) {
    return entries(dn, LDAP_SCOPE_BASE, "(objectClass=*)");
}

Asked<std::vector<Entry>> Connection::entries(const std::string& base, int scope, const std::string& filter) {
    constexpr char kWhat[] = "search";
    std::string attribute = settings_->group_attribute.empty() ? LDAP_NO_ATTRS : settings_->group_attribute;
    char* attributes[] = {attribute.data(), nullptr};
    timeval left = as_timeval(duration_cast<microseconds>(hook_->deadline - Watchdog::Clock::now()));
    left.tv_sec = std::max<time_t>(left.tv_sec, 1);  // libldap refuses 0; wait_for has the exact limit
    int request = 0;
    if (const int code = ::ldap_search_ext(handle_.get(), base.c_str(), scope, filter.c_str(), attributes, 0, nullptr,
                                           nullptr, &left, kEntriesMax, &request);
        code != LDAP_SUCCESS)
        return tl::unexpected(failed(code, kWhat));
    const auto messages = wait_for(request, kWhat);
    if (!messages)
        return tl::unexpected(messages.error());
    std::vector<Entry> found;
    for (LDAPMessage* one = ::ldap_first_message(handle_.get(), messages->get()); one != nullptr;
         one = ::ldap_next_message(handle_.get(), one)) {
        const int kind = ::ldap_msgtype(one);
        if (kind == LDAP_RES_SEARCH_ENTRY)
            found.push_back(entry_of(one));
        if (kind != LDAP_RES_SEARCH_RESULT)
            continue;  // references to other servers: Active Directory sends some with every search
        const auto result = result_of(one);
        if (!result)
            return tl::unexpected(result.error());
        if (result->code == LDAP_NO_SUCH_OBJECT)
            return std::vector<Entry>();
        // More than were asked for: the two that there are say so.
        if (result->code != LDAP_SUCCESS && result->code != LDAP_SIZELIMIT_EXCEEDED)
            return tl::unexpected(failed(result->code, kWhat));
        return found;
    }
    log_warn("search: an answer without a result");
    return tl::unexpected(Answer::kFault);
}

Entry Connection::entry_of(LDAPMessage* message) const {
    Entry entry;
    const MemoryPtr<char> dn(::ldap_get_dn(handle_.get(), message));
    entry.dn = dn ? dn.get() : "";
    const ValuesPtr values(settings_->group_attribute.empty()
                               ? nullptr
                               : ::ldap_get_values_len(handle_.get(), message, settings_->group_attribute.c_str()));
    for (berval** value = values.get(); value != nullptr && *value != nullptr && entry.groups.size() < kGroupsMax; ++value)
        entry.groups.emplace_back((*value)->bv_val, (*value)->bv_len);
    return entry;
}

}  // namespace sudare::directory
