// SPDX-License-Identifier: Apache-2.0
// sudarectl reviewer: the keys that recordings are sealed to. keygen works on a file, on whatever
// machine the reviewer trusts; the broker gets the public key only.
#include <fcntl.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "protocol/recording/keys.h"
#include "server/base/unix_socket.h"
#include "server/ctl/client.h"
#include "server/ctl/commands.h"
#include "server/ctl/passphrase.h"

namespace sudare::ctl {
namespace {

using ipc::CtlRequest;

constexpr Prompt kPrompt{"Passphrase for the reviewer's key: ", "閲覧者の鍵のパスフレーズ: "};

struct Options {
    std::string name, key, out, passphrase_file;
};

Result<void> write_secret(const std::string& path, std::string_view text) {
    const UniqueFd file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (!file)
        return fail_errno(("--out: cannot make the new file " + path).c_str());
    SUDARE_CHECK(
        write_all(file.get(), {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}));
    return ::fsync(file.get()) == 0 ? Result<void>() : fail_errno("fsync");
}

Result<recording::PublicKey> make_key(const Context& context, const Options& options) {
    SUDARE_CHECK(recording::initialise());
    SUDARE_TRY(std::string passphrase, new_passphrase(context, options.passphrase_file, kPrompt));
    recording::KeyPair keys = recording::make_key_pair();
    auto text = recording::write_key_file(keys, passphrase);
    recording::wipe(keys.secret_key);
    recording::wipe({reinterpret_cast<std::uint8_t*>(passphrase.data()), passphrase.size()});
    if (!text)
        return tl::unexpected(text.error());
    SUDARE_CHECK(write_secret(options.out, *text));
    return keys.public_key;
}

void keygen(Context& context, const Options& options) {
    const auto key = make_key(context, options);
    if (!key)
        return context.failed(key.error());
    const std::string text = recording::to_hex(*key);
    context.result({{"key", text}, {"file", options.out}}, text);
}

}  // namespace

void add_reviewer_commands(CLI::App& app, Context& context) {
    CLI::App* group =
        add_group(app, "reviewer", context.pick("keys that open recordings", "録画を開く鍵"));
    const auto options = std::make_shared<Options>();
    CLI::App* make = add_command(
        group, "keygen",
        context.pick("make a key pair; prints the public key", "鍵を作り、公開鍵を表示する"),
        [&context, options] { keygen(context, *options); });
    make->add_option(
            "--out", options->out,
            std::string(context.pick("new file for the secret key, encrypted with a passphrase",
                                     "秘密鍵を入れる新しいファイル (パスフレーズで暗号化)")))
        ->required();
    make->add_option(
        "--passphrase-file", options->passphrase_file,
        std::string(context.pick("first line is the passphrase; asked for without it",
                                 "1 行目をパスフレーズとする (なければ端末で尋ねる)")));
    CLI::App* add =
        add_command(group, "add",
                    context.pick("seal recordings to this key from now on",
                                 "今後の録画をこの鍵でも開けるようにする"),
                    [&context, options] {
                        if (ask(context, CtlRequest::kReviewerAdd, {options->name, options->key}))
                            context.result({{"reviewer", options->name}}, options->name);
                    });
    add_needed(add, "name", options->name, context.pick("name", "名前"));
    add_needed(add, "key", options->key,
               context.pick("public key, as keygen prints it", "keygen が表示した公開鍵"));
    CLI::App* remove = add_command(
        group, "remove",
        context.pick("not to this key from now on", "今後の録画をこの鍵では開けないようにする"),
        [&context, options] {
            if (ask(context, CtlRequest::kReviewerRemove, {options->name}))
                context.result({{"reviewer", options->name}}, options->name);
        });
    add_needed(remove, "name", options->name, context.pick("name", "名前"));
    add_command(group, "list", context.pick("all", "一覧"), [&context] {
        ask_table(context, CtlRequest::kReviewerList, {},
                  {{"reviewer", "REVIEWER", "閲覧者"}, {"key", "KEY", "公開鍵"}});
    });
}

}  // namespace sudare::ctl
