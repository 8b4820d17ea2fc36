// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "server/broker/audit/log.h"

namespace sudare::audit {

// A log in a folder of its own, with a clock of its own; a day is 100 ns.
class Estate {
public:
    Estate() {
        std::string pattern = std::filesystem::temp_directory_path() / "sudare-audit-XXXXXX";
        root = ::mkdtemp(pattern.data());
        audit = root + "/audit";
    }
    ~Estate() { std::filesystem::remove_all(root); }
    Estate(const Estate&) = delete;
    Estate& operator=(const Estate&) = delete;

    Result<std::unique_ptr<Log>> open(bool days = true) {
        const auto save = [this](const Anchor& next) {
            anchor = next;
            return Result<void>();
        };
        return Log::open(audit, {anchor, save, false}, [this] { ++failures; },
                         {[this] { return ++now; },
                          [days](std::int64_t time) { return days ? time / 100 : 0; }});
    }

    // So many records of that day, each durable.
    void write(std::int64_t day, unsigned records, bool days = true) {
        now = day * 100;
        auto log = open(days);
        ASSERT_TRUE(log) << log.error().message;
        for (unsigned i = 0; i < records; ++i)
            ASSERT_TRUE((*log)->append_durable(Event{EventType::kHeartbeat, {}}));
    }

    [[nodiscard]] std::vector<std::string> names() const {
        std::vector<std::string> out;
        for (const auto& entry : std::filesystem::directory_iterator(audit))
            out.push_back(entry.path().filename().string());
        std::ranges::sort(out);
        return out;
    }
    [[nodiscard]] std::string file(std::uint64_t first) const {
        return audit + "/" + evidence::segment_name(first);
    }
    static std::string bytes(const std::string& path) {
        std::ifstream in(path, std::ios::binary);
        return {std::istreambuf_iterator<char>(in), {}};
    }
    static void put(const std::string& path, const std::string& text) {
        ::chmod(path.c_str(), 0600);
        std::ofstream(path, std::ios::binary | std::ios::trunc) << text;
    }
    static unsigned mode(const std::string& path) {
        struct stat info {};
        EXPECT_EQ(::stat(path.c_str(), &info), 0);
        return info.st_mode & 0777;
    }

    std::string root, audit;
    Anchor anchor;
    std::int64_t now = 0;
    int failures = 0;
};

}  // namespace sudare::audit
