// SPDX-License-Identifier: Apache-2.0
#include "server/host/privileges.h"

#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>

namespace sudare::host {
namespace {

constexpr std::array kKept{CAP_CHOWN,  CAP_DAC_OVERRIDE, CAP_FOWNER,      CAP_KILL,
                           CAP_SETGID, CAP_SETUID,       CAP_SYS_RESOURCE};

constexpr std::uint64_t kept_bits() {
    std::uint64_t bits = 0;
    for (const int capability : kKept)
        bits |= 1ULL << capability;
    return bits;
}

// The bounding set is what a later exec could give back.
Result<void> drop_bounding_set() {
    for (int capability = 0; ::prctl(PR_CAPBSET_READ, capability, 0, 0, 0) >= 0; ++capability)
        if ((kept_bits() >> capability & 1) == 0 &&
            ::prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) != 0)
            return fail_errno("PR_CAPBSET_DROP");
    return {};
}

// What a container has not given cannot be kept: the present set is the upper bound.
Result<void> drop_own() {
    __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
    std::array<__user_cap_data_struct, 2> data{};
    if (::syscall(SYS_capget, &header, data.data()) != 0)
        return fail_errno("capget");
    for (std::size_t word = 0; word < data.size(); ++word) {
        data[word].permitted &= static_cast<std::uint32_t>(kept_bits() >> (32 * word));
        data[word].effective = data[word].permitted;
        data[word].inheritable = 0;
    }
    if (::syscall(SYS_capset, &header, data.data()) != 0)
        return fail_errno("capset");
    return {};
}

}  // namespace

Result<void> reduce_privileges() {
    if (::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
        return fail_errno("PR_SET_DUMPABLE");
    if (::getuid() != 0)
        return {};
    SUDARE_CHECK(drop_bounding_set());
    SUDARE_CHECK(drop_own());
    if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return fail_errno("PR_SET_NO_NEW_PRIVS");
    return {};
}

}  // namespace sudare::host
