// SPDX-License-Identifier: Apache-2.0
// A request to the probe page's server, from anybody. An id is there exactly where one is needed, and short.
#include "client/selftest/page.h"

using namespace sudare::selftest;

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    const QByteArray head(reinterpret_cast<const char*>(data), static_cast<qsizetype>(size));
    const auto request = read_request(head);
    if (!request)
        return 0;
    const bool needs = request->what == PageRequest::What::kSlow || request->what == PageRequest::What::kOutcome;
    if (needs == request->id.isEmpty() || request->id.size() > kIdMax)
        __builtin_trap();
    return 0;
}
