// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

// sudare-broker -> the sweep of sudare-recorder: which recordings may go. A file that the broker
// replaces whole and the sweep only reads:
//
//   sudare sweep list 1
//   2026-11-24 0a1b2c3d4e5f60718293a4b5c6d7e8f9     folder (UTC) and number of a recording
//
// sorted, each once, a line feed behind each line. Beside it, as <list>.lock, an empty file: the sweep
// holds a read lock on it while it looks a recording up in the list and removes its file, the broker a
// write lock while it replaces the list. What the broker took off the list under its lock stays.
namespace sudare::ipc {

struct SweepItem {
    std::string day;  // YYYY-MM-DD
    std::string id;   // 32 hex digits
    friend auto operator<=>(const SweepItem&, const SweepItem&) = default;
};

inline constexpr std::size_t kSweepItemsMax = 10'000;
inline constexpr std::size_t kSweepBytesMax = 20 + kSweepItemsMax * 44;
inline constexpr std::string_view kSweepLock = ".lock";  // behind the list's name

bool is_sweep_day(std::string_view text);
bool is_sweep_id(std::string_view text);
// The one text of these, in any order; at most kSweepItemsMax.
std::string write_sweep_list(std::vector<SweepItem> items);
// nullopt: not exactly what write_sweep_list makes.
std::optional<std::vector<SweepItem>> read_sweep_list(std::string_view text);

// What the sweep leaves in the directory of the recordings after each run, as the file kSweptName: the
// broker then knows that it looks at the right disk.
struct Swept {
    std::uint64_t at = 0;       // seconds since 1970
    std::uint64_t removed = 0;  // files
    std::uint64_t young = 0;    // on the list, but younger than the floor: still there
    std::uint64_t failed = 0;   // that could not be removed
    friend bool operator==(const Swept&, const Swept&) = default;
};
inline constexpr std::string_view kSweptName = "swept";
inline constexpr std::size_t kSweptBytesMax = 160;
std::string write_swept(const Swept& swept);
std::optional<Swept> read_swept(std::string_view text);

}  // namespace sudare::ipc
