// SPDX-License-Identifier: Apache-2.0
#include "server/base/signals.h"

#include <sys/signalfd.h>
#include <unistd.h>

#include <csignal>

namespace sudare {

Result<UniqueFd> stop_signals() {
    ::signal(SIGPIPE, SIG_IGN);
    sigset_t wanted;
    sigemptyset(&wanted);
    for (int number : {SIGTERM, SIGINT, SIGHUP})
        sigaddset(&wanted, number);
    if (::sigprocmask(SIG_BLOCK, &wanted, nullptr) != 0)
        return fail_errno("sigprocmask");
    UniqueFd fd(::signalfd(-1, &wanted, SFD_CLOEXEC | SFD_NONBLOCK));
    if (!fd)
        return fail_errno("signalfd");
    return fd;
}

int take_signal(int signal_fd) {
    signalfd_siginfo info{};
    return ::read(signal_fd, &info, sizeof info) == sizeof info ? static_cast<int>(info.ssi_signo)
                                                                : 0;
}

}  // namespace sudare
