// SPDX-License-Identifier: Apache-2.0
// What Linux does not have, said once.
#include "client/platform/certificate_store.h"
#include "client/platform/window_guard.h"

namespace sudare::platform {

CaptureGuard guard_against_capture(QWindow&) {
    return CaptureGuard::kUnsupported;
}

std::optional<StoredIdentity> identity_from_store(const QString&) {
    return std::nullopt;
}

}  // namespace sudare::platform
