// SPDX-License-Identifier: Apache-2.0
// sudarectl pki sign and renew: certificates for keys that were made elsewhere and stay there.
#include <algorithm>
#include <filesystem>

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

constexpr std::string_view kRenewalEnding = ".renewal";

// One of a directory; the certificate goes beside it.
void renew_one(Context& context, pki::Authority& authority, const PkiOptions& options,
               const std::filesystem::path& path) {
    const std::string name = path.stem().string();
    const auto request = pki::read_file(path.string());
    const auto done = request ? authority.renew(*request, name, options.days)
                              : Result<pki::Signed>(tl::unexpected(request.error()));
    if (!done)
        return context.failed(done.error().code, path.string() + ": " + done.error().message,
                              path.string() + ": " + done.error().message);
    const std::string certificate = path.parent_path().string() + "/" + name + ".crt";
    const auto pem = pki::read_file(done->certificate_path);
    const auto written =
        pem ? pki::write_file(certificate, *pem, 0644) : Result<void>(tl::unexpected(pem.error()));
    if (!written)
        return context.failed(written.error());
    context.result({{"name", name},
                    {"serial", done->facts.serial},
                    {"not_after", utc(done->facts.not_after)},
                    {"certificate", certificate}},
                   fmt::format(fmt::runtime(context.pick("Renewed \"{}\", valid until {}: {}",
                                                         "「{}」を更新しました。有効期限 {}: {}")),
                               name, utc(done->facts.not_after), certificate));
}

void renew(Context& context, const PkiOptions& options) {
    const std::string& directory = options.files.front();
    std::error_code error;
    std::vector<std::filesystem::path> requests;
    for (const auto& entry : std::filesystem::directory_iterator(directory, error))
        if (entry.path().extension() == kRenewalEnding)
            requests.push_back(entry.path());
    if (error)
        return context.failed(Errc::kNotFound, "\"" + directory + "\": " + error.message(),
                              "「" + directory + "」: " + error.message());
    if (requests.empty())
        return context.failed(Errc::kNotFound,
                              "\"" + directory +
                                  "\" holds no NAME.renewal; on the border: "
                                  "sudarectl terminal renewals --out DIR",
                              "「" + directory +
                                  "」に NAME.renewal がありません。境界サーバーで "
                                  "sudarectl terminal renewals --out DIR を実行してください");
    std::ranges::sort(requests);
    auto authority = open_authority(context, options);
    if (!authority)
        return context.failed(authority.error());
    for (const auto& path : requests)
        renew_one(context, *authority, options, path);
}

void add_sign(CLI::App& pki, Context& context) {
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

}  // namespace

void add_pki_request_commands(CLI::App& pki, Context& context) {
    add_sign(pki, context);
    const auto options = std::make_shared<PkiOptions>();
    CLI::App* command =
        add_pki(pki, context, "renew",
                context.pick("sign the requests that terminals sent through the border",
                             "端末が境界サーバー経由で送った更新要求に署名"),
                options, renew);
    add_directory(command, context, options);
    add_passphrase(command, context, options);
    command
        ->add_option("requests", options->files,
                     std::string(context.pick(
                         "directory of NAME.renewal (sudarectl terminal renewals --out); the "
                         "certificates go there",
                         "NAME.renewal のディレクトリ (sudarectl terminal renewals --out)。"
                         "証明書もここに置かれる")))
        ->required()
        ->expected(1);
    command->add_option("--days", options->days,
                        std::string(context.pick("validity (default: 90)", "有効日数 (既定 90)")));
}

}  // namespace sudare::ctl
