// SPDX-License-Identifier: Apache-2.0
#include "protocol/wire/vp9_gate.h"

#include <array>

#include "protocol/wire/bit_reader.h"

namespace sudare::wire {
namespace {

constexpr std::uint32_t kSyncCode = 0x498342;
constexpr std::uint32_t kColorSpaceRgb = 7;

bool color_config(BitReader& bits, std::uint8_t profile) {
    const std::uint32_t color_space = bits.take(3);
    if (color_space == kColorSpaceRgb)
        return profile == 1 && bits.take(1) == 0;
    bits.skip(1);  // color_range
    if (profile == 0)
        return true;  // 4:2:0 is implied
    const bool subsampled = bits.take(2) != 0;
    return !subsampled && bits.take(1) == 0;
}

bool explicit_size(BitReader& bits, const Vp9Expectation& expected) {
    const std::uint32_t width = bits.take(16) + 1;
    const std::uint32_t height = bits.take(16) + 1;
    return width == expected.width && height == expected.height;
}

// The size to show must be the coded size; it is not repeated then.
bool render_size(BitReader& bits) {
    return bits.take(1) == 0;
}

bool key_frame_header(BitReader& bits, const Vp9Expectation& expected) {
    return bits.take(24) == kSyncCode && color_config(bits, expected.profile) &&
           explicit_size(bits, expected) && render_size(bits);
}

bool inter_frame_header(BitReader& bits, bool error_resilient, const Vp9Expectation& expected) {
    if (!error_resilient)
        bits.skip(2);        // reset_frame_context
    bits.skip(8);            // refresh_frame_flags
    bits.skip(3 * (3 + 1));  // reference index and sign bias of LAST, GOLDEN, ALTREF
    bool found = false;
    for (int i = 0; i < 3 && !found; ++i)
        found = bits.take(1) != 0;  // size as that reference, which has the size of the stream
    if (!found && !explicit_size(bits, expected))
        return false;
    if (!render_size(bits))
        return false;
    bits.skip(1);           // allow_high_precision_mv
    if (bits.take(1) == 0)  // is_filter_switchable
        bits.skip(2);
    return true;
}

void loop_filter(BitReader& bits) {
    bits.skip(6 + 3);                            // level, sharpness
    if (bits.take(1) == 0 || bits.take(1) == 0)  // delta_enabled, delta_update
        return;
    for (int i = 0; i < 4 + 2; ++i)  // four reference deltas, two mode deltas
        if (bits.take(1) != 0)
            bits.skip(6 + 1);
}

std::uint8_t quantizer(BitReader& bits) {
    const auto base = static_cast<std::uint8_t>(bits.take(8));
    for (int i = 0; i < 3; ++i)  // deltas of Y DC, UV DC, UV AC
        if (bits.take(1) != 0)
            bits.skip(4 + 1);
    return base;
}

void probability(BitReader& bits) {
    if (bits.take(1) != 0)
        bits.skip(8);
}

void segmentation_map(BitReader& bits) {
    for (int i = 0; i < 7; ++i)
        probability(bits);
    if (bits.take(1) == 0)  // temporal_update
        return;
    for (int i = 0; i < 3; ++i)
        probability(bits);
}

void segmentation_data(BitReader& bits) {
    struct Feature {
        unsigned value_bits;
        unsigned sign_bits;
    };
    constexpr std::array<Feature, 4> kFeatures{{{8, 1}, {6, 1}, {2, 0}, {0, 0}}};
    bits.skip(1);  // absolute or delta
    for (int segment = 0; segment < 8; ++segment)
        for (const Feature& feature : kFeatures)
            if (bits.take(1) != 0)
                bits.skip(feature.value_bits + feature.sign_bits);
}

void segmentation(BitReader& bits) {
    if (bits.take(1) == 0)
        return;
    if (bits.take(1) != 0)
        segmentation_map(bits);
    if (bits.take(1) != 0)
        segmentation_data(bits);
}

// A tile column is 256 to 4096 pixels wide, which bounds the exponent from both sides.
std::uint8_t tile_columns_log2(BitReader& bits, std::uint16_t width) {
    const unsigned superblocks = (width + 63U) / 64;
    unsigned log2 = 0;
    while ((64U << log2) < superblocks)
        ++log2;
    unsigned max_log2 = 1;
    while ((superblocks >> max_log2) >= 4)
        ++max_log2;
    --max_log2;
    while (log2 < max_log2 && bits.take(1) != 0)
        ++log2;
    if (bits.take(1) != 0)  // tile rows
        bits.skip(1);
    return static_cast<std::uint8_t>(log2);
}

bool has_superframe_index(std::span<const std::uint8_t> frame) {
    return (frame.back() & 0xE0U) == 0xC0U;
}

}  // namespace

Result<Vp9FrameInfo> check_vp9_frame(std::span<const std::uint8_t> frame,
                                     const Vp9Expectation& expected) {
    if (frame.empty() || has_superframe_index(frame))
        return fail(Errc::kBadInput, "vp9: empty or a superframe");
    BitReader bits(frame);
    const bool marker = bits.take(2) == 2;
    const std::uint32_t low = bits.take(1);
    const std::uint32_t profile = bits.take(1) << 1 | low;
    if (!marker || profile != expected.profile || bits.take(1) != 0)
        return fail(Errc::kBadInput, "vp9: marker, profile or show_existing_frame");
    Vp9FrameInfo info;
    info.key_frame = bits.take(1) == 0;
    const bool shown = bits.take(1) != 0;
    const bool error_resilient = bits.take(1) != 0;
    if (!shown)
        return fail(Errc::kBadInput, "vp9: hidden frame");
    if (!(info.key_frame ? key_frame_header(bits, expected)
                         : inter_frame_header(bits, error_resilient, expected)))
        return fail(Errc::kBadInput, "vp9: colour format or size");
    if (!error_resilient)
        bits.skip(2);  // refresh_frame_context, frame_parallel_decoding_mode
    bits.skip(2);      // frame_context_idx
    loop_filter(bits);
    info.base_q_index = quantizer(bits);
    segmentation(bits);
    info.tile_columns_log2 = tile_columns_log2(bits, expected.width);
    const std::uint32_t compressed_header = bits.take(16);
    if (!bits.ok() || compressed_header == 0 || compressed_header >= bits.whole_bytes_left())
        return fail(Errc::kBadInput, "vp9: header length");
    return info;
}

Result<void> Vp9Gate::check(const VideoOp& op) {
    const Vp9Expectation expected{op.profile, op.rect.width(), op.rect.height()};
    SUDARE_TRY(const Vp9FrameInfo info, check_vp9_frame(op.frame, expected));
    if (info.key_frame != op.key_frame)
        return fail(Errc::kBadInput, "video: the key frame flag is wrong");
    if (info.key_frame)
        stream_ = Stream{op.profile, op.rect};
    else if (!stream_ || stream_->profile != op.profile || stream_->rect != op.rect)
        return fail(Errc::kState, "video: no key frame for this rectangle");
    return {};
}

}  // namespace sudare::wire
