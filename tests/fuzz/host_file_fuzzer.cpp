// SPDX-License-Identifier: Apache-2.0
// A file that somebody gives to sudarectl host-list set. What is read the broker takes, and reads the same again.
#include "server/broker/policy/hosts.h"
#include "server/ctl/host_file.h"

using namespace sudare;

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    const ctl::HostFile file = ctl::read_hosts({reinterpret_cast<const char*>(data), size});
    const auto list = policy::parse_host_list(policy::format(file.hosts));
    if (!list || *list != file.hosts || ctl::read_hosts(policy::format(file.hosts)).hosts != file.hosts)
        __builtin_trap();
    return 0;
}
