// SPDX-License-Identifier: Apache-2.0
#include "server/broker/settings.h"

#include <unistd.h>

#include <charconv>
#include <limits>

#include "server/base/config.h"
#include "server/broker/policy/fields.h"

namespace sudare::broker {
namespace {

constexpr std::int64_t kIdMax = std::numeric_limits<std::uint32_t>::max() - 1;

Result<std::vector<uid_t>> read_uids(Config& config) {
    SUDARE_TRY(const std::vector<std::string> texts, config.list("admin_uids"));
    std::vector<uid_t> uids;
    for (const std::string& text : texts) {
        uid_t uid = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), uid);
        if (error != std::errc() || end != text.data() + text.size())
            return fail(Errc::kBadInput, "field \"admin_uids\": \"" + text + "\" is not a number");
        uids.push_back(uid);
    }
    return uids;
}

}  // namespace

Result<Settings> load_settings(const std::string& path) {
    SUDARE_TRY(Config config, Config::load(path));
    Settings settings;
    SUDARE_TRY(settings.state_dir, config.text("state_dir"));
    SUDARE_TRY(settings.audit_dir, config.text("audit_dir", settings.state_dir + "/audit"));
    SUDARE_TRY(settings.link_socket, config.text("link_socket", settings.state_dir + "/link.sock"));
    SUDARE_TRY(settings.admin_socket,
               config.text("admin_socket", settings.state_dir + "/admin.sock"));
    SUDARE_TRY(const std::int64_t link_uid, config.integer("link_uid", ::geteuid(), 0, kIdMax));
    SUDARE_TRY(const std::int64_t link_gid, config.integer("link_gid", ::getegid(), 0, kIdMax));
    SUDARE_TRY(const std::int64_t admin_gid, config.integer("admin_gid", ::getegid(), 0, kIdMax));
    settings.link_uid = static_cast<uid_t>(link_uid);
    settings.link_gid = static_cast<gid_t>(link_gid);
    settings.admin_gid = static_cast<gid_t>(admin_gid);
    SUDARE_TRY(settings.admin_uids, read_uids(config));
    SUDARE_TRY(settings.start_page, config.text("default.start_page", "about:blank"));
    SUDARE_TRY(const std::int64_t expiry, config.integer("expiry_days", 30, 1, 365));
    settings.expiry_days = static_cast<int>(expiry);
    SUDARE_TRY(const std::string approval, config.text("approval", "none"));
    if (approval != "none" && approval != "loosening")
        return fail(Errc::kBadInput, path + ": field \"approval\": \"" + approval +
                                         "\"; permitted: none, loosening");
    settings.second_person = approval == "loosening";
    SUDARE_CHECK(config.finish());
    const auto page =
        policy::parse(policy::row_of(policy::FieldId::kWebStartPage), settings.start_page);
    if (!page)
        return fail(Errc::kBadInput,
                    path + ": field \"default.start_page\": " + page.error().message);
    return settings;
}

}  // namespace sudare::broker
