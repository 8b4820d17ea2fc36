// SPDX-License-Identifier: Apache-2.0
// sudarectl pki check: what ends soon. For a timer; the exit code says it.
#include <ctime>

#include "server/base/log.h"
#include "server/ctl/pki_options.h"
#include "server/pki/ends.h"

namespace sudare::ctl {
namespace {

constexpr std::int64_t kDaySeconds = 24 * 60 * 60;
constexpr int kDaysMax = 3650;
constexpr int kForgottenDays = 30;

Result<std::vector<pki::End>> ends(const PkiOptions& options) {
    if (options.files.empty())
        return pki::ends_of_directory(options.directory);
    std::vector<pki::End> out;
    for (const std::string& file : options.files) {
        SUDARE_TRY(const std::vector<pki::End> found, pki::ends_of_file(file));
        out.insert(out.end(), found.begin(), found.end());
    }
    return out;
}

void check(Context& context, const PkiOptions& options) {
    if (options.within < 0 || options.within > kDaysMax)
        return context.failed(Errc::kBadInput, "--within must be 0 to 3650 days",
                              "--within: 0～3650 日で指定してください");
    const auto found = ends(options);
    if (!found)
        return context.failed(found.error());
    const std::int64_t now = std::time(nullptr);
    for (const pki::End& end : *found) {
        if (end.at > now + options.within * kDaySeconds)
            continue;
        // Of a machine that is gone since: a CA keeps all of them in its index.
        if (options.files.empty() && end.what != "authority" && end.what != "crl" &&
            end.at < now - kForgottenDays * kDaySeconds)
            continue;
        const bool over = end.at <= now;
        context.exit_code = kExitExpiring;
        context.result(
            {{"what", end.what}, {"name", end.name}, {"ends", utc(end.at)}, {"ended", over}},
            fmt::format("{:12}{}  {}  {}", end.what, utc(end.at), end.name,
                        over ? context.pick("has ended", "期限切れ") : ""));
    }
}

}  // namespace

void add_pki_check_command(CLI::App& pki, Context& context) {
    const auto options = std::make_shared<PkiOptions>();
    CLI::App* command = add_pki(
        pki, context, "check",
        context.pick("what ends soon (exit code 6 if anything does): the CA, or PEM files",
                     "期限が近いものを表示 (あれば終了コード 6): 認証局、または PEM ファイル"),
        options, check);
    add_directory(command, context, options);
    command->add_option("files", options->files,
                        std::string(context.pick(
                            "certificates and revocation lists instead, as on gateway and host",
                            "認証局の代わりに調べる証明書と失効リスト (ゲートウェイやホスト上)")));
    command->add_option("--within", options->within, std::string(context.pick("days", "何日以内")))
        ->capture_default_str();
}

}  // namespace sudare::ctl
