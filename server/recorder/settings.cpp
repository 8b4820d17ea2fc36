// SPDX-License-Identifier: Apache-2.0
#include "server/recorder/settings.h"

#include <unistd.h>

#include <limits>

#include "server/base/config.h"

namespace sudare::recorder {
namespace {

constexpr std::int64_t kIdMax = std::numeric_limits<std::uint32_t>::max() - 1;
constexpr std::int64_t kFloorDaysMax = 36'500;
constexpr std::int64_t kReserveMaxMb = 1 << 20;  // a TiB

Result<std::string> absolute(const std::string& file, const char* field, Result<std::string> text) {
    if (text && !text->starts_with('/'))
        return fail(Errc::kBadInput, file + ": field \"" + field + "\" is \"" + *text +
                                         "\", but must be an absolute path");
    return text;
}

}  // namespace

Result<Settings> load_settings(const std::string& path) {
    SUDARE_TRY(Config config, Config::load(path));
    Settings settings;
    SUDARE_TRY(settings.directory, absolute(path, "directory", config.text("directory")));
    SUDARE_TRY(settings.socket, absolute(path, "socket", config.text("socket")));
    SUDARE_TRY(const std::int64_t uid, config.integer("link_uid", ::geteuid(), 0, kIdMax));
    SUDARE_TRY(const std::int64_t gid, config.integer("link_gid", ::getegid(), 0, kIdMax));
    SUDARE_TRY(const std::int64_t reader, config.integer("reader_gid", -1, -1, kIdMax));
    SUDARE_TRY(const std::int64_t reserve,
               config.integer("reserve_megabytes", 512, 1, kReserveMaxMb));
    SUDARE_TRY(settings.sweep_list, config.text("sweep_list", ""));
    if (!settings.sweep_list.empty()) {
        SUDARE_TRY(settings.sweep_list, absolute(path, "sweep_list", settings.sweep_list));
    }
    SUDARE_TRY(settings.sweep_floor_days,
               config.integer("sweep_floor_days", 30, 1, kFloorDaysMax));
    SUDARE_CHECK(config.finish());
    settings.link_uid = static_cast<uid_t>(uid);
    settings.link_gid = static_cast<gid_t>(gid);
    if (reader >= 0)
        settings.reader_gid = static_cast<gid_t>(reader);
    settings.reserve_bytes = static_cast<std::uint64_t>(reserve) << 20;
    return settings;
}

}  // namespace sudare::recorder
