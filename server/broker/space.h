// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio.hpp>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "protocol/core/result.h"

namespace sudare::broker {

class Core;

// What evidence takes on the disks, and how long there is room.
struct Space {
    struct Part {
        std::string name;           // "log", "index", "recordings"
        std::uint64_t bytes = 0;    // recordings: as the broker's index of them says
        std::uint64_t per_day = 0;  // that come, over the last seven days
        std::uint64_t room = 0;     // free on its disk, less the reserve; parts of one disk share it
        std::optional<std::int64_t> days{};  // until that is used up; nullopt: not within ten years
    };
    struct Group {
        std::string name;  // "": those who are in none
        std::uint64_t recordings = 0, bytes = 0;
    };
    std::vector<Part> parts;
    std::vector<Group> groups;  // of the recordings; who is in several counts in each
};

// Files are looked at on the searcher's thread; `then` is called once, from the loop. Loop thread only.
void measure_space(boost::asio::io_context& loop, Core& core,
                   std::function<void(const Result<Space>&)> then);

// Once a day: a record and a warning for each part with less than evidence.space_days.
void warn_of_space(Core& core, const Space& space);

}  // namespace sudare::broker
