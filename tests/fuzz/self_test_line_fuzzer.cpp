// SPDX-License-Identifier: Apache-2.0
// What the tester of a self-test says. It changes a known try or nothing, and no result of its own making passes.
#include "protocol/core/self_test.h"
#include "server/ctl/self_test.h"

using namespace sudare;

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    auto tries = ctl::no_tries();
    const bool taken = ctl::take_try({reinterpret_cast<const char*>(data), size}, tries).has_value();
    bool changed = false;
    for (const ctl::TryOutcome& one : tries) {
        if (!self_test::is_try(one.name) || !self_test::is_result(one.result))
            __builtin_trap();
        changed = changed || one.detail != "was not tried" || one.session || one.port;
    }
    if (!taken && changed)
        __builtin_trap();
    return 0;
}
