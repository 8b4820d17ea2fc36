// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <poll.h>

#include <chrono>
#include <csignal>
#include <filesystem>

#include "protocol/core/limits.h"
#include "server/base/log.h"
#include "server/base/spawn.h"
#include "server/base/unix_socket.h"
#include "server/ctl/passphrase.h"
#include "server/ctl/self_test.h"

namespace sudare::ctl {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kPasswordFd = 3;
constexpr std::size_t kOutputMax = 32U << 20;
// Each step of the tester has a limit of its own; this is for one that hangs.
constexpr std::chrono::minutes kPatience{15};

struct Pipe {
    UniqueFd read, write;
};
Result<Pipe> make_pipe() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0)
        return fail_errno("pipe2");
    return Pipe{UniqueFd(ends[0]), UniqueFd(ends[1])};
}

std::vector<std::string> command_line(const SelfTestConfig& config, const std::string& program) {
    std::vector<std::string> out{program,         "--server",       config.server,
                                 "--cert",        config.certificate, "--key",
                                 config.key,      "--ca",           config.authority,
                                 "--user",        config.user,      "--password-fd",
                                 std::to_string(kPasswordFd),       "--revoked-cert",
                                 config.revoked_certificate,        "--revoked-key",
                                 config.revoked_key};
    if (!config.revocations.empty())
        out.insert(out.end(), {"--crl", config.revocations});
    for (const std::string& host : config.private_hosts)
        out.insert(out.end(), {"--private", host});
    // It starts at /, and people write paths as they see them.
    for (std::string& word : out)
        if (word.find('/') != word.npos && std::filesystem::exists(word))
            word = std::filesystem::absolute(word).string();
    return out;
}

Result<std::string> first_line(const std::string& path) {
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    const UniqueFd file(fd);
    if (!file)
        return fail_errno(("field \"password_file\": open " + path).c_str());
    SUDARE_TRY(auto bytes, read_whole(file.get(), 4096));
    std::string text(bytes.begin(), bytes.end());
    std::ranges::fill(bytes, std::uint8_t{0});
    text.resize(std::min(text.find('\n'), text.size()));
    if (text.empty() || text.size() > limits::kPasswordBytesMax)
        return fail(Errc::kBadInput, path + ": its first line must be a password of 1 to 128 bytes");
    return text;
}

// Everything it says, until it closes its output. False: it did not in time, or says too much.
bool read_output(int fd, std::string& out) {
    const auto end = Clock::now() + kPatience;
    for (;;) {
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now());
        pollfd wait{fd, POLLIN, 0};
        if (left.count() <= 0 || ::poll(&wait, 1, static_cast<int>(left.count())) < 0 || wait.revents == 0)
            return false;
        std::array<char, 65536> piece{};
        const ssize_t got = ::read(fd, piece.data(), piece.size());
        if (got <= 0)
            return got == 0;
        out.append(piece.data(), static_cast<std::size_t>(got));
        if (out.size() > kOutputMax)
            return false;
    }
}

}  // namespace

Result<std::vector<TryOutcome>> run_self_test(const SelfTestConfig& config) {
    SUDARE_TRY(const std::string directory, own_directory());
    SUDARE_TRY(std::string password, first_line(config.password_file));
    SUDARE_TRY(Pipe secret, make_pipe());
    SUDARE_TRY(Pipe output, make_pipe());
    password += '\n';
    const auto written = write_all(secret.write.get(), std::span(reinterpret_cast<const std::uint8_t*>(password.data()), password.size()));
    std::ranges::fill(password, '\0');
    SUDARE_CHECK(written);
    secret.write.reset();
    SpawnSpec spec;
    spec.program = config.program.empty() ? directory + "/sudare-selftest" : config.program;
    spec.argv = command_line(config, spec.program);
    spec.environment = {"LC_ALL=C.UTF-8"};
    spec.fds = {{secret.read.get(), kPasswordFd}};
    spec.standard_output = output.write.get();
    spec.uid = config.uid;
    spec.gid = config.gid;
    SUDARE_TRY(Child child, spawn(spec));
    output.write.reset();
    secret.read.reset();
    std::string text;
    if (!read_output(output.read.get(), text))
        child.signal(SIGKILL);
    output.read.reset();
    if (const int status = child.wait(); status != 0)
        log_error("sudare-selftest: {}", describe_wait_status(status));
    std::vector<TryOutcome> tries = no_tries();
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        if (const auto taken = take_try(text.substr(at, end - at), tries); !taken)
            log_error("{}", taken.error().message);
        at = end + 1;
    }
    return tries;
}

}  // namespace sudare::ctl
