// SPDX-License-Identifier: Apache-2.0
#include "server/forwarder/position.h"

#include <array>

#include "protocol/evidence/durable_file.h"

namespace sudare::forwarder {
namespace {

constexpr mode_t kMode = 0600;
constexpr std::string_view kTitle = "sudare forward position 1";
constexpr std::string_view kOpen = "connection open", kClosed = "connection closed";

std::string line_of(std::string_view name, const Mark& mark) {
    return std::string(name) + " " + std::to_string(mark.records) + " " +
           evidence::base64(mark.last) + "\n";
}

// The line without its end; advances `text`.
std::optional<std::string_view> take_line(std::string_view& text) {
    const std::size_t end = text.find('\n');
    if (end == text.npos)
        return std::nullopt;
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end + 1);
    return line;
}

std::optional<Mark> take_mark(std::string_view& text, std::string_view name) {
    const auto line = take_line(text);
    if (!line || !line->starts_with(name) || line->size() <= name.size())
        return std::nullopt;
    const std::string_view rest = line->substr(name.size() + 1);
    const std::size_t space = rest.find(' ');
    if (space == rest.npos)
        return std::nullopt;
    const auto records = evidence::from_decimal(rest.substr(0, space));
    const auto last = evidence::hash_from_base64(rest.substr(space + 1));
    if (!records || !last || (*records == 0) != (*last == evidence::Hash{}))
        return std::nullopt;
    return Mark{*records, *last};
}

}  // namespace

std::string write_position(const Position& position) {
    return std::string(kTitle) + "\n" + std::string(position.open ? kOpen : kClosed) + "\n" +
           line_of("sure", position.sure) + line_of("safe", position.safe);
}

std::optional<Position> read_position(std::string_view text) {
    std::string_view left = text;
    const auto title = take_line(left);
    const auto connection = take_line(left);
    const auto sure = take_mark(left, "sure");
    const auto safe = take_mark(left, "safe");
    if (!title || !connection || !sure || !safe || safe->records > sure->records)
        return std::nullopt;
    const Position position{*connection == kOpen, *sure, *safe};
    // One text for each position: spaces, endings and titles are compared here.
    return write_position(position) == text ? std::optional(position) : std::nullopt;
}

Result<PositionFile> PositionFile::open(std::string path, std::chrono::seconds margin,
                                        Clock::time_point now) {
    PositionFile file(std::move(path), margin, now);
    const auto text = evidence::read_file(file.path_, kPositionBytesMax);
    if (!text && text.error().code == Errc::kNotFound) {
        SUDARE_CHECK(file.save({}));
        return file;
    }
    if (!text && text.error().code != Errc::kLimit)
        return tl::unexpected(text.error());
    const auto position = text ? read_position(*text) : std::nullopt;
    if (!position)
        return fail(Errc::kBadInput,
                    file.path_ +
                        " is damaged; put it back, or remove it to send the whole log "
                        "again (doubles have the same index and hash)");
    file.position_ = *position;
    file.next_safe_ = position->sure;
    return file;
}

Result<void> PositionFile::save(const Position& next) {
    SUDARE_CHECK(evidence::replace_file(path_, write_position(next), kMode));
    position_ = next;
    return {};
}

Result<void> PositionFile::opened() {
    Position next = position_;
    next.open = true;
    return next == position_ ? Result<void>() : save(next);
}

Result<void> PositionFile::closed(const Mark& sure, Clock::time_point now) {
    Position next{false, sure, position_.safe};
    if (now - next_safe_since_ >= margin_) {
        next.safe = next_safe_;
        next_safe_ = sure;
        next_safe_since_ = now;
    }
    for (Mark* mark : {&next.safe, &next_safe_})
        if (mark->records > sure.records)
            *mark = sure;
    return save(next);
}

}  // namespace sudare::forwarder
