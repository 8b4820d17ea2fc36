// SPDX-License-Identifier: Apache-2.0
#include "server/base/log.h"
#include "server/ctl/passphrase.h"
#include "server/ctl/pki_options.h"

// sudarectl pki: works on files only and needs no broker.
namespace sudare::ctl {
namespace {

using pki::Authority;

void init(Context& context, const PkiOptions& options) {
    const int days = options.days > 0 ? options.days : pki::kAuthorityDays;
    const auto passphrase = options.plain_key ? Result<std::string>(std::string())
                                              : new_passphrase(context, options.passphrase_file);
    if (!passphrase)
        return context.failed(passphrase.error());
    const auto authority =
        Authority::init(options.directory, "Sudare private CA", days, *passphrase);
    if (!authority)
        return context.failed(authority.error());
    context.result({{"directory", options.directory},
                    {"certificate", options.directory + "/ca.crt"},
                    {"crl", options.directory + "/crl.pem"}},
                   fmt::format(fmt::runtime(context.pick(
                                   "Made a private CA in {0}. Keep {0}/ca.key on a machine that "
                                   "serves nobody.",
                                   "{0} に認証局を作成しました。{0}/ca.key は利用者にサービスしない"
                                   "機器に保管してください。")),
                               options.directory));
}

void issue(Context& context, const PkiOptions& options) {
    auto authority = open_authority(context, options);
    if (!authority)
        return context.failed(authority.error());
    const auto issued = authority->issue(
        {*pki::kind_from(options.kind), options.name, options.dns, options.ip, options.days});
    if (!issued)
        return context.failed(issued.error());
    boost::json::object object{{"kind", options.kind},
                               {"name", options.name},
                               {"serial", issued->facts.serial},
                               {"sha256", pki::hex_of(issued->facts.fingerprint)},
                               {"not_after", utc(issued->facts.not_after)},
                               {"certificate", issued->certificate_path},
                               {"key", issued->key_path}};
    std::string text =
        fmt::format(fmt::runtime(context.pick(
                        "Issued {} certificate \"{}\", valid until {}\n  certificate {}\n"
                        "  key         {}",
                        "{} 証明書「{}」を発行しました。有効期限 {}\n  証明書 {}\n  秘密鍵 {}")),
                    options.kind, options.name, utc(issued->facts.not_after),
                    issued->certificate_path, issued->key_path);
    if (!issued->bundle_path.empty()) {
        object["bundle"] = issued->bundle_path;
        object["bundle_passphrase"] = issued->bundle_passphrase;
        text += fmt::format(
            fmt::runtime(context.pick(
                "\n  PKCS #12    {}\n  passphrase  {}   (shown once, not stored)",
                "\n  PKCS #12 {}\n  パスフレーズ {}  (この一度だけ表示され、保存されません)")),
            issued->bundle_path, issued->bundle_passphrase);
    }
    context.result(object, text);
}

void revoke(Context& context, const PkiOptions& options) {
    auto authority = open_authority(context, options);
    if (!authority)
        return context.failed(authority.error());
    const auto rows = authority->revoke(options.name, pki::kind_from(options.kind));
    if (!rows)
        return context.failed(rows.error());
    for (const pki::IndexRow& row : *rows)
        context.result(
            {{"kind", name_of(row.kind)}, {"name", row.name}, {"serial", row.serial}},
            fmt::format(fmt::runtime(context.pick("Revoked {} \"{}\", serial {}",
                                                  "{}「{}」(シリアル {}) を失効させました")),
                        name_of(row.kind), row.name, row.serial));
    if (!context.json)
        context.result(
            {}, context.pick("Copy crl.pem to the gateway and the session hosts.",
                             "crl.pem をゲートウェイとセッションホストに配布してください。"));
}

void write_crl(Context& context, const PkiOptions& options) {
    auto authority = open_authority(context, options);
    if (!authority)
        return context.failed(authority.error());
    const auto crl = authority->write_crl(options.days > 0 ? options.days : Authority::kCrlDays);
    if (!crl)
        return context.failed(crl.error());
    context.result(
        {{"crl", crl->path}, {"next_update", utc(crl->next_update)}, {"revoked", crl->revoked}},
        fmt::format(
            fmt::runtime(context.pick("Wrote {} ({} revoked); renew it before {}",
                                      "{} を作成しました (失効 {} 件)。{} までに更新してください")),
            crl->path, crl->revoked, utc(crl->next_update)));
}

void list(Context& context, const PkiOptions& options) {
    const auto rows = Authority::list(options.directory);
    if (!rows)
        return context.failed(rows.error());
    for (const pki::IndexRow& row : *rows) {
        boost::json::object object{{"kind", name_of(row.kind)},
                                   {"name", row.name},
                                   {"serial", row.serial},
                                   {"sha256", row.fingerprint},
                                   {"not_after", utc(row.not_after)},
                                   {"revoked", row.revoked_at != 0}};
        context.result(object,
                       fmt::format("{:9}{:24} {}  {}  {}", name_of(row.kind), row.name, row.serial,
                                   utc(row.not_after),
                                   row.revoked_at != 0 ? context.pick("revoked", "失効") : ""));
    }
}

void add_issue(CLI::App& pki, Context& context) {
    const auto options = std::make_shared<PkiOptions>();
    CLI::App* command = add_pki(
        pki, context, "issue",
        context.pick("issue a certificate with a new key", "証明書と鍵を発行"), options, issue);
    add_directory(command, context, options);
    add_passphrase(command, context, options);
    command->add_option("kind", options->kind, std::string(context.pick("what it is for", "用途")))
        ->required()
        ->check(CLI::IsMember({"gateway", "border", "host", "terminal"}));
    command->add_option("name", options->name, std::string(context.pick("its name", "名前")))
        ->required();
    command->add_option("--dns", options->dns,
                        std::string(context.pick("host name (repeatable; gateway, host)",
                                                 "ホスト名 (複数可、gateway と host のみ)")));
    command->add_option("--ip", options->ip,
                        std::string(context.pick("address (repeatable; gateway, host)",
                                                 "IP アドレス (複数可、gateway と host のみ)")));
    command->add_option("--days", options->days,
                        std::string(context.pick("validity (default: 365, terminal 90)",
                                                 "有効日数 (既定 365、terminal は 90)")));
}

}  // namespace

void add_pki_commands(CLI::App& app, Context& context) {
    CLI::App* pki =
        app.add_subcommand("pki", std::string(context.pick("the private CA (files only, no broker)",
                                                           "認証局 (ファイルのみ)")));
    pki->fallthrough()->require_subcommand(1);

    auto options = std::make_shared<PkiOptions>();
    CLI::App* command =
        add_pki(*pki, context, "init", context.pick("make a CA", "認証局を作成"), options, init);
    command
        ->add_option("dir", options->directory,
                     std::string(context.pick("new directory", "新しいディレクトリ")))
        ->required();
    command->add_option("--days", options->days, std::string(context.pick("validity", "有効日数")));
    add_passphrase(command, context, options);
    command->add_flag("--plain-key", options->plain_key,
                      std::string(context.pick(
                          "store the key as it is: for tests, or a disk that is encrypted itself",
                          "鍵を暗号化しない (試験用、またはディスク自体が暗号化されている場合)")));

    add_issue(*pki, context);
    add_pki_request_commands(*pki, context);
    add_pki_check_command(*pki, context);

    options = std::make_shared<PkiOptions>();
    command = add_pki(*pki, context, "revoke",
                      context.pick("revoke all valid certificates of a name", "証明書を失効"),
                      options, revoke);
    add_directory(command, context, options);
    add_passphrase(command, context, options);
    command->add_option("name", options->name, std::string(context.pick("its name", "名前")))
        ->required();
    command
        ->add_option("--kind", options->kind,
                     std::string(context.pick("only this kind", "この種類のみ")))
        ->check(CLI::IsMember({"gateway", "border", "host", "terminal"}));

    options = std::make_shared<PkiOptions>();
    command = add_pki(*pki, context, "crl", context.pick("write a fresh CRL", "失効リストを更新"),
                      options, write_crl);
    add_directory(command, context, options);
    add_passphrase(command, context, options);
    command->add_option(
        "--days", options->days,
        std::string(context.pick("until the next (default 7)", "次回までの日数 (既定 7)")));

    options = std::make_shared<PkiOptions>();
    command = add_pki(*pki, context, "list", context.pick("all certificates", "証明書の一覧"),
                      options, list);
    add_directory(command, context, options);
}

}  // namespace sudare::ctl
