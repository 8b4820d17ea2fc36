// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "protocol/core/result.h"
#include "server/base/unique_fd.h"

namespace sudare::browser {

// The seccomp filter around the whole box, Chromium's own sandbox included, as a memfd of BPF
// instructions for `bwrap --seccomp FD`.
//
// It is a deny-list, because a browser needs most of Linux, and because Chromium's renderers add
// their own allow-list inside it. Its purpose: nested user namespaces must stay permitted, since
// Chromium's sandbox is built on them (reference/security.md finding 6); this filter takes away
// what an attacker wants such a namespace for - mounts, netlink, the options of netfilter, odd
// socket families, raw sockets - and the kernel interfaces with the worst record (io_uring, bpf,
// keyctl, ptrace).
//
// A refused call fails with EPERM; clone3 and every call newer than this file fail with ENOSYS,
// so that C libraries fall back to calls whose arguments a filter can see. A foreign system call
// table (i386, x32) ends the process.
Result<UniqueFd> outer_filter();

}  // namespace sudare::browser
