// SPDX-License-Identifier: Apache-2.0
// sudarectl import and export: many people at once, as a table.
#include <fcntl.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>

#include "server/base/log.h"
#include "server/base/unique_fd.h"
#include "server/base/unix_socket.h"
#include "server/ctl/client.h"
#include "server/ctl/commands.h"
#include "server/ctl/csv.h"
#include "server/ctl/text_file.h"
#include "server/ctl/times.h"

namespace sudare::ctl {
namespace {

using ipc::CtlRequest;

struct Import {
    std::string file;
    std::string encoding = "auto";
    std::string codes;
    std::string days = "14";
    bool dry_run = false;
    bool disable_others = false;
    bool add_groups = false;
};

Encoding encoding_of(const std::string& name) {
    return name == "utf-8" ? Encoding::kUtf8 : name == "shift_jis" ? Encoding::kShiftJis : Encoding::kAuto;
}

Result<CsvTable> table_of(const Import& import) {
    SUDARE_TRY(const std::string bytes, read_file(import.file));
    SUDARE_TRY(const std::string text, decode(bytes, encoding_of(import.encoding)));
    return read_csv(text);
}

std::vector<std::string> request_of(const Import& import, const CsvTable& table) {
    std::vector<std::string> out{import.dry_run ? "dry" : "", import.disable_others ? "disable-others" : "",
                                 import.add_groups ? "add-groups" : "", import.days,
                                 std::to_string(table.header.size())};
    out.insert(out.end(), table.header.begin(), table.header.end());
    for (const CsvRow& row : table.rows)
        out.insert(out.end(), row.cells.begin(), row.cells.end());
    return out;
}

// What the broker answers, sorted by what it is.
struct Answers {
    std::vector<ipc::CtlRow> errors, differences, codes, sums;
    void take(const ipc::CtlRow& row) {
        (!text_of(row, "error_row").empty() ? errors
         : !text_of(row, "code").empty()    ? codes
         : !text_of(row, "layer").empty()   ? differences
                                            : sums)
            .push_back(row);
    }
};

void show_errors(const Context& context, const Import& import, const CsvTable& table, const Answers& answers) {
    for (const ipc::CtlRow& row : answers.errors) {
        const std::size_t number = std::stoul(text_of(row, "error_row"));
        const std::size_t line = number == 0 ? 1 : table.rows.at(number - 1).line;
        const std::string column = text_of(row, "column");
        const std::string message = text_of(row, context.language == Language::kJapanese ? "japanese" : "english");
        context.result({{"line", line}, {"column", column}, {"message", message}},
                       printable(import.file) + ":" + std::to_string(line) + ": " +
                           (column.empty() ? "" : column + ": ") + message);
    }
}

// For its owner's eyes only: whoever has a code chooses a password.
Result<void> write_codes(const std::string& path, const std::vector<ipc::CtlRow>& codes) {
    const UniqueFd file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (!file)
        return fail_errno(("--codes " + path).c_str());
    std::string text = csv_line({"user", "code", "until"});
    for (const ipc::CtlRow& row : codes)
        text += csv_line({text_of(row, "user"), text_of(row, "code"),
                          local_time(std::stoll(text_of(row, "until")))});
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
    return write_all(file.get(), {bytes, text.size()});
}

void show_outcome(Context& context, const Import& import, const Answers& answers) {
    if (import.dry_run) {
        print_table(context, answers.differences,
                    {{"layer", "LAYER", "層"},
                     {"field", "FIELD", "項目"},
                     {"before", "BEFORE", "変更前", false, "was_set"},
                     {"after", "AFTER", "変更後", false, "is_set"},
                     {"loosens", "LOOSENS", "緩和"}});
        return;
    }
    bool written = false;
    if (!import.codes.empty()) {
        const auto done = write_codes(import.codes, answers.codes);
        written = done.has_value();
        if (!done)  // told once, so told in any case
            context.failed(done.error());
    }
    if (!written)
        print_table(context, answers.codes,
                    {{"user", "USER", "利用者"}, {"code", "CODE (SHOWN ONCE)", "登録コード (一度だけ表示)"},
                     {"until", "UNTIL", "期限", true}});
    print_table(context, answers.sums,
                {{"users_added", "NEW USERS", "追加"},
                 {"states", "STATES", "停止・再開"},
                 {"changes", "CHANGES", "変更"}});
}

void run_import(Context& context, const Import& import) {
    if (!import.codes.empty() && ::access(import.codes.c_str(), F_OK) == 0)
        return context.failed(Errc::kState, "--codes \"" + import.codes + "\" exists already; name another file",
                              "--codes「" + import.codes + "」は既にあります。別の名前を指定してください");
    const auto table = table_of(import);
    if (!table)
        return context.failed(table.error().code, import.file + ": " + table.error().message,
                              import.file + ": " + table.error().message);
    Answers answers;
    const bool done = ask(context, CtlRequest::kImport, request_of(import, *table),
                          [&](const ipc::CtlRow& row) { answers.take(row); });
    show_errors(context, import, *table, answers);
    if (done || context.exit_code == kExitPending)
        show_outcome(context, import, answers);
}

struct Export {
    std::string encoding = "utf-8";
};

// Columns: those that anybody has.
void run_export(Context& context, const Export& wanted) {
    std::vector<ipc::CtlRow> rows;
    if (!ask(context, CtlRequest::kExport, {}, [&](const ipc::CtlRow& row) { rows.push_back(row); }))
        return;
    std::vector<std::string> columns{"user", "state", "groups"};
    for (const ipc::CtlRow& row : rows)
        for (const ipc::CtlField& field : row)
            if (std::ranges::find(columns, field.name) == columns.end())
                columns.push_back(field.name);
    std::string text = csv_line(columns);
    for (const ipc::CtlRow& row : rows) {
        std::vector<std::string> cells;
        for (const std::string& column : columns) {
            const auto found = std::ranges::find(row, column, &ipc::CtlField::name);
            cells.push_back(found == row.end() ? "" : std::get<std::string>(found->value));
        }
        text += csv_line(cells);
    }
    if (wanted.encoding == "shift_jis") {
        auto encoded = encode_shift_jis(text);
        if (!encoded)
            return context.failed(encoded.error());
        text = std::move(*encoded);
    }
    std::fwrite(text.data(), 1, text.size(), stdout);
}

}  // namespace

void add_import_commands(CLI::App& app, Context& context) {
    const auto import = std::make_shared<Import>();
    CLI::App* command = add_command(
        &app, "import", context.pick("people, groups and values from a CSV file: all of it or nothing",
                                     "CSV から利用者・グループ・値を一括登録 (全部か、何もしないか)"),
        [&context, import] { run_import(context, *import); });
    add_needed(command, "file", import->file, context.pick("CSV file, - for the input", "CSV ファイル。- は標準入力"));
    command->add_flag("--dry-run", import->dry_run,
                      std::string(context.pick("only show what would change", "変わる内容の表示のみ")));
    command->add_flag("--disable-others", import->disable_others,
                      std::string(context.pick("who has an account and no row may not log in any more",
                                               "ファイルにない利用者を停止する")));
    command->add_flag("--add-groups", import->add_groups,
                      std::string(context.pick("groups that do not exist are made, with place 100",
                                               "ないグループを作る (順序 100)")));
    command->add_option("--codes", import->codes,
                        std::string(context.pick("write the one-time codes of new users here, not on the screen",
                                                 "新しい利用者の登録コードを画面ではなくこのファイルに書く")));
    command->add_option("--days", import->days,
                        std::string(context.pick("how long the codes are good for", "登録コードの有効日数")))
        ->capture_default_str();
    command->add_option("--encoding", import->encoding,
                        std::string(context.pick("auto, utf-8, shift_jis", "auto、utf-8、shift_jis")))
        ->check(CLI::IsMember({"auto", "utf-8", "shift_jis"}))
        ->capture_default_str();

    const auto wanted = std::make_shared<Export>();
    command = add_command(&app, "export", context.pick("all users as import takes them", "全利用者を import の形式で出力"),
                          [&context, wanted] { run_export(context, *wanted); });
    command->add_option("--encoding", wanted->encoding,
                        std::string(context.pick("utf-8, shift_jis", "utf-8、shift_jis")))
        ->check(CLI::IsMember({"utf-8", "shift_jis"}))
        ->capture_default_str();
}

}  // namespace sudare::ctl
