// SPDX-License-Identifier: Apache-2.0
// sudarectl pki sign: certificates for keys that were made elsewhere and stay there.
#include "server/base/log.h"
#include "server/ctl/pki_options.h"
#include "server/pki/files.h"
#include "server/pki/request.h"

namespace sudare::ctl {
namespace {

Result<pki::CheckedRequest> checked_request(const std::string& path) {
    SUDARE_TRY(const std::string pem, pki::read_file(path));
    auto request = pki::check_request(pem);
    if (!request)
        return fail(request.error().code, "\"" + path + "\": " + request.error().message);
    return request;
}

void sign(Context& context, const PkiOptions& options) {
    // Before the passphrase is asked for: what cannot be signed needs none.
    const auto request = checked_request(options.files.front());
    if (!request)
        return context.failed(request.error());
    if (!options.name.empty() && options.name != request->name)
        return context.failed(Errc::kBadInput,
                              "the request is that of terminal \"" + request->name + "\", not \"" +
                                  options.name + "\"",
                              "この要求は端末「" + request->name + "」のものです。「" +
                                  options.name + "」ではありません");
    auto authority = open_authority(context, options);
    if (!authority)
        return context.failed(authority.error());
    const auto done = authority->sign(*request, options.days, options.again);
    if (!done)
        return context.failed(done.error());
    const std::string key = pki::hex_of(request->fingerprint);
    const std::string next = fmt::format("sudarectl terminal add {} --certificate {}",
                                         request->name, done->certificate_path);
    context.result(
        {{"kind", "terminal"},
         {"name", request->name},
         {"serial", done->facts.serial},
         {"sha256", pki::hex_of(done->facts.fingerprint)},
         {"key_sha256", key},
         {"not_after", utc(done->facts.not_after)},
         {"certificate", done->certificate_path},
         {"register", next}},
        fmt::format(fmt::runtime(context.pick(
                        "Signed terminal certificate \"{}\", valid until {}\n  certificate {}\n"
                        "  key SHA-256 {}   (compare with what the terminal showed)\n"
                        "Copy the certificate to the terminal, and register it on the border: {}",
                        "端末「{}」の証明書に署名しました。有効期限 {}\n  証明書 {}\n"
                        "  鍵の SHA-256 {}  (端末の表示と照合してください)\n"
                        "証明書を端末に渡し、境界サーバーで登録してください: {}")),
                    request->name, utc(done->facts.not_after), done->certificate_path, key, next));
}

}  // namespace

void add_pki_request_commands(CLI::App& pki, Context& context) {
    const auto options = std::make_shared<PkiOptions>();
    CLI::App* command =
        add_pki(pki, context, "sign",
                context.pick("sign the request of a terminal, whose key stays there",
                             "端末の証明書要求 (CSR) に署名 (秘密鍵は端末から出ない)"),
                options, sign);
    add_directory(command, context, options);
    add_passphrase(command, context, options);
    command
        ->add_option("request", options->files,
                     std::string(context.pick("PEM file that sudare --make-request made",
                                              "sudare --make-request で作った PEM ファイル")))
        ->required()
        ->expected(1);
    command->add_option("--name", options->name,
                        std::string(context.pick("sign only if it names this terminal",
                                                 "この端末名の要求だけに署名")));
    command->add_option("--days", options->days,
                        std::string(context.pick("validity (default: 90)", "有効日数 (既定 90)")));
    command->add_flag("--again", options->again,
                      std::string(context.pick("this terminal has a valid certificate already",
                                               "有効な証明書がすでにある端末に再発行する")));
}

}  // namespace sudare::ctl
