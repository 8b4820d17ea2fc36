// SPDX-License-Identifier: Apache-2.0
// sudare-box-init: the first program inside a browser box (pid 2, below bwrap's reaper).
//
//     sudare-box-init COMMAND [ARGUMENT...]
//
// Listens on 127.0.0.1:3128, starts COMMAND, carries bytes to /run/egress.sock until COMMAND
// ends, and ends with its status; bwrap then ends everything that is left in the box. It stands
// on the browser's side of the border, under the same uid and filter: nothing relies on it.
#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <vector>

#include "server/base/unique_fd.h"
#include "server/session/browser/box_layout.h"
#include "server/session/browser/box_relay.h"

namespace sudare::browser {
namespace {

constexpr int kCannotStart = 125;  // as env(1) and other wrappers use it

int complain(const char* what) {
    std::fprintf(stderr, "sudare-box-init: %s: %s\n", what, std::strerror(errno));
    return kCannotStart;
}

UniqueFd listen_local() {
    UniqueFd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(kBoxProxyPort);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (!fd || ::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
        ::listen(fd.get(), 128) != 0)
        return {};
    return fd;
}

// SIGCHLD as a descriptor, so that the end of the command is one more thing to poll.
UniqueFd child_signals() {
    sigset_t wanted;
    sigemptyset(&wanted);
    sigaddset(&wanted, SIGCHLD);
    if (::sigprocmask(SIG_BLOCK, &wanted, nullptr) != 0)
        return {};
    return UniqueFd(::signalfd(-1, &wanted, SFD_CLOEXEC | SFD_NONBLOCK));
}

pid_t start(char** command) {
    const pid_t pid = ::fork();
    if (pid != 0)
        return pid;
    sigset_t none;
    sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    ::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    ::execv(command[0], command);
    ::_exit(complain(command[0]));
}

// The exit status of the command once it has ended, -1 while it runs.
int ended_status(pid_t pid, int signals) {
    signalfd_siginfo info{};
    while (::read(signals, &info, sizeof info) == sizeof info) {
    }
    int status = 0;
    if (::waitpid(pid, &status, WNOHANG) != pid)
        return -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int run(char** command) {
    UniqueFd listener = listen_local();
    if (!listener)
        return complain("listen on 127.0.0.1");
    const UniqueFd signals = child_signals();
    if (!signals)
        return complain("signalfd");
    const pid_t pid = start(command);
    if (pid < 0)
        return complain("fork");
    BoxRelay relay(std::move(listener), kBoxEgressSocket);
    std::vector<pollfd> polls;
    for (int status = -1;;) {
        polls.assign(1, {signals.get(), POLLIN, 0});
        relay.append_polls(polls);
        if (::poll(polls.data(), polls.size(), -1) < 0 && errno != EINTR)
            return complain("poll");
        if (polls[0].revents != 0 && (status = ended_status(pid, signals.get())) >= 0)
            return status;
        relay.dispatch(polls.data() + 1, polls.size() - 1);
    }
}

}  // namespace
}  // namespace sudare::browser

int main(int argc, char** argv) {
    if (argc < 2) {
        std::fputs("usage: sudare-box-init COMMAND [ARGUMENT...]\n", stderr);
        return 2;
    }
    return sudare::browser::run(argv + 1);
}
