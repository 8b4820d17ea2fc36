// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>

namespace sudare::selftest {

// The probe page, whole: fills itself with the colours of marks.h and tries, by one key each, what a page
// can try. Its server has /slow and /outcome (page_server.h).
QByteArray probe_page();

}  // namespace sudare::selftest
