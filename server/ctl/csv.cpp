// SPDX-License-Identifier: Apache-2.0
#include "server/ctl/csv.h"

#include <csv.h>
#include <iconv.h>
#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>

namespace sudare::ctl {
namespace {

constexpr std::string_view kMark = "\xef\xbb\xbf";
constexpr const char* kShiftJis = "CP932";

std::string line_of(std::string_view before) {
    return "line " + std::to_string(1 + std::ranges::count(before, '\n'));
}

bool is_utf8(std::string_view bytes, std::size_t& valid) {
    valid = 0;
    while (valid < bytes.size()) {
        utf8proc_int32_t code = -1;
        const auto used = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(bytes.data()) + valid,
                                           static_cast<utf8proc_ssize_t>(bytes.size() - valid), &code);
        if (used <= 0)
            return false;
        valid += static_cast<std::size_t>(used);
    }
    return true;
}

struct CloseIconv {
    void operator()(void* handle) const { ::iconv_close(handle); }
};

// Converts as far as it can; `rest` is what it cannot.
Result<std::string> converted(std::string_view text, const char* to, const char* from, std::size_t& done) {
    const iconv_t opened = ::iconv_open(to, from);
    if (opened == reinterpret_cast<iconv_t>(-1))  // NOLINT: that is how iconv says it
        return fail(Errc::kUnavailable, std::string("this machine cannot convert ") + from + " to " + to);
    const std::unique_ptr<void, CloseIconv> handle(opened);
    std::string out;
    std::array<char, 4096> piece{};
    auto* in = const_cast<char*>(text.data());
    std::size_t left = text.size();
    while (left > 0) {
        char* at = piece.data();
        std::size_t room = piece.size();
        const std::size_t result = ::iconv(handle.get(), &in, &left, &at, &room);
        out.append(piece.data(), piece.size() - room);
        if (result == static_cast<std::size_t>(-1) && errno != E2BIG)
            break;
    }
    done = text.size() - left;
    return out;
}

std::string trimmed(std::string_view text) {
    constexpr std::string_view kWide = "\xe3\x80\x80";  // full-width space
    for (bool more = true; more;) {
        more = false;
        while (!text.empty() && (text.front() == ' ' || text.front() == '\t'))
            text.remove_prefix(1);
        while (!text.empty() && (text.back() == ' ' || text.back() == '\t'))
            text.remove_suffix(1);
        if (text.starts_with(kWide)) {
            text.remove_prefix(kWide.size());
            more = true;
        }
        if (text.ends_with(kWide)) {
            text.remove_suffix(kWide.size());
            more = true;
        }
    }
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i)
        if (text[i] != '\r' || i + 1 == text.size() || text[i + 1] != '\n')
            out += text[i] == '\r' ? '\n' : text[i];
    return out;
}

struct Reading {
    std::size_t line = 1;
    std::vector<std::string> cells;
    std::vector<CsvRow> rows;
};

void on_cell(void* cell, std::size_t length, void* data) {
    static_cast<Reading*>(data)->cells.push_back(trimmed({static_cast<const char*>(cell), length}));
}

void on_row(int, void* data) {
    auto& reading = *static_cast<Reading*>(data);
    const bool blank = std::ranges::all_of(reading.cells, &std::string::empty);
    if (!blank)
        reading.rows.push_back({reading.line, std::move(reading.cells)});
    reading.cells.clear();
}

struct FreeParser {
    void operator()(csv_parser* parser) const { csv_free(parser); }
};

// Line by line, so that a row knows its own.
Result<std::vector<CsvRow>> parsed(std::string_view text) {
    csv_parser state{};
    if (csv_init(&state, CSV_STRICT | CSV_STRICT_FINI) != 0)
        return fail(Errc::kSystem, "csv_init");
    const std::unique_ptr<csv_parser, FreeParser> parser(&state);
    csv_set_space_func(parser.get(), [](unsigned char) { return 0; });  // ours knows wide ones
    Reading reading;
    while (!text.empty()) {
        const std::string_view line = text.substr(0, text.find('\n') + 1 == 0 ? text.size() : text.find('\n') + 1);
        if (csv_parse(parser.get(), line.data(), line.size(), on_cell, on_row, &reading) != line.size())
            return fail(Errc::kBadInput, "line " + std::to_string(reading.line) +
                                             ": a quote stands where none may; double it inside of quotes");
        text.remove_prefix(line.size());
        ++reading.line;
    }
    --reading.line;  // a last line without a line break ends now
    if (csv_fini(parser.get(), on_cell, on_row, &reading) != 0)
        return fail(Errc::kBadInput, "the last line: a quote is not closed");
    return std::move(reading.rows);
}

// What the broker would take for a broken connection.
Result<void> check_cells(const CsvRow& row) {
    for (std::size_t i = 0; i < row.cells.size(); ++i)
        if (std::ranges::any_of(row.cells[i], [](char c) {
                return (static_cast<unsigned char>(c) < 0x20 && c != '\n') || c == 0x7f;
            }))
            return fail(Errc::kBadInput, "line " + std::to_string(row.line) + ", column " +
                                             std::to_string(i + 1) + ": it has a control character");
    return {};
}

}  // namespace

Result<std::string> decode(std::string_view bytes, Encoding encoding) {
    std::size_t valid = 0;
    if (bytes.starts_with("\xff\xfe") || bytes.starts_with("\xfe\xff"))
        return fail(Errc::kBadInput, "it is UTF-16; save it as CSV in UTF-8 or Shift_JIS");
    if (bytes.starts_with(kMark) && encoding != Encoding::kShiftJis)
        bytes.remove_prefix(kMark.size());
    if (encoding != Encoding::kShiftJis && is_utf8(bytes, valid))
        return std::string(bytes);
    if (encoding == Encoding::kUtf8)
        return fail(Errc::kBadInput, line_of(bytes.substr(0, valid)) + ": it is not UTF-8");
    std::size_t done = 0;
    SUDARE_TRY(std::string out, converted(bytes, "UTF-8", kShiftJis, done));
    if (done != bytes.size())
        return fail(Errc::kBadInput, line_of(bytes.substr(0, done)) + ": it is neither UTF-8 nor Shift_JIS");
    return out;
}

Result<std::string> encode_shift_jis(std::string_view text) {
    std::size_t done = 0;
    SUDARE_TRY(std::string out, converted(text, kShiftJis, "UTF-8", done));
    if (done == text.size())
        return out;
    utf8proc_int32_t code = -1;
    utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()) + done,
                     static_cast<utf8proc_ssize_t>(text.size() - done), &code);
    return fail(Errc::kBadInput, line_of(text.substr(0, done)) + ": Shift_JIS does not have the character " +
                                     std::string(text.substr(done, code < 0x800 ? 2 : code < 0x10000 ? 3 : 4)) +
                                     "; write UTF-8");
}

Result<CsvTable> read_csv(std::string_view text) {
    SUDARE_TRY(std::vector<CsvRow> rows, parsed(text));
    if (rows.empty())
        return fail(Errc::kBadInput, "it is empty; the first line names the columns: user,groups,state");
    CsvTable table;
    for (CsvRow& row : rows) {
        SUDARE_CHECK(check_cells(row));
        if (table.header.empty()) {
            table.header = std::move(row.cells);
            continue;
        }
        if (row.cells.size() != table.header.size())
            return fail(Errc::kBadInput, "line " + std::to_string(row.line) + " has " +
                                             std::to_string(row.cells.size()) +
                                             " columns, but the first line has " +
                                             std::to_string(table.header.size()));
        table.rows.push_back(std::move(row));
    }
    return table;
}

}  // namespace sudare::ctl
