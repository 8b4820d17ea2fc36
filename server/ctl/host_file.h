// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

// A file with the hosts of a named list, as people and other products write it: one HOST or HOST:PORT in
// each line, .HOST for a domain and everything below it, "#" and what follows it is a remark, empty lines
// do not matter. Upper case becomes lower case, names in Unicode become IDNA A-labels (UTS 46, libidn2).
namespace sudare::ctl {

struct HostFile {
    struct Fault {
        std::size_t line = 0;  // from 1
        std::string text;      // at most 80 bytes of it
        std::string why;
    };
    std::vector<std::string> hosts;  // sorted, each once
    std::vector<Fault> faults;       // every line that is none
    std::size_t repeated = 0;
};
HostFile read_hosts(std::string bytes);

}  // namespace sudare::ctl
