// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QJsonObject>
#include <array>
#include <cstdint>
#include <ctime>
#include <optional>

#include "client/core/decoder_client.h"
#include "protocol/wire/messages.h"

namespace sudare::probe {

// Counts of one connection since it began or since reset(). Bytes are those of the wire's frames,
// without TLS.
class Statistics {
   public:
    void take(const wire::DownMessage& message);
    void take(const client::Applied& applied);
    void take(const client::Presented& presented);
    // Totals of the connection so far; they grow.
    void set_traffic(quint64 received, quint64 sent);

    // From here on everything counts from zero again.
    void reset();
    // A new connection, whose traffic begins at zero.
    void restart();

    [[nodiscard]] QJsonObject json() const;
    [[nodiscard]] std::uint64_t presents() const { return presents_; }

   private:
    struct Kind {
        std::uint64_t operations = 0, bytes = 0, pixels = 0;
    };
    enum KindIndex { kScroll, kLossless, kVideo, kFill, kKinds };
    void take_update(const std::vector<std::uint8_t>& payload);

    std::uint64_t updates_ = 0, update_bytes_ = 0, snapshots_ = 0, presents_ = 0;
    std::uint64_t decode_us_ = 0, decode_us_max_ = 0;
    std::optional<std::uint32_t> last_sequence_;
    std::array<Kind, kKinds> kinds_{};
    std::uint64_t key_frames_ = 0;
    quint64 received_ = 0, sent_ = 0, received_before_ = 0, sent_before_ = 0;
    std::clock_t cpu_before_ = 0;
};

}  // namespace sudare::probe
