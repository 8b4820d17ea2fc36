// SPDX-License-Identifier: Apache-2.0
#include "client/clip/webm_file.h"

#include <bit>

namespace sudare::client {
namespace {

using Bytes = std::vector<std::uint8_t>;

// Element ids, with their length marker, of RFC 9559.
enum Id : std::uint32_t {
    kEbml = 0x1A45DFA3,
    kEbmlVersion = 0x4286,
    kEbmlReadVersion = 0x42F7,
    kEbmlMaxIdLength = 0x42F2,
    kEbmlMaxSizeLength = 0x42F3,
    kDocType = 0x4282,
    kDocTypeVersion = 0x4287,
    kDocTypeReadVersion = 0x4285,
    kSegment = 0x18538067,
    kSeekHead = 0x114D9B74,
    kSeek = 0x4DBB,
    kSeekId = 0x53AB,
    kSeekPosition = 0x53AC,
    kInfo = 0x1549A966,
    kTimestampScale = 0x2AD7B1,
    kDuration = 0x4489,
    kTitle = 0x7BA9,
    kMuxingApp = 0x4D80,
    kWritingApp = 0x5741,
    kTracks = 0x1654AE6B,
    kTrackEntry = 0xAE,
    kTrackNumber = 0xD7,
    kTrackUid = 0x73C5,
    kTrackType = 0x83,
    kFlagLacing = 0x9C,
    kCodecId = 0x86,
    kVideo = 0xE0,
    kPixelWidth = 0xB0,
    kPixelHeight = 0xBA,
    kCluster = 0x1F43B675,
    kTimestamp = 0xE7,
    kSimpleBlock = 0xA3,
    kCues = 0x1C53BB6B,
    kCuePoint = 0xBB,
    kCueTime = 0xB3,
    kCueTrackPositions = 0xB7,
    kCueTrack = 0xF7,
    kCueClusterPosition = 0xF1,
};

// A block tells its time as 16 signed bits from its cluster's.
constexpr std::uint32_t kClusterMsMax = 30'000;
constexpr std::size_t kClusterBytesMax = 8U << 20;
constexpr std::uint8_t kTrack = 1, kKeyFrame = 0x80;

void append(Bytes& out, std::uint64_t value, int bytes) {
    for (int i = bytes - 1; i >= 0; --i)
        out.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
}

int id_length(std::uint32_t id) {
    return id > 0xFFFFFF ? 4 : id > 0xFFFF ? 3 : id > 0xFF ? 2 : 1;
}

// A size in its eight-byte spelling, which never has to grow.
void append_size(Bytes& out, std::uint64_t size) {
    append(out, size | 1ULL << 56, 8);
}

Bytes element(Id id, const Bytes& content) {
    Bytes out;
    append(out, id, id_length(id));
    append_size(out, content.size());
    out.insert(out.end(), content.begin(), content.end());
    return out;
}

Bytes number(Id id, std::uint64_t value) {
    Bytes content;
    append(content, value, 8);
    return element(id, content);
}

Bytes text(Id id, const QByteArray& utf8) {
    return element(id, {utf8.begin(), utf8.end()});
}

template <typename... Parts>
Bytes joined(const Parts&... parts) {
    Bytes out;
    (out.insert(out.end(), parts.begin(), parts.end()), ...);
    return out;
}

Bytes id_bytes(Id id) {
    Bytes out;
    append(out, id, id_length(id));
    return out;
}

Bytes head() {
    return element(kEbml, joined(number(kEbmlVersion, 1), number(kEbmlReadVersion, 1),
                                 number(kEbmlMaxIdLength, 4), number(kEbmlMaxSizeLength, 8),
                                 text(kDocType, "webm"), number(kDocTypeVersion, 4),
                                 number(kDocTypeReadVersion, 2)));
}

Bytes tracks(QSize size) {
    const auto video =
        element(kVideo, joined(number(kPixelWidth, static_cast<std::uint64_t>(size.width())),
                               number(kPixelHeight, static_cast<std::uint64_t>(size.height()))));
    return element(kTracks,
                   element(kTrackEntry, joined(number(kTrackNumber, kTrack), number(kTrackUid, 1),
                                               number(kTrackType, 1), number(kFlagLacing, 0),
                                               text(kCodecId, "V_VP9"), video)));
}

Bytes duration(double ms) {
    Bytes content;
    append(content, std::bit_cast<std::uint64_t>(ms), 8);
    return element(kDuration, content);
}

tl::unexpected<Error> disk(const QFile& file) {
    return fail(Errc::kSystem,
                file.fileName().toStdString() + ": " + file.errorString().toStdString());
}

}  // namespace

Result<WebmFile> WebmFile::create(const QString& path, QSize size, const QString& title) {
    WebmFile out;
    out.file_ = std::make_unique<QFile>(path);
    if (!out.file_->open(QIODevice::WriteOnly | QIODevice::NewOnly,
                         QFileDevice::ReadOwner | QFileDevice::WriteOwner))
        return fail(Errc::kState, "--out \"" + path.toStdString() + "\" must be a new file: " +
                                      out.file_->errorString().toStdString());
    SUDARE_CHECK(out.write(head()));
    Bytes opening = id_bytes(kSegment);
    out.segment_size_ = out.file_->pos() + static_cast<qint64>(opening.size());
    append_size(opening, 0);
    SUDARE_CHECK(out.write(opening));
    out.segment_ = out.file_->pos();
    // Where the cues are is written into the last eight bytes of this.
    const Bytes seek = element(kSeekHead, element(kSeek, joined(element(kSeekId, id_bytes(kCues)),
                                                                number(kSeekPosition, 0))));
    SUDARE_CHECK(out.write(seek));
    out.cues_ = out.file_->pos() - 8;
    const Bytes info = element(
        kInfo, joined(number(kTimestampScale, 1'000'000), text(kTitle, title.toUtf8()),
                      text(kMuxingApp, "Sudare"), text(kWritingApp, "Sudare"), duration(0)));
    SUDARE_CHECK(out.write(info));
    out.duration_ = out.file_->pos() - 8;
    SUDARE_CHECK(out.write(tracks(size)));
    return out;
}

Result<void> WebmFile::write(const Bytes& bytes) {
    const auto size = static_cast<qint64>(bytes.size());
    if (file_->write(reinterpret_cast<const char*>(bytes.data()), size) != size)
        return disk(*file_);
    return {};
}

Result<void> WebmFile::patch(qint64 at, const Bytes& bytes) {
    if (!file_->seek(at))
        return disk(*file_);
    return write(bytes);
}

Result<void> WebmFile::end_cluster() {
    if (cluster_.empty())
        return {};
    const Bytes whole = element(kCluster, cluster_);
    cluster_.clear();
    return write(whole);
}

Result<void> WebmFile::add(std::span<const std::uint8_t> frame, std::uint32_t at_ms, bool key) {
    if (index_.empty() ? !key : at_ms < last_ms_)
        return fail(Errc::kBadInput, "a clip begins with a key frame and goes on in time");
    // Players begin at a cluster, so each begins with a key frame where it can.
    if (key || at_ms - cluster_ms_ > kClusterMsMax || cluster_.size() > kClusterBytesMax) {
        SUDARE_CHECK(end_cluster());
        cluster_ms_ = at_ms;
        if (key)
            index_.push_back({at_ms, static_cast<std::uint64_t>(file_->pos() - segment_)});
        cluster_ = number(kTimestamp, at_ms);
    }
    last_ms_ = at_ms;
    Bytes block{kTrack | 0x80};
    append(block, at_ms - cluster_ms_, 2);
    block.push_back(key ? kKeyFrame : 0);
    block.insert(block.end(), frame.begin(), frame.end());
    const Bytes whole = element(kSimpleBlock, block);
    cluster_.insert(cluster_.end(), whole.begin(), whole.end());
    return {};
}

Result<void> WebmFile::finish(std::uint32_t end_ms) {
    SUDARE_CHECK(end_cluster());
    const qint64 cues_at = file_->pos() - segment_;
    Bytes points;
    for (const Cue& cue : index_) {
        const Bytes place =
            element(kCueTrackPositions,
                    joined(number(kCueTrack, kTrack), number(kCueClusterPosition, cue.offset)));
        const Bytes point = element(kCuePoint, joined(number(kCueTime, cue.at_ms), place));
        points.insert(points.end(), point.begin(), point.end());
    }
    SUDARE_CHECK(write(element(kCues, points)));
    const qint64 end = file_->pos();
    Bytes place, length, time;
    append(place, static_cast<std::uint64_t>(cues_at), 8);
    append_size(length, static_cast<std::uint64_t>(end - segment_));
    append(time, std::bit_cast<std::uint64_t>(static_cast<double>(end_ms)), 8);
    SUDARE_CHECK(patch(cues_, place));
    SUDARE_CHECK(patch(segment_size_, length));
    SUDARE_CHECK(patch(duration_, time));
    if (!file_->flush())
        return disk(*file_);
    file_->close();
    return {};
}

}  // namespace sudare::client
