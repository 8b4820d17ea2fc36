// SPDX-License-Identifier: Apache-2.0
#include "server/ctl/pki_options.h"

#include "server/ctl/passphrase.h"

namespace sudare::ctl {

Result<pki::Authority> open_authority(const Context& context, const PkiOptions& options) {
    return pki::Authority::open(options.directory,
                                [&] { return read_passphrase(context, options.passphrase_file); });
}

CLI::App* add_pki(CLI::App& parent, Context& context, const char* name, std::string_view help,
                  const std::shared_ptr<PkiOptions>& options,
                  void (*run)(Context&, const PkiOptions&)) {
    CLI::App* command = parent.add_subcommand(name, std::string(help))->fallthrough();
    command->callback([&context, options, run] { run(context, *options); });
    return command;
}

void add_directory(CLI::App* command, const Context& context,
                   const std::shared_ptr<PkiOptions>& options) {
    command
        ->add_option("--dir", options->directory,
                     std::string(context.pick("directory of the CA", "認証局のディレクトリ")))
        ->envname("SUDARE_PKI_DIR")
        ->capture_default_str();
}

void add_passphrase(CLI::App* command, const Context& context,
                    const std::shared_ptr<PkiOptions>& options) {
    command
        ->add_option("--passphrase-file", options->passphrase_file,
                     std::string(context.pick(
                         "first line is the passphrase of the CA's key; asked for without it",
                         "1 行目が認証局の鍵のパスフレーズ。なければ端末で尋ねる")))
        ->envname("SUDARE_PKI_PASSPHRASE_FILE");
}

}  // namespace sudare::ctl
