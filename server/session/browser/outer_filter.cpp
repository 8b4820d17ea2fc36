// SPDX-License-Identifier: Apache-2.0
#include "server/session/browser/outer_filter.h"

#include <linux/sched.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <initializer_list>
#include <memory>
#include <string>

namespace sudare::browser {
namespace {

struct FilterDeleter {
    void operator()(void* context) const { seccomp_release(context); }
};
using Filter = std::unique_ptr<void, FilterDeleter>;

constexpr std::uint32_t kRefuse = SCMP_ACT_ERRNO(EPERM);
constexpr std::uint32_t kAbsent = SCMP_ACT_ERRNO(ENOSYS);

// reference/security.md section 6.3.
constexpr std::array kRefused{
    // keys, tracing, and the interfaces with the longest list of kernel faults
    "add_key", "request_key", "keyctl", "bpf", "perf_event_open", "userfaultfd", "io_uring_setup",
    "io_uring_enter", "io_uring_register", "ptrace", "process_vm_readv", "process_vm_writev",
    "kcmp", "process_madvise", "pidfd_getfd", "fanotify_init",
    // mounts and file handles
    "mount", "umount2", "pivot_root", "open_tree", "move_mount", "fsopen", "fsconfig", "fsmount",
    "fspick", "mount_setattr", "setns", "name_to_handle_at", "open_by_handle_at", "mknod",
    "mknodat", "quotactl", "quotactl_fd", "swapon", "swapoff",
    // the machine
    "kexec_load", "kexec_file_load", "init_module", "finit_module", "delete_module", "reboot",
    "acct", "settimeofday", "clock_settime", "adjtimex", "clock_adjtime", "iopl", "ioperm",
    "syslog", "lookup_dcookie", "nfsservctl", "vhangup", "uselib", "_sysctl", "modify_ldt",
    "sethostname", "setdomainname", "personality", "move_pages", "mbind", "set_mempolicy",
    "migrate_pages"};

// The last call of the table that was judged for this file: set_mempolicy_home_node, Linux 5.17.
// What came later (statmount, listmount, open_tree_attr, futex2 and others unknown to us) does
// not exist for the box. The upper end leaves room for some hundred years of new calls.
constexpr int kNewestJudged = 450;
constexpr int kTableEnd = 1023;

Result<void> succeeded(int status, const std::string& what) {
    if (status == 0)
        return {};
    return fail(Errc::kSystem, "seccomp: " + what + " (" + std::to_string(-status) + ")");
}

Result<void> add(const Filter& filter, std::uint32_t action, int number,
                 std::initializer_list<scmp_arg_cmp> conditions, const char* what) {
    return succeeded(
        seccomp_rule_add_array(filter.get(), action, number,
                               static_cast<unsigned>(conditions.size()), conditions.begin()),
        what);
}

scmp_arg_cmp bit_set(unsigned argument, std::uint64_t bit) {
    return {argument, SCMP_CMP_MASKED_EQ, bit, bit};
}
scmp_arg_cmp equals(unsigned argument, std::uint64_t value) {
    return {argument, SCMP_CMP_EQ, value, 0};
}
scmp_arg_cmp above(unsigned argument, std::uint64_t value) {
    return {argument, SCMP_CMP_GT, value, 0};
}
// The kernel looks at the low half only, so must the filter (CVE-2019-11460 compared all 64 bits).
scmp_arg_cmp low_half(unsigned argument, std::uint64_t value) {
    return {argument, SCMP_CMP_MASKED_EQ, 0xffffffff, value};
}

Result<void> refuse_calls(const Filter& filter) {
    for (const char* name : kRefused) {
        const int number = seccomp_syscall_resolve_name(name);
        if (number == __NR_SCMP_ERROR)
            return fail(Errc::kSystem, std::string("seccomp knows no call named ") + name);
        if (number >= 0)  // negative: not on this architecture
            SUDARE_CHECK(add(filter, kRefuse, number, {}, name));
    }
    SUDARE_CHECK(add(filter, kAbsent, SCMP_SYS(clone3), {}, "clone3"));
    for (int number = kNewestJudged + 1; number <= kTableEnd; ++number)
        SUDARE_CHECK(add(filter, kAbsent, number, {}, "newer call"));
    return {};
}

// User, pid and network namespaces stay: Chromium's renderer sandbox is made of them.
Result<void> refuse_namespaces(const Filter& filter) {
    for (const std::uint64_t flag : {CLONE_NEWNS, CLONE_NEWCGROUP, CLONE_NEWIPC, CLONE_NEWUTS}) {
        SUDARE_CHECK(add(filter, kRefuse, SCMP_SYS(clone), {bit_set(0, flag)}, "clone"));
        SUDARE_CHECK(add(filter, kRefuse, SCMP_SYS(unshare), {bit_set(0, flag)}, "unshare"));
    }
    // In clone this bit is part of the exit signal; only unshare knows it as a namespace.
    return add(filter, kRefuse, SCMP_SYS(unshare), {bit_set(0, CLONE_NEWTIME)}, "unshare time");
}

// Typing into the terminal that started us (CVE-2017-5226); bwrap's --new-session is the other
// half of that cure.
Result<void> refuse_terminal_input(const Filter& filter) {
    for (const std::uint64_t request : {std::uint64_t{TIOCSTI}, std::uint64_t{TIOCLINUX}})
        SUDARE_CHECK(add(filter, kRefuse, SCMP_SYS(ioctl), {low_half(1, request)}, "ioctl"));
    return {};
}

// Requests 0x8900 to 0x89ff to a socket: bridges, VLANs, tunnels, routes, time stamping, for the
// "administrator" of a nested network namespace. FIONREAD and FIONBIO are not among them.
Result<void> refuse_interface_requests(const Filter& filter) {
    return add(filter, kRefuse, SCMP_SYS(ioctl), {{1, SCMP_CMP_MASKED_EQ, 0xffffff00, 0x8900}},
               "ioctl of interfaces");
}

constexpr bool is_needed(std::uint64_t family) {
    return family == AF_UNIX || family == AF_INET || family == AF_INET6;
}

// INET sockets: TCP and UDP only. Raw sockets, SCTP, DCCP, MPTCP and the like are reachable from
// a nested network namespace and have all had their kernel faults.
Result<void> restrict_inet(const Filter& filter, std::uint64_t family) {
    const int socket = SCMP_SYS(socket);
    for (std::uint64_t type = 0; type <= 15; ++type)
        if (type != SOCK_STREAM && type != SOCK_DGRAM)
            SUDARE_CHECK(add(filter, kRefuse, socket,
                             {equals(0, family), {1, SCMP_CMP_MASKED_EQ, 0xf, type}}, "inet type"));
    for (std::uint64_t protocol = 1; protocol < IPPROTO_UDP; ++protocol)
        if (protocol != IPPROTO_TCP)
            SUDARE_CHECK(add(filter, kRefuse, socket, {equals(0, family), equals(2, protocol)},
                             "inet protocol"));
    return add(filter, kRefuse, socket, {equals(0, family), above(2, IPPROTO_UDP)}, "inet rest");
}

// Families are compared with all 64 bits: a number with a bit in its upper half is above
// AF_INET6 and therefore refused, which loses nothing.
// No netlink, routes included: in a nested network namespace it is the door to nf_tables
// (CVE-2024-1086) and to the queueing disciplines and classifiers of net/sched. Chromium asks it
// for the interfaces only, and takes a refusal for "online" (decision 0009).
Result<void> restrict_sockets(const Filter& filter) {
    const int socket = SCMP_SYS(socket);
    for (std::uint64_t family = 0; family < AF_INET6; ++family)
        if (!is_needed(family))
            SUDARE_CHECK(add(filter, kRefuse, socket, {equals(0, family)}, "socket family"));
    SUDARE_CHECK(add(filter, kRefuse, socket, {above(0, AF_INET6)}, "socket family above"));
    SUDARE_CHECK(restrict_inet(filter, AF_INET));
    return restrict_inet(filter, AF_INET6);
}

// Options behind which the kernel keeps more than a number. The first four families answer to
// whoever is "administrator" of a nested network namespace.
struct Option {
    std::uint64_t level, name;
};
constexpr std::array kRefusedOptions{
    Option{SOL_IP, IP_IPSEC_POLICY},
    Option{SOL_IP, IP_XFRM_POLICY},  // IPsec policies
    Option{SOL_IPV6, IPV6_IPSEC_POLICY},
    Option{SOL_IPV6, IPV6_XFRM_POLICY},
    Option{SOL_IPV6, 64},
    Option{SOL_IPV6, 65},  // ip6_tables: IP6T_SO_SET_*, IP6T_SO_GET_*
    Option{SOL_IPV6, 68},
    Option{SOL_IPV6, 69},       // ip6_tables: modules by name
    Option{SOL_TCP, TCP_ULP}};  // kernel TLS (CVE-2023-0461)
// ip_tables, arp_tables, ebtables (CVE-2021-22555), IPVS; the options of IP itself end at 53. A
// bit in the upper half makes the number larger, so it need not be masked.
constexpr std::uint64_t kNetfilterOptions = 64;

Result<void> restrict_options(const Filter& filter) {
    for (const int call : {SCMP_SYS(setsockopt), SCMP_SYS(getsockopt)}) {
        SUDARE_CHECK(add(filter, kRefuse, call,
                         {low_half(1, SOL_IP), above(2, kNetfilterOptions - 1)}, "netfilter"));
        for (const Option& option : kRefusedOptions)
            SUDARE_CHECK(add(filter, kRefuse, call,
                             {low_half(1, option.level), low_half(2, option.name)}, "option"));
    }
    return {};
}

}  // namespace

Result<UniqueFd> outer_filter() {
    Filter filter(seccomp_init(SCMP_ACT_ALLOW));
    if (!filter)
        return fail(Errc::kSystem, "seccomp_init");
    SUDARE_CHECK(
        succeeded(seccomp_attr_set(filter.get(), SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS),
                  "bad architecture"));
    // A binary tree instead of a list: about ten comparisons a call instead of some six hundred.
    SUDARE_CHECK(
        succeeded(seccomp_attr_set(filter.get(), SCMP_FLTATR_CTL_OPTIMIZE, 2), "optimize"));
    SUDARE_CHECK(refuse_calls(filter));
    SUDARE_CHECK(refuse_namespaces(filter));
    SUDARE_CHECK(refuse_terminal_input(filter));
    SUDARE_CHECK(refuse_interface_requests(filter));
    SUDARE_CHECK(restrict_sockets(filter));
    SUDARE_CHECK(restrict_options(filter));
    UniqueFd memory(::memfd_create("outer-filter", MFD_CLOEXEC));
    if (!memory)
        return fail_errno("memfd_create");
    SUDARE_CHECK(succeeded(seccomp_export_bpf(filter.get(), memory.get()), "export"));
    if (::lseek(memory.get(), 0, SEEK_SET) != 0)
        return fail_errno("lseek");
    return memory;
}

}  // namespace sudare::browser
