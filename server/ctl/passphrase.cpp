// SPDX-License-Identifier: Apache-2.0
#include "server/ctl/passphrase.h"

#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

#include <fstream>

#include "server/base/unique_fd.h"

namespace sudare::ctl {
namespace {

// Echo is off while it lives.
class Quiet {
public:
    explicit Quiet(int terminal) : terminal_(terminal) {
        ::tcgetattr(terminal_, &before_);
        termios quiet = before_;
        quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        ::tcsetattr(terminal_, TCSAFLUSH, &quiet);
    }
    ~Quiet() { ::tcsetattr(terminal_, TCSAFLUSH, &before_); }
    Quiet(const Quiet&) = delete;
    Quiet& operator=(const Quiet&) = delete;

private:
    int terminal_;
    termios before_{};
};

Result<std::string> ask_terminal(const Context& context, std::string_view prompt) {
    const UniqueFd terminal(::open("/dev/tty", O_RDWR | O_CLOEXEC));
    if (!terminal)
        return fail(Errc::kUnavailable,
                    std::string(context.pick("there is no terminal to ask for the passphrase; give --passphrase-file",
                                             "パスフレーズを尋ねる端末がありません。--passphrase-file を指定してください")));
    const Quiet quiet(terminal.get());
    if (::write(terminal.get(), prompt.data(), prompt.size()) < 0)
        return fail_errno("write to the terminal");
    std::string out;
    for (char c = 0; ::read(terminal.get(), &c, 1) == 1 && c != '\n';)
        out += c;
    (void)!::write(terminal.get(), "\n", 1);
    return out;
}

Result<std::string> from_file(const std::string& path) {
    std::ifstream file(path);
    std::string line;
    if (!std::getline(file, line))
        return fail(Errc::kNotFound, "--passphrase-file \"" + path + "\" cannot be read, or is empty");
    return line;
}

}  // namespace

Result<std::string> read_passphrase(const Context& context, const std::string& file, const Prompt& prompt) {
    return file.empty() ? ask_terminal(context, context.pick(prompt.english, prompt.japanese)) : from_file(file);
}

Result<std::string> new_passphrase(const Context& context, const std::string& file, const Prompt& prompt) {
    SUDARE_TRY(std::string wanted, read_passphrase(context, file, prompt));
    if (wanted.size() < kPassphraseBytesMin)
        return fail(Errc::kBadInput,
                    std::string(context.pick("the passphrase must have 12 bytes or more; choose a longer one",
                                             "パスフレーズは 12 バイト以上にしてください")));
    if (!file.empty())
        return wanted;
    SUDARE_TRY(const std::string again, ask_terminal(context, context.pick("Once more: ", "もう一度: ")));
    if (again != wanted)
        return fail(Errc::kBadInput, std::string(context.pick("the two passphrases are not the same; try again",
                                                              "パスフレーズが一致しません。もう一度実行してください")));
    return wanted;
}

}  // namespace sudare::ctl
