// SPDX-License-Identifier: Apache-2.0
// sudare-decoder's lock-down by effect: a child decodes inside it, and each forbidden call, which
// succeeds before, kills it.
#include "client/platform/linux/decoder_sandbox.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <functional>
#include <span>
#include <utility>
#include <vector>

#include "client/decoder/canvas_decoder.h"
#include "protocol/wire/update_writer.h"
#include "server/session/picture/video_encoder.h"
#include "tests/unit/server/session/picture/test_page.h"

#ifndef SUDARE_SANITIZED  // sanitizer runtimes make calls of their own; see server/base/sandbox.h

namespace sudare::decoder {
namespace {

int in_child(bool locked, const std::function<bool()>& act) {
    const pid_t pid = ::fork();
    if (pid == 0) {
        const rlimit no_core{0, 0};
        ::setrlimit(RLIMIT_CORE, &no_core);
        if (locked && !enter(decoder_sandbox()))
            ::_exit(99);
        ::_exit(act() ? 0 : 1);
    }
    int status = 0;
    ::waitpid(pid, &status, 0);
    return status;
}

bool succeeded(int status) {
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}
bool killed(int status) {
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS;
}

struct Probe {
    const char* name;
    std::function<bool()> act;
};

const Probe kProbes[] = {
    {"open", [] { return ::open("/etc/hostname", O_RDONLY) >= 0; }},
    {"socket", [] { return ::socket(AF_INET, SOCK_STREAM, 0) >= 0; }},
    {"unix socket", [] { return ::socket(AF_UNIX, SOCK_STREAM, 0) >= 0; }},
    {"fork", [] { return ::fork() >= 0; }},
    {"thread",
     [] {
         // CLONE_VM|FS|FILES|SIGHAND|THREAD would run on our stack; the flags of fork suffice.
         return ::syscall(SYS_clone, SIGCHLD, nullptr, nullptr, nullptr, nullptr) >= 0;
     }},
    {"exec", [] { return ::execl("/bin/true", "true", static_cast<char*>(nullptr)) == 0; }},
    {"memfd", [] { return ::memfd_create("x", 0) >= 0; }},
    {"ptrace-like read",
     [] {
         char byte = 0;
         iovec local{&byte, 1}, remote{&byte, 1};
         return ::syscall(SYS_process_vm_readv, ::getpid(), &local, 1, &remote, 1, 0) == 1;
     }},
    {"kill", [] { return ::kill(::getpid(), 0) == 0; }},
    {"executable memory",
     [] {
         return ::mmap(nullptr, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) !=
                MAP_FAILED;
     }},
    {"dup", [] { return ::dup(2) >= 0; }},
};

TEST(DecoderSandbox, KillsWhatSucceedsWithoutIt) {
    for (const Probe& probe : kProbes) {
        EXPECT_TRUE(succeeded(in_child(false, probe.act))) << probe.name << ": the control fails";
        EXPECT_TRUE(killed(in_child(true, probe.act))) << probe.name << ": not stopped";
    }
}

int decode_inside(std::span<const std::vector<std::uint8_t>> updates) {
    std::vector<std::uint32_t> memory(std::size_t{limits::kWidthMax} * limits::kHeightMax);
    auto decoder = CanvasDecoder::create(memory);
    if (!decoder || !enter(decoder_sandbox()))
        return 99;
    for (const auto& update : updates)
        if (!decoder->apply(update))
            return 1;
    return 0;
}

// Each key frame is of another size or profile than the one before, up to the largest canvas: all
// contexts are made inside the sandbox, within its memory, and without a thread.
TEST(DecoderSandbox, ContextsAreMadeInside) {
    picture::TestPage page(limits::kWidthMax, limits::kHeightMax);
    page.photo(page.rect(0, 0, 1920, 1080));
    const std::pair<Rect, std::uint8_t> streams[] = {
        {page.rect(0, 0, 1920, 1080), 0}, {page.whole(), 1},
        {page.rect(0, 0, 16, 16), 0},     {page.whole(), 0},
        {page.rect(5, 5, 333, 221), 1},   {page.whole(), 1}};
    std::vector<std::vector<std::uint8_t>> updates;
    for (const auto& [rect, profile] : streams) {
        auto encoder = *picture::VideoEncoder::create(rect, profile);
        for (const bool key : {true, false}) {
            const auto frame = encoder.encode(page.view(), {}, 50);
            ASSERT_TRUE(frame);
            const auto number = static_cast<std::uint32_t>(updates.size() + 1);
            wire::UpdateWriter writer({number, false, number == 1, 0, page.size(), 0});
            writer.video({0, profile, key, rect, frame->bytes});
            updates.push_back(std::move(writer).take(true));
        }
    }
    EXPECT_TRUE(succeeded(in_child(false, [&] { return decode_inside(updates) == 0; })));
}

}  // namespace
}  // namespace sudare::decoder

#endif
