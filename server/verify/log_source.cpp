// SPDX-License-Identifier: Apache-2.0
#include "server/verify/log_source.h"

#include "protocol/evidence/checkpoint.h"
#include "protocol/evidence/durable_file.h"

namespace sudare::verify {
namespace {

constexpr std::size_t kHistoryBytesMax = std::size_t{1} << 30;
constexpr char kCheckpoint[] = "checkpoint";
constexpr char kHistory[] = "checkpoints";

Result<std::string> read_if_there(const std::string& path, std::size_t maximum) {
    auto text = evidence::read_file(path, maximum);
    if (!text && text.error().code == Errc::kNotFound)
        return std::string();
    return text;
}

void sort_in(LogSource& source, const std::string& name) {
    if (name == kCheckpoint || name == kHistory || name == std::string(kCheckpoint) + ".new" ||
        name.ends_with(".deleted.new"))  // a crash while one was written; nothing is missing for it
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
    SUDARE_TRY(evidence::SegmentList list, evidence::open_segments(directory));
    for (const std::string& name : list.others)
        sort_in(source, name);
    source.segments = std::move(list.segments);
    return source;
}

}  // namespace sudare::verify
