// SPDX-License-Identifier: Apache-2.0
// A configuration and, behind it, a target: whatever the host sends, private addresses stay shut
// unless the configuration names them.
#include "server/egress/access.h"

using namespace sudare;
using namespace sudare::egress;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::size_t target_bytes = size == 0 ? 0 : std::min<std::size_t>(data[0], size - 1);
    const std::span<const std::uint8_t> rest(data + (size > 0), size - (size > 0));
    const auto target = parse_authority({reinterpret_cast<const char*>(rest.data()), target_bytes});
    auto config = ipc::read_egress_config(rest.subspan(target_bytes));
    const auto access = config ? Access::create(*config) : Access::create({});
    if (!access || !target)
        return 0;
    (void)(*access)->by_name(*target, Scheme::kTunnel);
    if (target->literal && target->literal->is_loopback() && !(*access)->private_site(*target) &&
        (*access)->by_address(*target, {*target->literal}).allowed())
        __builtin_trap();
    return 0;
}
