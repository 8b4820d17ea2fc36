// SPDX-License-Identifier: Apache-2.0
// sudarectl consent: what a second reviewer says about a recording that one alone does not get.
#include <CLI/CLI.hpp>
#include <memory>

#include "server/base/log.h"
#include "server/ctl/client.h"
#include "server/ctl/commands.h"

namespace sudare::ctl {
namespace {

using ipc::CtlRequest;

struct Words {
    std::string number, reason;
};

void decide(Context& context, CtlRequest request, const Words& words) {
    std::vector<std::string> arguments{words.number};
    if (request == CtlRequest::kConsentRefuse)
        arguments.push_back(words.reason);
    if (ask(context, request, arguments))
        context.result({{"consent", words.number}}, printable(words.number));
}

}  // namespace

void add_consent_commands(CLI::App& app, Context& context) {
    CLI::App* group =
        add_group(app, "consent",
                  context.pick("recordings that need a second reviewer", "録画の取り出しへの同意"));
    add_command(group, "list",
                context.pick("those that wait or stand", "同意待ちと有効な同意の一覧"), [&context] {
                    ask_table(context, CtlRequest::kConsentList, {},
                              {{"consent", "NO", "番号"},
                               {"state", "STATE", "状態"},
                               {"by", "BY", "依頼者"},
                               {"user", "USER", "利用者"},
                               {"recording", "RECORDING", "録画"},
                               {"until", "UNTIL", "期限", true},
                               {"reason", "REASON", "理由"}});
                });
    const auto words = std::make_shared<Words>();
    CLI::App* give = add_command(
        group, "give",
        context.pick("to another reviewer, once", "ほかの閲覧者の取り出しに 1 回だけ同意"),
        [&context, words] { decide(context, CtlRequest::kConsentGive, *words); });
    add_needed(give, "number", words->number, context.pick("number", "番号"));
    CLI::App* refuse =
        add_command(group, "refuse", context.pick("it is not given", "同意しない"),
                    [&context, words] { decide(context, CtlRequest::kConsentRefuse, *words); });
    add_needed(refuse, "number", words->number, context.pick("number", "番号"));
    add_needed(refuse, "--reason", words->reason,
               context.pick("why, for the record", "理由 (記録に残る)"));
}

}  // namespace sudare::ctl
