// SPDX-License-Identifier: Apache-2.0
// sudarectl terminal.
#include <sodium.h>
#include <sys/stat.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <memory>

#include "server/base/log.h"
#include "server/ctl/client.h"
#include "server/ctl/commands.h"
#include "server/pki/certificate.h"
#include "server/pki/files.h"

namespace sudare::ctl {
namespace {

using ipc::CtlRequest;

constexpr int kBase64 = sodium_base64_VARIANT_ORIGINAL;

struct TerminalOptions {
    std::string name;
    std::string certificate;
    std::string directory;
    std::string days;
};
using Options = std::shared_ptr<TerminalOptions>;

Result<pki::CertificateFacts> facts_of_file(const std::string& path) {
    SUDARE_TRY(const std::string pem, pki::read_file(path));
    return pki::read_certificate(pem);
}

void add_terminal(Context& context, const TerminalOptions& options) {
    std::string serial, fingerprint, end;
    if (!options.certificate.empty()) {
        const auto facts = facts_of_file(options.certificate);
        if (!facts)
            return context.failed(
                Errc::kBadInput,
                "--certificate \"" + options.certificate + "\": " + facts.error().message,
                "--certificate「" + options.certificate + "」: " + facts.error().message);
        if (facts->name != options.name)
            return context.failed(Errc::kBadInput,
                                  "the certificate is that of terminal \"" + facts->name +
                                      "\", not \"" + options.name + "\"; give its own name",
                                  "この証明書は端末「" + facts->name + "」のものです。「" +
                                      options.name + "」ではありません");
        serial = facts->serial;
        fingerprint = pki::hex_of(facts->fingerprint);
        end = std::to_string(facts->not_after);
    }
    if (ask(context, CtlRequest::kTerminalAdd, {options.name, serial, fingerprint, end}))
        context.result({{"terminal", options.name}, {"sha256", fingerprint}},
                       printable(options.name));
}

void revoke(Context& context, const std::string& name) {
    if (ask(context, CtlRequest::kTerminalRevoke, {name}))
        context.result({{"name", name}}, printable(name));
}

// Names come from the broker, and become those of files.
Result<void> write_request(const std::string& directory, const ipc::CtlRow& row) {
    const std::string name = text_of(row, "terminal");
    const std::string text = text_of(row, "request");
    if (!pki::is_certificate_name(name))
        return fail(Errc::kBadInput, "terminal \"" + name + "\" has no name for a file");
    std::string bytes(text.size(), '\0');
    std::size_t count = 0;
    if (sodium_base642bin(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(), text.data(),
                          text.size(), nullptr, &count, nullptr, kBase64) != 0)
        return fail(Errc::kBadInput, "the broker's answer is not base64");
    bytes.resize(count);
    return pki::write_file(directory + "/" + name + ".renewal", bytes, 0600);
}

void renewals(Context& context, const TerminalOptions& options) {
    std::vector<ipc::CtlRow> rows;
    if (!ask(context, CtlRequest::kTerminalRenewals,
             {options.directory.empty() ? std::string() : std::string("requests")},
             [&rows](const ipc::CtlRow& row) { rows.push_back(row); }))
        return;
    if (!options.directory.empty() && ::mkdir(options.directory.c_str(), 0700) != 0 &&
        errno != EEXIST)
        return context.failed(fail_errno(("mkdir " + options.directory).c_str()).value());
    for (const ipc::CtlRow& row : rows)
        if (!options.directory.empty() && text_of(row, "new_serial").empty())
            if (const auto written = write_request(options.directory, row); !written)
                return context.failed(written.error());
    for (ipc::CtlRow& row : rows)
        std::erase_if(row, [](const ipc::CtlField& field) { return field.name == "request"; });
    print_table(context, rows,
                {{"terminal", "TERMINAL", "端末"},
                 {"asked", "ASKED", "要求", true},
                 {"serial", "PRESENT SERIAL", "現在のシリアル"},
                 {"signed", "SIGNED", "署名済み"},
                 {"new_serial", "NEW SERIAL", "新しいシリアル"}});
}

Result<std::string> der_in_base64(const std::string& pem) {
    SUDARE_TRY(const std::string der, pki::der_of_certificate(pem));
    std::string out(sodium_base64_ENCODED_LEN(der.size(), kBase64), '\0');
    sodium_bin2base64(out.data(), out.size(), reinterpret_cast<const unsigned char*>(der.data()),
                      der.size(), kBase64);
    out.pop_back();  // the NUL
    return out;
}

// False: the broker did not take it, and that was said.
bool install_one(Context& context, const std::filesystem::path& path) {
    const auto pem = pki::read_file(path.string());
    const auto facts = pem ? pki::read_certificate(*pem)
                           : Result<pki::CertificateFacts>(tl::unexpected(pem.error()));
    const auto der =
        facts ? der_in_base64(*pem) : Result<std::string>(tl::unexpected(facts.error()));
    if (!der) {
        context.failed(der.error().code, path.string() + ": " + der.error().message,
                       path.string() + ": " + der.error().message);
        return false;
    }
    if (!ask(context, CtlRequest::kTerminalInstall,
             {facts->name, facts->serial, pki::hex_of(facts->fingerprint),
              std::to_string(facts->not_after), *der}))
        return false;
    context.result(
        {{"terminal", facts->name},
         {"serial", facts->serial},
         {"not_after", utc(facts->not_after)}},
        fmt::format("{}  {}  {}", printable(facts->name), facts->serial, utc(facts->not_after)));
    return true;
}

void install(Context& context, const TerminalOptions& options) {
    std::error_code error;
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(options.directory, error))
        if (entry.path().extension() == ".crt")
            files.push_back(entry.path());
    if (error || files.empty())
        return context.failed(
            Errc::kNotFound,
            "\"" + options.directory + "\" holds no NAME.crt; at the CA: sudarectl pki renew DIR",
            "「" + options.directory +
                "」に NAME.crt がありません。認証局で sudarectl pki renew DIR を実行してください");
    std::ranges::sort(files);
    for (const auto& path : files)
        install_one(context, path);
}

void expiring(Context& context, const TerminalOptions& options) {
    std::vector<ipc::CtlRow> rows;
    if (!ask(context, CtlRequest::kTerminalExpiring, {options.days},
             [&rows](const ipc::CtlRow& row) { rows.push_back(row); }))
        return;
    print_table(context, rows,
                {{"terminal", "TERMINAL", "端末"},
                 {"serial", "SERIAL", "シリアル"},
                 {"not_after", "ENDS", "期限", true},
                 {"renewal", "RENEWAL ASKED", "更新要求"}});
    if (!rows.empty())
        context.exit_code = kExitExpiring;
}

void add_add(CLI::App* terminal, Context& context) {
    const auto options = std::make_shared<TerminalOptions>();
    CLI::App* command =
        add_command(terminal, "add", context.pick("register a terminal", "端末を登録"),
                    [&context, options] { add_terminal(context, *options); });
    add_needed(command, "name", options->name, context.pick("name", "名前"));
    command->add_option(
        "--certificate", options->certificate,
        std::string(context.pick("PEM file: only listed certificates of this name from now on",
                                 "PEM ファイル: 以後この名前では登録した証明書のみ許可")));
}

void add_refusals(CLI::App* terminal, Context& context) {
    const auto name = std::make_shared<std::string>();
    CLI::App* command =
        add_command(terminal, "revoke", context.pick("refuse at once", "直ちに拒否"),
                    [&context, name] { revoke(context, *name); });
    add_needed(command, "name", *name, context.pick("name", "名前"));
    const auto serial = std::make_shared<std::string>();
    command = add_command(terminal, "deny",
                          context.pick("refuse one certificate at once and for good",
                                       "証明書 1 枚を直ちに、以後ずっと拒否"),
                          [&context, serial] {
                              ask_table(context, CtlRequest::kTerminalDeny, {*serial},
                                        {{"serial", "SERIAL", "シリアル"},
                                         {"terminal", "TERMINAL", "端末"},
                                         {"connections", "CONNECTIONS ENDED", "切断した接続"}});
                          });
    add_needed(command, "serial", *serial,
               context.pick("its serial number, hexadecimal", "シリアル番号 (16 進数)"));
}

void add_renewals(CLI::App* terminal, Context& context) {
    auto options = std::make_shared<TerminalOptions>();
    CLI::App* command = add_command(terminal, "renewals",
                                    context.pick("requests of terminals for their next certificate",
                                                 "端末からの証明書更新要求"),
                                    [&context, options] { renewals(context, *options); });
    command->add_option("--out", options->directory,
                        std::string(context.pick(
                            "write those that nobody has signed there, for: sudarectl pki renew",
                            "未署名の要求をこのディレクトリに書き出す (sudarectl pki renew 用)")));
    options = std::make_shared<TerminalOptions>();
    command = add_command(terminal, "install",
                          context.pick("hand the signed certificates to their terminals",
                                       "署名した証明書を端末に渡す"),
                          [&context, options] { install(context, *options); });
    add_needed(command, "certificates", options->directory,
               context.pick("directory of NAME.crt that sudarectl pki renew made",
                            "sudarectl pki renew で作った NAME.crt のディレクトリ"));
}

void add_expiring(CLI::App* terminal, Context& context) {
    const auto options = std::make_shared<TerminalOptions>();
    CLI::App* command =
        add_command(terminal, "expiring",
                    context.pick("certificates that end soon (exit code 6 if any does)",
                                 "期限が近い証明書 (あれば終了コード 6)"),
                    [&context, options] { expiring(context, *options); });
    command->add_option("--within", options->days,
                        std::string(context.pick("days (default: expiry_days of broker.toml)",
                                                 "何日以内 (既定: broker.toml の expiry_days)")));
}

}  // namespace

void add_terminal_commands(CLI::App& app, Context& context) {
    CLI::App* terminal = add_group(app, "terminal", context.pick("terminals", "端末"));
    add_add(terminal, context);
    add_refusals(terminal, context);
    add_renewals(terminal, context);
    add_expiring(terminal, context);
    add_command(terminal, "list", context.pick("all terminals", "端末の一覧"), [&context] {
        ask_table(context, CtlRequest::kTerminalList, {},
                  {{"terminal", "TERMINAL", "端末"},
                   {"revoked", "REVOKED", "失効"},
                   {"denied", "DENIED", "拒否"},
                   {"not_after", "ENDS", "期限", true},
                   {"serial", "SERIAL", "シリアル"},
                   {"sha256", "SHA-256", "SHA-256"}});
    });
}

}  // namespace sudare::ctl
