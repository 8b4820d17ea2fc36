// SPDX-License-Identifier: Apache-2.0
// sudarectl evidence export: records for whoever does not trust us.
#include <CLI/CLI.hpp>
#include <memory>

#include "server/ctl/bundle_folder.h"
#include "server/ctl/client.h"
#include "server/ctl/evidence_criteria.h"

namespace sudare::ctl {
namespace {

struct Options {
    Criteria criteria;
    std::string out, key;
};

void tell(Context& context, const ipc::CtlRow& counts, const Options& options) {
    boost::json::object object = json_of(counts);
    object["out"] = options.out;
    const std::string all = text_of(counts, "records"), not_signed = text_of(counts, "unsigned");
    const bool whole = not_signed == "0" && text_of(counts, "export_signed") == "true";
    const std::string english =
        whole ? "all proven under the signature. Check: sudare-verify --key YOUR-COPY " + options.out
              : "NOT SIGNED: " + not_signed + " of them, or the record of this export, wait for the signer";
    const std::string japanese =
        whole ? "すべて署名により証明できます。確認: sudare-verify --key 手元の鍵 " + options.out
              : "署名なし: " + not_signed + " 件、またはこの取り出しの記録に、署名がまだありません";
    context.result(object, options.out + "\n" +
                               std::string(context.pick(all + " records; " + english,
                                                        all + " 件。" + japanese)));
    if (all == "0")
        context.exit_code = kExitNotFound;
}

void run(Context& context, const Options& options) {
    const auto arguments = arguments_of(context, options.criteria, "export");
    if (!arguments)
        return;
    if (const auto counts = export_bundle(context, *arguments, options.out, options.key))
        tell(context, *counts, options);
}

}  // namespace

void add_export_command(CLI::App* evidence, Context& context) {
    const auto options = std::make_shared<Options>();
    CLI::App* command = add_command(
        evidence, "export",
        context.pick("records with proofs in a new folder, for others; recorded",
                     "記録を証明とともに新しいフォルダへ (外部への提出用、記録される)"),
        [&context, options] { run(context, *options); });
    add_criteria(command, options->criteria, context);
    command->get_option("--reason")->required();
    command
        ->add_option("--out", options->out,
                     std::string(context.pick("the new folder", "新しいフォルダ")))
        ->required();
    add_option(command, "--signer-key", options->key, context,
               "file with the signer's public key, to put in as well",
               "署名用公開鍵のファイル (束に入れる場合)");
}

}  // namespace sudare::ctl
