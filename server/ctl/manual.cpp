// SPDX-License-Identifier: Apache-2.0
#include "server/ctl/manual.h"

#include <CLI/CLI.hpp>

#include "server/broker/policy/fields.h"
#include "server/ctl/commands.h"

namespace sudare::ctl {
namespace {

std::string fields() {
    std::string out;
    for (const policy::FieldRow& row : policy::field_rows())
        out += " " + std::string(row.name);
    return out;
}

// Words that stand where this positional stands.
std::string words_of(const CLI::Option& option) {
    const std::string name = option.get_name(true);
    if (name == "field")
        return fields();
    if (name == "role")
        return " administrator approver reviewer operator";
    return name == "layer" ? " default group:" : "";
}

std::string words_of(const CLI::App& command) {
    std::string out;
    for (const CLI::App* one : command.get_subcommands({}))
        out += " " + one->get_name();
    for (const CLI::Option* option : command.get_options())
        out += option->get_positional() ? words_of(*option) : " " + option->get_name();
    return out;
}

void add_words(const CLI::App& command, const std::string& path, std::string& out) {
    out += "  [\"" + path + "\"]=\"" + words_of(command).substr(1) + "\"\n";
    for (const CLI::App* one : command.get_subcommands({}))
        add_words(*one, path + " " + one->get_name(), out);
}

// roff takes a backslash and a dot at the beginning of a line as its own.
std::string roff(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '\\')
            out += "\\e";
        else if (c == '-')
            out += "\\-";
        else
            out += c;
    }
    return out.starts_with('.') || out.starts_with('\'') ? "\\&" + out : out;
}

std::string synopsis(const CLI::App& command, const std::string& path) {
    std::string out = ".B " + roff(path) + "\n";
    for (const CLI::Option* option : command.get_options()) {
        if (option->get_name() == "--help")
            continue;
        const bool needed = option->get_required();
        const std::string name = option->get_name(option->get_positional());
        std::string word = option->get_positional() ? "\\fI" + roff(name) + "\\fR" : "\\fB" + roff(name) + "\\fR";
        if (!option->get_positional() && option->get_expected_max() != 0)
            word += " \\fI" + roff(name.substr(2)) + "\\fR";
        out += needed ? word + "\n" : "[" + word + "]\n";
    }
    return out;
}

void add_options(const CLI::App& command, std::string& out) {
    for (const CLI::Option* option : command.get_options()) {
        if (option->get_name() == "--help" || option->get_description().empty())
            continue;
        const bool positional = option->get_positional();
        out += ".RS\n.TP\n" + std::string(positional ? ".I " : ".B ") + roff(option->get_name(positional)) +
               "\n" + roff(option->get_description()) + "\n";
        if (const std::string initial = option->get_default_str(); !initial.empty())
            out += "(" + roff(initial) + ")\n";
        out += ".RE\n";
    }
}

void add_command_pages(const CLI::App& command, const std::string& path, std::string_view stop,
                       std::string& out) {
    for (const CLI::App* one : command.get_subcommands({})) {
        const std::string name = path + " " + one->get_name();
        if (one->get_subcommands({}).empty()) {
            out += ".SS " + roff(name.substr(name.find(' ') + 1)) + "\n" + synopsis(*one, name) + ".PP\n" +
                   roff(one->get_description()) + std::string(stop) + "\n";
            add_options(*one, out);
        }
        add_command_pages(*one, name, stop, out);
    }
}

}  // namespace

std::string bash_completion(const CLI::App& app) {
    std::string out = "declare -gA _sudarectl_words=(\n";
    add_words(app, "sudarectl", out);  // bash takes no empty subscript
    return out + R"()
_sudarectl() {
  local path=sudarectl word
  for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    [ -n "${_sudarectl_words["$path $word"]+x}" ] && path="$path $word"
  done
  COMPREPLY=($(compgen -W "${_sudarectl_words["$path"]}" -- "${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _sudarectl sudarectl
)";
}

std::string manual_page(const CLI::App& app, const Context& context) {
    std::string out = ".TH SUDARECTL 8\n.SH " + std::string(context.pick("NAME", "名前")) + "\nsudarectl \\- " +
                      roff(app.get_description()) + "\n.SH " + std::string(context.pick("SYNOPSIS", "書式")) + "\n" +
                      synopsis(app, "sudarectl") + ".I command\n.SH " +
                      std::string(context.pick("OPTIONS", "オプション")) + "\n";
    add_options(app, out);
    out += ".SH " + std::string(context.pick("COMMANDS", "コマンド")) + "\n";
    add_command_pages(app, "sudarectl", context.pick(".", "。"), out);
    out += ".SH " + std::string(context.pick("EXIT STATUS", "終了コード")) + "\n";
    const std::pair<const char*, std::string_view> codes[] = {
        {"0", context.pick("done", "成功")},
        {"1", context.pick("refused or failed; the message says why", "拒否または失敗。理由を表示")},
        {"2", context.pick("the command line is wrong", "コマンドの誤り")},
        {"3", context.pick("the broker does not answer", "ブローカーに接続できない")},
        {"4", context.pick("what was named does not exist", "指定したものがない")},
        {"5", context.pick("waits for a second person; nothing has changed yet", "別の人の承認待ち。まだ何も変わっていない")},
        {"6", context.pick("something ends soon, or has ended (pki check, terminal expiring)",
                           "期限が近い、または切れたものがある (pki check、terminal expiring)")}};
    for (const auto& [code, meaning] : codes)
        out += ".TP\n.B " + std::string(code) + "\n" + std::string(meaning) + "\n";
    return out;
}

void add_manual_commands(CLI::App& app, Context& context) {
    add_command(&app, "completion", context.pick("for bash: source <(sudarectl completion)",
                                                 "bash の補完: source <(sudarectl completion)"),
                [&app] { std::fputs(bash_completion(app).c_str(), stdout); });
    add_command(&app, "manual", context.pick("this manual for man(1): sudarectl manual | man -l -",
                                             "man(1) 用のマニュアル: sudarectl manual | man -l -"),
                [&app, &context] { std::fputs(manual_page(app, context).c_str(), stdout); });
}

}  // namespace sudare::ctl
