// SPDX-License-Identifier: Apache-2.0
#include "server/verify/log_source.h"

#include <algorithm>
#include <filesystem>

#include "protocol/evidence/checkpoint.h"
#include "protocol/evidence/durable_file.h"

namespace sudare::verify {
namespace {

namespace fs = std::filesystem;
constexpr std::size_t kHistoryBytesMax = std::size_t{1} << 30;
constexpr std::size_t kDigits = 20;
constexpr char kCheckpoint[] = "checkpoint";
constexpr char kHistory[] = "checkpoints";

// The index in a segment's name.
std::optional<std::uint64_t> first_of(const std::string& name) {
    if (name.size() != kDigits + 4 || !name.ends_with(".log"))
        return std::nullopt;
    const std::string digits = name.substr(0, kDigits);
    if (!std::ranges::all_of(digits, [](char c) { return c >= '0' && c <= '9'; }))
        return std::nullopt;
    const std::size_t significant = std::min(digits.find_first_not_of('0'), kDigits - 1);
    return evidence::from_decimal(std::string_view(digits).substr(significant));
}

Result<std::string> read_if_there(const std::string& path, std::size_t maximum) {
    auto text = evidence::read_file(path, maximum);
    if (!text && text.error().code == Errc::kNotFound)
        return std::string();
    return text;
}

void sort_in(LogSource& source, const std::string& name) {
    if (name == kCheckpoint || name == kHistory || name == std::string(kCheckpoint) + ".new")
        return;
    const std::string shown =
        escaped({reinterpret_cast<const std::uint8_t*>(name.data()), name.size()});
    if (name.find(".torn-") != std::string::npos || name.find(".lost-") != std::string::npos)
        source.set_aside.push_back(shown);
    else
        source.strange.push_back(shown);
}

}  // namespace

std::string escaped(std::span<const std::uint8_t> bytes) {
    std::string out;
    for (const std::uint8_t byte : bytes) {
        if (byte >= 0x20 && byte < 0x7f && byte != '"' && byte != '\\')
            out += static_cast<char>(byte);
        else
            out += "\\x" + evidence::hex({&byte, 1});
    }
    return out;
}

Result<LogSource> open_log(const std::string& directory) {
    LogSource source;
    SUDARE_TRY(source.checkpoint,
               read_if_there(directory + "/" + kCheckpoint, evidence::kNoteBytesMax));
    SUDARE_TRY(source.history, read_if_there(directory + "/" + kHistory, kHistoryBytesMax));
    std::error_code error;
    std::vector<std::string> names;
    for (fs::directory_iterator at(directory, error), end; !error && at != end; at.increment(error))
        names.push_back(at->path().filename().string());
    if (error)
        return fail(Errc::kSystem, directory + ": " + error.message());
    std::ranges::sort(names);
    for (const std::string& name : names) {
        const auto first = first_of(name);
        if (!first) {
            sort_in(source, name);
            continue;
        }
        SUDARE_TRY(auto bytes, evidence::open_bytes(directory + "/" + name));
        source.segments.push_back({name, *first, std::move(bytes)});
    }
    return source;
}

const Segment* Walk::segment() const {
    return place_.segment < source_.segments.size() ? &source_.segments[place_.segment] : nullptr;
}

Result<evidence::ScanEnd> Walk::run(const std::function<bool(const evidence::Visited&)>& visit) {
    for (;;) {
        const Segment* now = segment();
        if (now == nullptr)
            return evidence::ScanEnd::kEnd;
        if (place_.cursor.offset == 0 && now->first != place_.cursor.index)
            return evidence::ScanEnd::kIndex;
        SUDARE_TRY(const evidence::ScanEnd end, evidence::scan(*now->bytes, place_.cursor, visit));
        if (end != evidence::ScanEnd::kEnd)
            return end;
        if (place_.segment + 1 >= source_.segments.size())
            return end;
        ++place_.segment;
        place_.cursor.offset = 0;
    }
}

}  // namespace sudare::verify
