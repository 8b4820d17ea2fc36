// SPDX-License-Identifier: Apache-2.0
#include "server/bundle/manifest.h"

#include <algorithm>
#include <array>

#include "protocol/evidence/checkpoint.h"
#include "server/bundle/text.h"

namespace sudare::bundle {
namespace {

constexpr std::string_view kTitle = "sudare evidence bundle 1";
constexpr std::string_view kListed[] = {kProofs, kUnsigned, kJson, kCsv, kReadme, kSchema};
constexpr std::string_view kBeside[] = {kManifest, kExportProof, kExportUnsigned, kSignerKey};

// Lines of "word value value": what reading takes is written again and compared, so nothing here
// need refuse a second spelling.
class Lines {
public:
    explicit Lines(std::string_view text) : rest_(text) {}

    // The values of the next line, when it begins with this word and has so many; the last one takes
    // the rest of the line.
    std::optional<std::vector<std::string_view>> take(std::string_view word, std::size_t count) {
        const std::size_t end = rest_.find('\n');
        if (end == std::string_view::npos)
            return std::nullopt;
        std::string_view line = rest_.substr(0, end);
        if (!line.starts_with(word) || line.substr(word.size(), 1) != " ")
            return std::nullopt;
        line.remove_prefix(word.size() + 1);
        std::vector<std::string_view> values;
        while (values.size() + 1 < count) {
            const std::size_t space = line.find(' ');
            if (space == std::string_view::npos)
                return std::nullopt;
            values.push_back(line.substr(0, space));
            line.remove_prefix(space + 1);
        }
        values.push_back(line);
        rest_.remove_prefix(end + 1);
        ++number_;
        return values;
    }
    [[nodiscard]] bool at_end() const { return rest_.empty(); }
    [[nodiscard]] auto wrong(const std::string& what) const {
        return fail(Errc::kBadInput, "line " + std::to_string(number_ + 1) + " must be " + what);
    }

private:
    std::string_view rest_;
    std::size_t number_ = 1;  // lines taken, the title among them
};

std::optional<Manifest::Numbers> numbers_of(const std::optional<std::vector<std::string_view>>& values) {
    const auto first = values ? evidence::from_decimal((*values)[0]) : std::nullopt;
    const auto last = values ? evidence::from_decimal((*values)[1]) : std::nullopt;
    return first && last ? std::optional(Manifest::Numbers{*first, *last}) : std::nullopt;
}

std::optional<evidence::Hash> hash_from_hex(std::string_view text) {
    evidence::Hash hash{};
    if (text.size() != 2 * hash.size())
        return std::nullopt;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const std::size_t digit = std::string_view("0123456789abcdef").find(text[i]);
        if (digit == std::string_view::npos)
            return std::nullopt;
        hash[i / 2] = static_cast<std::uint8_t>(hash[i / 2] << 4 | digit);
    }
    return hash;
}

Result<void> read_checkpoint(Lines& lines, Manifest& out) {
    if (const auto values = lines.take("checkpoint", 3)) {
        const auto size = evidence::from_decimal((*values)[0]);
        const auto root = evidence::hash_from_base64((*values)[1]);
        if (!size || !root || !evidence::is_name((*values)[2]))
            return lines.wrong("checkpoint, size, root, name");
        out.checkpoint = Manifest::Checkpoint{*size, *root, std::string((*values)[2])};
    } else if (!lines.take("checkpoint", 1)) {
        return lines.wrong("checkpoint, size, root, name, or checkpoint none");
    }
    return {};
}

Result<void> read_counts(Lines& lines, Manifest& out) {
    const auto counts = numbers_of(lines.take("records", 2));
    if (!counts || counts->first > kBundleRecordsMax || counts->last > kBundleRecordsMax)
        return lines.wrong("records and two numbers");
    out.signed_records = counts->first;
    out.unsigned_records = counts->last;
    if (counts->first + counts->last != 0) {
        out.between = numbers_of(lines.take("between", 2));
        if (!out.between)
            return lines.wrong("between and two numbers");
    }
    while (const auto gone = lines.take("deleted", 2)) {
        const auto range = numbers_of(gone);
        if (!range)
            return lines.wrong("deleted and two numbers");
        out.deleted.push_back(*range);
    }
    return {};
}

Result<void> read_story(Lines& lines, Manifest& out) {
    for (auto& [word, into] : {std::pair{"criteria", &out.criteria}, {"reason", &out.reason}}) {
        const auto text = lines.take(word, 1);
        if (!text || !is_json_text((*text)[0]))
            return lines.wrong(std::string(word) + " and a text");
        *into = (*text)[0];
    }
    const auto uid = lines.take("exported_by", 1);
    const auto number = uid ? evidence::from_decimal((*uid)[0]) : std::nullopt;
    const auto program = number ? lines.take("program", 1) : std::nullopt;
    if (!program || !is_json_text((*program)[0]))
        return lines.wrong("exported_by and a number, then program and a text");
    out.exported_by = *number;
    out.program = (*program)[0];
    return {};
}

Result<void> read_files(Lines& lines, Manifest& out) {
    while (!lines.at_end()) {
        const auto values = lines.take("file", 3);
        const auto hash = values ? hash_from_hex((*values)[0]) : std::nullopt;
        const auto bytes = values ? evidence::from_decimal((*values)[1]) : std::nullopt;
        if (!hash || !bytes || !is_listed_name((*values)[2]))
            return lines.wrong("file, SHA-256, size and a name that a bundle has");
        if (!out.files.empty() && out.files.back().name >= (*values)[2])
            return lines.wrong("a file behind the one before, by name");
        out.files.push_back({*hash, *bytes, std::string((*values)[2])});
    }
    return {};
}

}  // namespace

bool is_listed_name(std::string_view name) {
    return std::ranges::find(kListed, name) != std::end(kListed);
}

bool is_name(std::string_view name) {
    return is_listed_name(name) || std::ranges::find(kBeside, name) != std::end(kBeside);
}

std::string write_manifest(const Manifest& manifest) {
    const auto number = [](std::uint64_t value) { return std::to_string(value); };
    std::string out = std::string(kTitle) + "\ncheckpoint ";
    out += manifest.checkpoint ? number(manifest.checkpoint->size) + " " +
                                     evidence::base64(manifest.checkpoint->root) + " " +
                                     manifest.checkpoint->origin
                               : "none";
    out += "\nrecords " + number(manifest.signed_records) + " " + number(manifest.unsigned_records);
    if (manifest.between)
        out += "\nbetween " + number(manifest.between->first) + " " + number(manifest.between->last);
    for (const Manifest::Numbers& gone : manifest.deleted)
        out += "\ndeleted " + number(gone.first) + " " + number(gone.last);
    out += "\ncriteria " + manifest.criteria + "\nreason " + manifest.reason + "\nexported_by " +
           number(manifest.exported_by) + "\nprogram " + manifest.program + "\n";
    for (const Manifest::File& file : manifest.files)
        out += "file " + evidence::hex(file.hash) + " " + number(file.bytes) + " " + file.name + "\n";
    return out;
}

Result<Manifest> read_manifest(std::string_view text) {
    const std::string title = std::string(kTitle) + "\n";
    if (!text.starts_with(title) || text.size() > kManifestBytesMax)
        return fail(Errc::kBadInput, "it must begin with \"" + std::string(kTitle) +
                                         "\" and be at most 4 MiB");
    Lines lines(text.substr(title.size()));
    Manifest out;
    SUDARE_CHECK(read_checkpoint(lines, out));
    SUDARE_CHECK(read_counts(lines, out));
    SUDARE_CHECK(read_story(lines, out));
    SUDARE_CHECK(read_files(lines, out));
    if (write_manifest(out) != text)
        return fail(Errc::kBadInput, "it is not the one spelling of what it says");
    return out;
}

}  // namespace sudare::bundle
