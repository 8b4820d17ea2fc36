// SPDX-License-Identifier: Apache-2.0
#include "server/signer/settings.h"

#include <unistd.h>

#include <limits>

#include "protocol/evidence/checkpoint.h"
#include "server/base/config.h"

namespace sudare::signer {

Result<Settings> load_settings(const std::string& path) {
    constexpr std::int64_t kIdMax = std::numeric_limits<std::uint32_t>::max() - 1;
    SUDARE_TRY(Config config, Config::load(path));
    Settings settings;
    SUDARE_TRY(settings.state_dir, config.text("state_dir"));
    SUDARE_TRY(settings.name, config.text("name"));
    SUDARE_TRY(settings.socket, config.text("socket", settings.state_dir + "/signer.sock"));
    SUDARE_TRY(const std::int64_t uid, config.integer("broker_uid", ::geteuid(), 0, kIdMax));
    SUDARE_TRY(const std::int64_t gid, config.integer("broker_gid", ::getegid(), 0, kIdMax));
    SUDARE_CHECK(config.finish());
    settings.broker_uid = static_cast<uid_t>(uid);
    settings.broker_gid = static_cast<gid_t>(gid);
    if (!evidence::is_name(settings.name))
        return fail(Errc::kBadInput,
                    path + ": field \"name\": \"" + settings.name +
                        "\" must be printable ASCII without space and \"+\", at most 128 "
                        "characters, such as sudare.city.example.lg.jp/audit");
    return settings;
}

}  // namespace sudare::signer
