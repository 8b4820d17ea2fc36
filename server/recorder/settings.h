// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

#include "protocol/core/result.h"

namespace sudare::recorder {

// recorder.toml (docs/operations.md).
struct Settings {
    std::string directory;            // of the recordings; made with mode 0750 when absent
    std::string socket;               // where the gateway connects
    uid_t link_uid = 0;               // who may connect: the gateway; default: our own uid
    gid_t link_gid = 0;               // group of the socket; default: our own
    std::optional<gid_t> reader_gid;  // group that may read recordings: the broker's
    std::uint64_t reserve_bytes = 512ULL << 20;  // that stay free on the disk
    std::string sweep_list;              // of --sweep: what the broker wants removed; empty: none
    std::int64_t sweep_floor_days = 30;  // of --sweep: what is younger is never removed
};

// Errors name file, field, value and remedy.
Result<Settings> load_settings(const std::string& path);

}  // namespace sudare::recorder
