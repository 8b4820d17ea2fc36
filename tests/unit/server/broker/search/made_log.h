// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <fstream>
#include <random>
#include <string>

#include "server/broker/audit/deletion.h"
#include "server/broker/evidence/search.h"

// A log with chosen records, in one file or several, as the broker's writer encodes them.
namespace sudare::search {

class Folder {
public:
    Folder() {
        std::string name = std::filesystem::temp_directory_path() / "sudare-search-XXXXXX";
        if (::mkdtemp(name.data()) == nullptr)
            std::abort();
        path = name;
        std::filesystem::create_directory(path + "/log");
        std::filesystem::create_directory(path + "/index");
    }
    ~Folder() { std::filesystem::remove_all(path); }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    std::string path;
    [[nodiscard]] std::string log() const { return path + "/log"; }
    [[nodiscard]] std::string index() const { return path + "/index"; }
};

class MadeLog {
public:
    explicit MadeLog(std::string directory) : directory_(std::move(directory)) { next_file(); }

    void next_file() {
        char name[32];
        std::snprintf(name, sizeof name, "%020llu.log",
                      static_cast<unsigned long long>(end.records));
        path = directory_ + "/" + name;
        out_.close();
        out_.open(path, std::ios::binary);
    }
    void add(audit::Event event, std::int64_t time) {
        const auto bytes = audit::encode({end.records, time, end.last, std::move(event)});
        if (!bytes)
            std::abort();
        const auto framed = audit::frame(*bytes);
        out_.write(reinterpret_cast<const char*>(framed.data()),
                   static_cast<std::streamsize>(framed.size()));
        end = {end.records + 1, audit::leaf_hash(*bytes)};
    }
    void flush() { out_.flush(); }
    // As a rule does it, but for the record of it. The number of a file, which is not the newest.
    void delete_file(std::size_t number) const {
        const auto list = evidence::open_segments(directory_);
        const auto gone = audit::summarize(list.value().segments.at(number));
        if (!gone || !audit::replace_by(directory_, *gone))
            std::abort();
    }

    LogEnd end;
    std::string path;  // of the newest file

private:
    std::string directory_;
    std::ofstream out_;
};

// Numbers of all hits.
inline Result<std::vector<std::uint64_t>> all_hits(Search search, const LogFiles& log, Index* index) {
    std::vector<std::uint64_t> numbers;
    for (;;) {
        SUDARE_TRY(const auto slice, search.next(log, index));
        for (const auto& record : slice.records)
            numbers.push_back(evidence::record_view(record)->index);
        if (slice.done)
            return numbers;
    }
}

}  // namespace sudare::search
