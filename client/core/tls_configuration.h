// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QSslConfiguration>

#include "client/core/settings.h"

namespace sudare::client {

// TLS 1.3 only, with the terminal's certificate, the private CA alone and one protocol name.
QSslConfiguration tls_configuration(const Identity& identity, const char* protocol);

}  // namespace sudare::client
