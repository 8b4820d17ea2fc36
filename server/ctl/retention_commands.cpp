// SPDX-License-Identifier: Apache-2.0
// sudarectl evidence retention, evidence space: what the rules delete, and for how long there is room.
#include <CLI/CLI.hpp>
#include <array>
#include <memory>

#include "server/base/log.h"
#include "server/ctl/client.h"
#include "server/ctl/commands.h"
#include "server/ctl/times.h"

namespace sudare::ctl {
namespace {

using ipc::CtlRequest;

struct Words {
    std::string_view verdict, english, japanese;
};
constexpr std::array kVerdicts{
    Words{"delete", "goes", "削除"},
    Words{"young", "goes next", "次に削除"},
    Words{"unsigned", "stays: not signed yet", "保存: 未署名"},
    Words{"held", "stays: hold", "保存: 保全"},
    Words{"needed", "stays: a recording of that time is there", "保存: 同じ期間の録画がある"},
    Words{"next_run", "goes with the next run", "次回の実行で削除"},
};

std::uint64_t number_of(const ipc::CtlRow& row, std::string_view name) {
    const std::string text = text_of(row, name);
    return text.empty() ? 0 : std::stoull(text);
}

std::string size_of(std::uint64_t bytes) {
    constexpr std::array<const char*, 5> kUnits{"B", "kB", "MB", "GB", "TB"};
    auto value = static_cast<double>(bytes);
    std::size_t unit = 0;
    for (; value >= 1000 && unit + 1 < kUnits.size(); ++unit)
        value /= 1000;
    return unit == 0 ? std::to_string(bytes) + " B" : fmt::format("{:.1f} {}", value, kUnits[unit]);
}

std::string time_of(const ipc::CtlRow& row, std::string_view name) {
    const auto seconds = static_cast<std::int64_t>(number_of(row, name));
    return seconds == 0 ? "-" : local_time(seconds);
}

std::string line_of(const Context& context, const ipc::CtlRow& row) {
    const std::string verdict = text_of(row, "verdict"), by = text_of(row, "by");
    std::string said = verdict;
    for (const Words& words : kVerdicts)
        if (words.verdict == verdict)
            said = context.pick(words.english, words.japanese);
    std::string line = std::string(text_of(row, "kind") == "log" ? context.pick("log", "監査記録")
                                                                 : context.pick("recording", "録画")) +
                       "  " + text_of(row, "name") + "  " + time_of(row, "from") + "  " +
                       size_of(number_of(row, "bytes"));
    if (const std::string user = text_of(row, "user"); !user.empty())
        line += "  " + quoted_word(user);
    line += "  " + said + (by.empty() ? "" : " " + quoted_word(by));
    if (verdict == "young")
        line += "  " + time_of(row, "due");
    return line;
}

std::string summary_of(const Context& context, const ipc::CtlRow& row) {
    std::string line = fmt::format(
        fmt::runtime(context.pick("{} recordings wait for the sweep, which ran last: {}",
                                  "削除待ちの録画 {} 件。sweep の最終実行: {}")),
        number_of(row, "ordered"), time_of(row, "swept"));
    if (const auto young = number_of(row, "swept_young"); young != 0)
        line += fmt::format(fmt::runtime(context.pick("; {} were younger than its floor",
                                                      "。下限日数に達していないもの {} 件")),
                            young);
    if (const auto more = number_of(row, "not_shown"); more != 0)
        line += fmt::format(fmt::runtime(context.pick("\n{} more are not shown", "\nほかに {} 件")), more);
    if (number_of(row, "wait_until") != 0)
        line += "\n" + std::string(context.pick("nothing is deleted before ",
                                                "次の時刻まで何も削除しません: ")) +
                time_of(row, "wait_until") +
                std::string(context.pick(": the clock may have been set",
                                         "（時計が変更された可能性があるため）"));
    return line;
}

void show_retention(Context& context, bool run) {
    ask(context, CtlRequest::kEvidenceRetention, {run ? "run" : "dry"},
        [&context](const ipc::CtlRow& row) {
            const bool summary = text_of(row, "kind") == "summary";
            context.result(json_of(row), summary ? summary_of(context, row) : line_of(context, row));
        });
}

std::string part_of(const Context& context, const ipc::CtlRow& row) {
    const std::string part = text_of(row, "part");
    if (part == "group") {
        const std::string group = text_of(row, "group");
        return "  " + (group.empty() ? std::string(context.pick("(no group)", "（グループなし）"))
                                     : printable(group)) +
               "  " + text_of(row, "recordings") + "  " + size_of(number_of(row, "bytes"));
    }
    const std::string name(part == "log"     ? context.pick("log", "監査記録")
                           : part == "index" ? context.pick("index", "索引")
                                             : context.pick("recordings", "録画"));
    const std::string days = text_of(row, "days");
    return name + "  " + size_of(number_of(row, "bytes")) + "  " +
           std::string(context.pick("a day: ", "1 日あたり: ")) + size_of(number_of(row, "per_day")) +
           "  " + std::string(context.pick("room: ", "残り: ")) + size_of(number_of(row, "room")) + "  " +
           (days.empty() ? std::string(context.pick("full: not within ten years", "10 年以内には満杯にならない"))
                         : fmt::format(fmt::runtime(context.pick("full in {} days", "{} 日で満杯")), days));
}

}  // namespace

void add_retention_commands(CLI::App& evidence, Context& context) {
    struct Options {
        bool dry = false, run = false;
    };
    const auto options = std::make_shared<Options>();
    CLI::App* retention =
        add_command(&evidence, "retention",
                    context.pick("what the rules delete: tell it, or do it now",
                                 "削除規則の対象を表示、またはただちに実行"),
                    [&context, options] { show_retention(context, options->run); });
    CLI::Option* dry = retention->add_flag(
        "--dry-run", options->dry,
        std::string(context.pick("only tell (as without an option)", "表示のみ (既定)")));
    retention
        ->add_flag("--run", options->run,
                   std::string(context.pick("delete now, at most seven days of each kind",
                                            "ただちに削除 (それぞれ 7 日分まで)")))
        ->excludes(dry);
    add_command(&evidence, "space",
                context.pick("what evidence takes on the disks, and when they are full",
                             "証拠の容量と、ディスクが満杯になるまでの日数"),
                [&context] {
                    ask(context, CtlRequest::kEvidenceSpace, {}, [&context](const ipc::CtlRow& row) {
                        context.result(json_of(row), part_of(context, row));
                    });
                });
}

}  // namespace sudare::ctl
