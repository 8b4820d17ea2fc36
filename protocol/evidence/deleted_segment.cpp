// SPDX-License-Identifier: Apache-2.0
#include "protocol/evidence/deleted_segment.h"

#include <limits>
#include <vector>

namespace sudare::evidence {
namespace {

constexpr std::string_view kTitle = "sudare deleted segment 1";

// Takes "name value" off the front.
std::optional<std::string_view> take(std::string_view& rest, std::string_view name) {
    const std::size_t end = rest.find('\n');
    if (end == std::string_view::npos || end <= name.size() || !rest.starts_with(name) ||
        rest[name.size()] != ' ')
        return std::nullopt;
    const std::string_view value = rest.substr(name.size() + 1, end - name.size() - 1);
    rest.remove_prefix(end + 1);
    return value;
}

bool take_number(std::string_view& rest, std::string_view name, std::uint64_t& into) {
    const auto value = take(rest, name);
    const auto number = value ? from_decimal(*value) : std::nullopt;
    into = number.value_or(0);
    return number.has_value();
}

// A record's time; before 1970 no log was written.
bool take_time(std::string_view& rest, std::string_view name, std::int64_t& into) {
    std::uint64_t number = 0;
    if (!take_number(rest, name, number) || number > std::numeric_limits<std::int64_t>::max())
        return false;
    into = static_cast<std::int64_t>(number);
    return true;
}

}  // namespace

std::string write_deleted(const DeletedSegment& deleted) {
    std::string text(kTitle);
    text += "\nfirst " + std::to_string(deleted.range.begin());
    text += "\nend " + std::to_string(deleted.range.end());
    text += "\nfirst_time " + std::to_string(deleted.first_time);
    text += "\nlast_time " + std::to_string(deleted.last_time);
    text += "\nbytes " + std::to_string(deleted.bytes);
    text += "\nlast " + base64(deleted.last) + "\n";
    for (const Hash& node : deleted.range.nodes())
        text += "node " + base64(node) + "\n";
    return text;
}

std::optional<DeletedSegment> read_deleted(std::string_view text) {
    std::string_view rest = text;
    DeletedSegment deleted;
    std::uint64_t first = 0, end = 0;
    if (text.size() > kDeletedBytesMax || !rest.starts_with(kTitle) ||
        rest.size() == kTitle.size() || rest[kTitle.size()] != '\n')
        return std::nullopt;
    rest.remove_prefix(kTitle.size() + 1);
    if (!take_number(rest, "first", first) || !take_number(rest, "end", end) ||
        !take_time(rest, "first_time", deleted.first_time) ||
        !take_time(rest, "last_time", deleted.last_time) ||
        !take_number(rest, "bytes", deleted.bytes) || first >= end || end > kTreeSizeMax)
        return std::nullopt;
    const auto last = take(rest, "last");
    const auto last_hash = last ? hash_from_base64(*last) : std::nullopt;
    if (!last_hash)
        return std::nullopt;
    deleted.last = *last_hash;
    std::vector<Hash> nodes;
    while (!rest.empty()) {
        const auto node = take(rest, "node");
        const auto hash = node ? hash_from_base64(*node) : std::nullopt;
        if (!hash)
            return std::nullopt;
        nodes.push_back(*hash);
    }
    auto range = CompactRange::from_nodes(first, end, std::move(nodes));
    if (!range)
        return std::nullopt;
    deleted.range = std::move(*range);
    return deleted;
}

}  // namespace sudare::evidence
