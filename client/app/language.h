// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "protocol/core/terminal.h"

class QCoreApplication;

namespace sudare::client {

// Japanese where the system speaks it, else English.
Locale system_language();

// Makes every text of the viewer, and Qt's own, appear in this language. Before the first window.
void install_language(QCoreApplication& application, Locale language);

}  // namespace sudare::client
