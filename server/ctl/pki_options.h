// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/CLI.hpp>
#include <memory>
#include <string>
#include <vector>

#include "server/ctl/commands.h"
#include "server/pki/authority.h"

// What the commands of sudarectl pki share.
namespace sudare::ctl {

struct PkiOptions {
    std::string directory = "/etc/sudare/pki";
    std::string name;
    std::string kind;
    std::vector<std::string> dns;
    std::vector<std::string> ip;
    int days = 0;
    std::string passphrase_file;
    bool plain_key = false;
    std::vector<std::string> files;
    bool again = false;
    int within = 30;  // days
};

Result<pki::Authority> open_authority(const Context& context, const PkiOptions& options);

// The options live as long as the callbacks: one shared object per subcommand.
CLI::App* add_pki(CLI::App& parent, Context& context, const char* name, std::string_view help,
                  const std::shared_ptr<PkiOptions>& options,
                  void (*run)(Context&, const PkiOptions&));
void add_directory(CLI::App* command, const Context& context,
                   const std::shared_ptr<PkiOptions>& options);
void add_passphrase(CLI::App* command, const Context& context,
                    const std::shared_ptr<PkiOptions>& options);

// sign, renew
void add_pki_request_commands(CLI::App& pki, Context& context);
// check
void add_pki_check_command(CLI::App& pki, Context& context);

}  // namespace sudare::ctl
