// SPDX-License-Identifier: Apache-2.0
#include "server/pki/index.h"

#include <charconv>
#include <sstream>

#include "server/pki/files.h"

namespace sudare::pki {
namespace {

constexpr std::string_view kFirstLine = "sudare-pki-index 1\t";

std::optional<std::int64_t> number_from(std::string_view text) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size())
        return std::nullopt;
    return value;
}

std::vector<std::string> split(const std::string& line) {
    std::vector<std::string> parts;
    std::stringstream stream(line);
    for (std::string part; std::getline(stream, part, '\t');)
        parts.push_back(part);
    return parts;
}

std::optional<IndexRow> row_from(const std::string& line) {
    const std::vector<std::string> parts = split(line);
    if (parts.size() != 6)
        return std::nullopt;
    const auto kind = kind_from(parts[1]);
    const auto not_after = number_from(parts[4]);
    const auto revoked_at = number_from(parts[5]);
    if (!kind || !not_after || !revoked_at || !is_certificate_name(parts[2]))
        return std::nullopt;
    return IndexRow{parts[0], *kind, parts[2], parts[3], *not_after, *revoked_at};
}

}  // namespace

Result<Index> Index::load(const std::string& path) {
    SUDARE_TRY(const std::string text, read_file(path));
    std::stringstream lines(text);
    std::string line;
    Index index;
    std::getline(lines, line);
    const auto number = line.starts_with(kFirstLine)
                            ? number_from(std::string_view(line).substr(kFirstLine.size()))
                            : std::nullopt;
    if (!number)
        return fail(Errc::kBadInput, path + ":1: this is not an index of sudarectl pki");
    index.crl_number = *number;
    for (std::size_t count = 2; std::getline(lines, line); ++count) {
        auto row = row_from(line);
        if (!row)
            return fail(Errc::kBadInput, path + ":" + std::to_string(count) +
                                             ": line is malformed; restore the file from a backup");
        index.rows.push_back(std::move(*row));
    }
    return index;
}

Result<void> Index::save(const std::string& path) const {
    std::string text = std::string(kFirstLine) + std::to_string(crl_number) + "\n";
    for (const IndexRow& row : rows)
        text += row.serial + "\t" + std::string(name_of(row.kind)) + "\t" + row.name + "\t" +
                row.fingerprint + "\t" + std::to_string(row.not_after) + "\t" +
                std::to_string(row.revoked_at) + "\n";
    return write_file(path, text, 0600);
}

}  // namespace sudare::pki
