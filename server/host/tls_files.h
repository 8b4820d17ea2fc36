// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "protocol/core/result.h"
#include "server/base/unique_fd.h"
#include "server/host/settings.h"

namespace sudare::host {

// The TLS material for the relays, read by the launcher, as sealed memory: a relay opens no file,
// and the key is in no argument and no environment. The launcher itself never parses it.
struct TlsFiles {
    UniqueFd certificate;
    UniqueFd key;
    UniqueFd authority;
    UniqueFd revoked;

    // Errors name the file. A key file that group or others can read is refused.
    static Result<TlsFiles> load(const TlsSettings& settings);

    // The list is renewed every few days under the same name; the next relay gets the new one.
    // On an error the old list stays, and relays refuse everybody once that has expired.
    Result<void> reload_revoked(const TlsSettings& settings);
};

}  // namespace sudare::host
