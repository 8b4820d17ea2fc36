// SPDX-License-Identifier: Apache-2.0
#include "server/host/session_processes.h"

#include <fcntl.h>

#include <cstdlib>

#include "protocol/ipc/host_relay.h"
#include "protocol/ipc/host_session.h"
#include "server/base/log.h"
#include "server/host/tls_files.h"
#include "server/session/browser/box.h"
#include "server/session/browser/chromium_flags.h"
#include "server/session/browser/input_method_box.h"

namespace sudare::host {
namespace {

constexpr int kEgressListenFd = 3, kEgressControlFd = 4;
constexpr std::uint64_t kSessionFiles = 512, kEgressFiles = 1024, kRelayFiles = 64;

// The only thing that a process learns from its environment is how much to log.
std::vector<std::string> environment() {
    const char* level = std::getenv("SUDARE_LOG");
    return level == nullptr ? std::vector<std::string>{}
                            : std::vector<std::string>{std::string("SUDARE_LOG=") + level};
}

SpawnSpec our_program(const Settings& settings, SlotNumber slot, Role role, const char* name) {
    SpawnSpec spec;
    spec.program = settings.programs + "/" + name;
    spec.argv = {name};
    spec.environment = environment();
    spec.uid = spec.gid = uid_of(settings.uid_base, slot, role);
    spec.new_session = true;  // none of the terminal from which the launcher was started
    return spec;
}

Result<Child> start_boxed(const ProcessContext& context, browser::Box box, Role role) {
    box.spawn.uid = box.spawn.gid = uid_of(context.settings.uid_base, context.slot, role);
    box.spawn.cgroups = context.cgroup.paths();
    // What has fallen must not write into the operator's log or terminal.
    UniqueFd null(::open("/dev/null", O_RDWR | O_CLOEXEC));
    if (!null)
        return fail_errno("open /dev/null");
    box.spawn.standard_output = null.get();
    if (!log_enabled(LogLevel::kDebug))
        box.spawn.standard_error = null.get();
    return spawn(box.spawn);
}

}  // namespace

Result<Child> start_session(const ProcessContext& context, int control) {
    SpawnSpec spec = our_program(context.settings, context.slot, Role::kSession, "sudare-session");
    spec.fds = {{control, ipc::kSessionControlFd},
                {context.directory.wayland_socket(), ipc::kSessionWaylandFd},
                {context.directory.input_method_socket(), ipc::kSessionInputMethodFd}};
    spec.cgroups = context.cgroup.paths();
    spec.open_files = kSessionFiles;
    return spawn(spec);
}

Result<Child> start_egress(const ProcessContext& context, int control) {
    SpawnSpec spec = our_program(context.settings, context.slot, Role::kEgress, "sudare-egress");
    spec.fds = {{context.directory.egress_socket(), kEgressListenFd}, {control, kEgressControlFd}};
    spec.cgroups = context.cgroup.paths();
    spec.open_files = kEgressFiles;
    return spawn(spec);
}

Result<Child> start_browser(const ProcessContext& context, Locale locale) {
    browser::BoxSpec box_spec;
    box_spec.box_init = context.settings.programs + "/sudare-box-init";
    box_spec.wayland_socket = context.directory.wayland_path();
    box_spec.egress_socket = context.directory.egress_path();
    box_spec.policies = context.directory.policies_path();
    box_spec.locale = locale;
    box_spec.time_zone = context.settings.time_zone;
    SUDARE_TRY(browser::Box box, browser::make_box(box_spec, browser::chromium_command(locale)));
    return start_boxed(context, std::move(box), Role::kBrowser);
}

Result<Child> start_input_method(const ProcessContext& context, Locale locale) {
    SUDARE_TRY(browser::Box box,
               browser::make_input_method_box(context.directory.input_method_path(), locale));
    return start_boxed(context, std::move(box), Role::kInputMethod);
}

Result<Child> start_relay(const Settings& settings, SlotNumber slot, const TlsFiles& tls,
                          int connection, int control) {
    SpawnSpec spec = our_program(settings, slot, Role::kRelay, "sudare-relay");
    spec.fds = {{connection, ipc::kRelaySocketFd},
                {control, ipc::kRelayControlFd},
                {tls.certificate.get(), ipc::kRelayCertificateFd},
                {tls.key.get(), ipc::kRelayKeyFd},
                {tls.authority.get(), ipc::kRelayAuthorityFd},
                {tls.revoked.get(), ipc::kRelayRevokedFd}};
    spec.open_files = kRelayFiles;
    return spawn(spec);
}

}  // namespace sudare::host
