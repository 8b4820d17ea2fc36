// SPDX-License-Identifier: Apache-2.0
// sudare-directory: asks an LDAP directory whether a password is right, for the broker, which has no
// network. Connects to the broker's socket and ends when the broker does; whoever starts it starts it
// again. Exit 0: the broker ended, or SIGTERM.
#include <ldap.h>
#include <malloc.h>
#include <nss.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdlib>
#include <ctime>

#include "server/base/log.h"
#include "server/base/ready.h"
#include "server/base/unix_socket.h"
#include "server/directory/sandbox.h"
#include "server/directory/service.h"
#include "server/directory/wiping_memory.h"

namespace sudare::directory {
namespace {

// What libldap and the resolver would read from places that nobody has looked at.
Result<void> close_side_doors() {
    ::setenv("LDAPNOINIT", "1", 1);  // no ldap.conf, no ~/.ldaprc, no LDAP* in the environment
    // What is built into libc, whatever /etc/nsswitch.conf says: the others are libraries, and no code is
    // loaded later.
    if (::__nss_configure_lookup("hosts", "files dns") != 0 || ::__nss_configure_lookup("services", "files") != 0)
        return fail_errno("__nss_configure_lookup");
    return {};
}

// Makes libldap and the TLS library set themselves up now, while they may open what they need: a context
// with the very settings of a connection.
Result<void> warm_up(const Settings& settings) {
    LDAP* handle = nullptr;
    const int demand = LDAP_OPT_X_TLS_DEMAND, client = 0;
    const bool made = ::ldap_initialize(&handle, settings.url.c_str()) == LDAP_SUCCESS;
    const LdapPtr owned(handle);
    if (!made || ::ldap_set_option(handle, LDAP_OPT_X_TLS_REQUIRE_CERT, &demand) != LDAP_OPT_SUCCESS ||
        ::ldap_set_option(handle, LDAP_OPT_X_TLS_CACERTFILE, settings.authority.c_str()) != LDAP_OPT_SUCCESS ||
        ::ldap_set_option(handle, LDAP_OPT_X_TLS_NEWCTX, &client) != LDAP_OPT_SUCCESS)
        return fail(Errc::kBadInput, "field \"authority\": \"" + settings.authority +
                                         "\" cannot be used; give a PEM file of the CA that signed the directory's certificate");
    ::tzset();
    return {};
}

// Where a library calls a function for the first time the dynamic linker saves all registers on the stack,
// and pieces of a password with them. So everything is looked up at the start, in all libraries.
void bind_everything(char** argv) {
    if (::getenv("LD_BIND_NOW") == nullptr && ::setenv("LD_BIND_NOW", "1", 1) == 0)
        ::execv("/proc/self/exe", argv);
    // Else it goes on as it is: this is the second line.
}

Result<void> serve(const std::string& path) {
    ::signal(SIGPIPE, SIG_IGN);
    ::mallopt(M_ARENA_MAX, 1);  // or each thread takes 64 MiB of addresses
    if (!freed_memory_is_wiped())
        return fail(Errc::kState, "freed memory is not overwritten: is another allocator preloaded?");
    SUDARE_CHECK(close_side_doors());
    SUDARE_TRY(const Settings settings, load_settings(path));
    SUDARE_CHECK(warm_up(settings));
    SUDARE_TRY(UniqueFd broker, unix_connect(settings.broker_socket));
    Service service(std::move(broker), settings);
    SUDARE_CHECK(enter_sandbox(settings, [&] { return service.start(); }));
    print_ready(settings.broker_socket);
    auto ended = service.run();
    // Threads may still wait for the directory; nobody waits for them.
    if (!ended)
        log_error("{}", ended.error().message);
    ::_exit(ended ? 0 : 1);
}

}  // namespace
}  // namespace sudare::directory

int main(int argc, char** argv) {
    sudare::directory::bind_everything(argv);
    sudare::log_init("sudare-directory");
    CLI::App app("Asks the directory for Sudare's broker", "sudare-directory");
    std::string config = "/etc/sudare/directory.toml";
    app.add_option("--config", config, "settings file")->capture_default_str();
    CLI11_PARSE(app, argc, argv);
    const auto served = sudare::directory::serve(config);
    sudare::log_error("{}", served.error().message);
    return 1;
}
