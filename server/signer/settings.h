// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <string>

#include "protocol/core/result.h"

namespace sudare::signer {

// signer.toml (docs/operations.md).
struct Settings {
    std::string state_dir;  // key and state; made with mode 0700 by --make-key
    std::string name;      // of key and log, in every checkpoint; "sudare.city.example.lg.jp/audit"
    std::string socket;    // default: state_dir/signer.sock
    uid_t broker_uid = 0;  // who may ask; default: our own uid
    gid_t broker_gid = 0;  // group of the socket; default: our own
};

Result<Settings> load_settings(const std::string& path);

}  // namespace sudare::signer
