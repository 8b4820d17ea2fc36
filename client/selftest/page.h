// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <optional>

namespace sudare::selftest {

// The probe page, whole: fills itself with the colours of marks.h and tries, by one key each, what a page
// can try. Its server has /slow and /outcome (page_server.h).
QByteArray probe_page();

// What of its server is asked for.
struct PageRequest {
    enum class What { kPage, kSlow, kOutcome, kNothing, kBad };
    What what = What::kBad;
    QByteArray id;  // of kSlow and kOutcome, 1 to kIdMax bytes
};
inline constexpr qsizetype kIdMax = 16;
// The head of a request with its empty line; nullopt: not all of it has come.
std::optional<PageRequest> read_request(const QByteArray& head);

}  // namespace sudare::selftest
