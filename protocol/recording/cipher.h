// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "protocol/recording/format.h"

// The box of one segment; for sealer.cpp and opener.cpp.
namespace sudare::recording {

using AdditionalData = std::array<std::uint8_t, 32 + kSegmentHeadBytes>;
AdditionalData additional_data(const Hash& header,
                               std::span<const std::uint8_t, kSegmentHeadBytes> head);

// Appends the box.
void encrypt(std::vector<std::uint8_t>& out, std::span<const std::uint8_t> plain, const Key& key,
             std::uint32_t index, const AdditionalData& additional);
// kBadInput: changed, cut, or of another recording.
Result<std::vector<std::uint8_t>> decrypt(std::span<const std::uint8_t> box, const Key& key,
                                          std::uint32_t index, const AdditionalData& additional);

}  // namespace sudare::recording
