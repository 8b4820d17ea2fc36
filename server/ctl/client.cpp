// SPDX-License-Identifier: Apache-2.0
#include "server/ctl/client.h"

#include <utf8proc.h>

#include <algorithm>
#include <cstdio>

#include "server/base/log.h"
#include "server/base/unix_socket.h"
#include "server/ctl/times.h"

namespace sudare::ctl {
namespace {

constexpr std::size_t kReadBytes = 64U << 10;
const ipc::TableRules kRules{ipc::kCtlReplyRows};

std::string time_of(const ipc::CtlRow& row, std::string_view name) {
    const auto found = std::ranges::find(row, name, &ipc::CtlField::name);
    const auto* seconds = found == row.end() ? nullptr : std::get_if<std::uint64_t>(&found->value);
    return seconds == nullptr || *seconds == 0 ? std::string()
                                               : local_time(static_cast<std::int64_t>(*seconds));
}

std::string cell_of(const ipc::CtlRow& row, const Column& column) {
    if (!column.present.empty() && text_of(row, column.present) != "true")
        return "-";
    return column.is_time ? time_of(row, column.name) : text_of(row, column.name);
}

std::size_t width_of(std::string_view text) {
    const auto* at = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
    auto left = static_cast<utf8proc_ssize_t>(text.size());
    std::size_t width = 0;
    while (left > 0) {
        utf8proc_int32_t code = -1;
        const utf8proc_ssize_t used = utf8proc_iterate(at, left, &code);
        if (used <= 0)
            break;
        width += static_cast<std::size_t>(utf8proc_charwidth(code));
        at += used;
        left -= used;
    }
    return width;
}

void unavailable(Context& context, const std::string& detail) {
    context.failed(Errc::kUnavailable,
                   "the broker does not answer on \"" + context.socket + "\" (" + detail +
                       "); is sudare-broker running, and are you an administrator of it?",
                   "ブローカーに接続できません: " + context.socket + " (" + detail +
                       ")。sudare-broker の状態と管理者の権限を確認してください");
}

// Nothing was done: that is neither the success that was asked for nor a failure.
void say_pending(Context& context, const std::string& number) {
    context.exit_code = kExitPending;
    context.result({{"pending", number}},
                   fmt::format(fmt::runtime(context.pick(
                                   "change {} waits for a second person's approval; see: sudarectl change list",
                                   "変更 {} は別の人の承認を待っています。sudarectl change list で確認できます")),
                               number));
}

struct Answer {
    bool done = false;
    std::string pending{};
};

// True: go on reading.
bool take(Context& context, const Frame& frame,
          const std::function<void(const ipc::CtlRow&)>& on_row,
          const std::function<bool(std::span<const std::uint8_t>)>& on_chunk, Answer& answer) {
    switch (static_cast<ipc::CtlReply>(frame.type)) {
        case ipc::CtlReply::kRow:
            if (const auto row = ipc::read_ctl_row(frame.payload)) {
                if (answer.pending.empty())
                    answer.pending = text_of(*row, "pending");
                if (answer.pending.empty() && on_row)
                    on_row(*row);
            }
            return true;
        case ipc::CtlReply::kChunk:
            return on_chunk && on_chunk(frame.payload);
        case ipc::CtlReply::kDone:
            answer.done = true;
            return false;
        case ipc::CtlReply::kFailed:
            if (const auto failure = ipc::read_ctl_failure(frame.payload))
                context.failed(failure->code, failure->english, failure->japanese);
            return false;
    }
    return false;
}

}  // namespace

bool ask(Context& context, ipc::CtlRequest request, const std::vector<std::string>& arguments,
         const std::function<void(const ipc::CtlRow&)>& on_row,
         const std::function<bool(std::span<const std::uint8_t>)>& on_chunk) {
    const auto socket = unix_connect(context.socket);
    std::vector<std::uint8_t> bytes;
    append_frame(bytes, static_cast<std::uint8_t>(request), ipc::write_ctl_arguments(arguments));
    if (!socket) {
        unavailable(context, socket.error().message);
        return false;
    }
    if (const auto sent = write_all(socket->get(), bytes); !sent) {
        unavailable(context, sent.error().message);
        return false;
    }
    FrameBuffer buffer(kRules);
    context.exit_code = kExitFailed;
    for (Answer answer;;) {
        while (const auto frame = buffer.next()) {
            if (take(context, *frame, on_row, on_chunk, answer))
                continue;
            if (answer.done && !answer.pending.empty()) {
                say_pending(context, answer.pending);
                return false;
            }
            if (answer.done)
                context.exit_code = kExitOk;
            return answer.done;
        }
        const auto room = buffer.prepare(kReadBytes);
        const ssize_t got = ::read(socket->get(), room.data(), room.size());
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0) {
            unavailable(context, "connection closed");
            return false;
        }
        buffer.commit(static_cast<std::size_t>(got));
    }
}

boost::json::object json_of(const ipc::CtlRow& row, std::string_view without) {
    boost::json::object object;
    for (const ipc::CtlField& field : row)
        if (field.name != without)
            std::visit([&](const auto& value) { object[field.name] = value; }, field.value);
    return object;
}

// So that no value looks like more fields. A quote inside becomes \x22, as printable() writes what
// it does not show: the next quote ends the value.
std::string quoted_word(const std::string& value) {
    if (value.find_first_of(" =\"") == std::string::npos)
        return value;
    std::string quoted = "\"";
    for (const char c : value)
        quoted += c == '"' ? std::string("\\x22") : std::string(1, c);
    return quoted + '"';
}

void print_table(const Context& context, const std::vector<ipc::CtlRow>& rows,
                 const std::vector<Column>& columns) {
    if (context.json) {
        for (const ipc::CtlRow& row : rows)
            context.result(json_of(row, "meaning_ja"), "");
        return;
    }
    std::vector<std::vector<std::string>> lines(1);
    for (const Column& column : columns)
        lines[0].emplace_back(context.pick(column.english, column.japanese));
    for (const ipc::CtlRow& row : rows) {
        lines.emplace_back();
        for (const Column& column : columns)
            lines.back().push_back(cell_of(row, column));
    }
    std::vector<std::size_t> widths(columns.size());
    for (const auto& line : lines)
        for (std::size_t i = 0; i < line.size(); ++i)
            widths[i] = std::max(widths[i], width_of(line[i]));
    for (const auto& line : lines) {
        std::string text;
        for (std::size_t i = 0; i < line.size(); ++i)
            text +=
                line[i] + (i + 1 < line.size() ? std::string(widths[i] - width_of(line[i]) + 2, ' ')
                                               : std::string());
        context.result({}, text);
    }
}

bool ask_table(Context& context, ipc::CtlRequest request, const std::vector<std::string>& arguments,
               const std::vector<Column>& columns) {
    std::vector<ipc::CtlRow> rows;
    const bool done =
        ask(context, request, arguments, [&](const ipc::CtlRow& row) { rows.push_back(row); });
    if (done)
        print_table(context, rows, columns);
    return done;
}

}  // namespace sudare::ctl
