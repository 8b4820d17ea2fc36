// SPDX-License-Identifier: Apache-2.0
#include "server/broker/settings.h"

#include <unistd.h>

#include <charconv>
#include <filesystem>
#include <limits>

#include "protocol/ipc/broker_directory.h"
#include "protocol/ipc/text.h"
#include "server/base/config.h"
#include "server/broker/policy/fields.h"
#include "server/broker/policy_text.h"

namespace sudare::broker {
namespace {

constexpr std::string_view kBetween = " = ";
// Followers and checkpoints of a month are still compared, and nobody deletes by a slip of the hand.
constexpr std::int64_t kLogDaysMin = 30;
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

// "welfare = cn=welfare,ou=groups,dc=city,dc=example"
Result<DirectoryGroup> read_group(const std::string& text) {
    const auto sign = text.find(kBetween);  // with its spaces: the NAME has signs, too
    const auto trimmed = [](std::string one) {
        one.erase(0, one.find_first_not_of(' '));
        one.erase(one.find_last_not_of(' ') + 1);
        return one;
    };
    DirectoryGroup group;
    if (sign != text.npos)
        group = {trimmed(text.substr(0, sign)), trimmed(text.substr(sign + kBetween.size()))};
    if (!is_account_name(group.group) || group.name.find('=') == group.name.npos ||
        group.name.size() > ipc::kDirectoryNameBytesMax || !ipc::is_plain_text(group.name))
        return fail(Errc::kBadInput, "field \"directory.groups\": \"" + text +
                                         "\" must be \"GROUP = NAME\", the NAME as cn=welfare,ou=groups,dc=city,dc=example");
    return group;
}

Result<DirectorySettings> read_directory(Config& config) {
    DirectorySettings out;
    SUDARE_TRY(out.socket, config.text("directory.socket", ""));
    SUDARE_TRY(const std::int64_t uid, config.integer("directory.uid", ::geteuid(), 0, kIdMax));
    SUDARE_TRY(const std::int64_t gid, config.integer("directory.gid", ::getegid(), 0, kIdMax));
    SUDARE_TRY(const std::int64_t seconds, config.integer("directory.seconds", 10, 1, 60));
    SUDARE_TRY(const std::vector<std::string> groups, config.list("directory.groups"));
    out.uid = static_cast<uid_t>(uid);
    out.gid = static_cast<gid_t>(gid);
    out.limit = std::chrono::seconds(seconds);
    for (const std::string& text : groups) {
        SUDARE_TRY(DirectoryGroup group, read_group(text));
        out.groups.push_back(std::move(group));
    }
    if (out.groups.size() > ipc::kDirectoryGroupsMax)
        return fail(Errc::kBadInput, "field \"directory.groups\": there are more than 64; leave those out that decide nothing");
    if (out.socket.empty() && !out.groups.empty())
        return fail(Errc::kBadInput, "field \"directory.groups\" needs \"directory.socket\"; set it to a path");
    return out;
}

Result<ForwardSettings> read_forward(Config& config) {
    ForwardSettings out;
    SUDARE_TRY(out.socket, config.text("forward.socket", ""));
    SUDARE_TRY(const std::int64_t uid, config.integer("forward.uid", ::geteuid(), 0, kIdMax));
    SUDARE_TRY(const std::int64_t gid, config.integer("forward.gid", -1, -1, kIdMax));
    SUDARE_TRY(const std::int64_t behind, config.integer("forward.behind_seconds", 120, 2, 86400));
    out.uid = static_cast<uid_t>(uid);
    if (gid >= 0)
        out.gid = static_cast<gid_t>(gid);
    out.behind = std::chrono::seconds(behind);
    if (out.socket.empty() && out.gid)
        return fail(Errc::kBadInput, "field \"forward.gid\" needs \"forward.socket\"; set it to a path");
    return out;
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
    SUDARE_TRY(settings.directory, read_directory(config));
    SUDARE_TRY(settings.forward, read_forward(config));
    SUDARE_TRY(settings.start_page, config.text("default.start_page", "about:blank"));
    SUDARE_TRY(settings.signer_socket, config.text("evidence.signer_socket", ""));
    SUDARE_TRY(settings.unsigned_minutes, config.integer("evidence.unsigned_minutes", 5, 1, 1440));
    SUDARE_TRY(settings.heartbeat_seconds,
               config.integer("evidence.heartbeat_seconds", 60, 0, 86400));
    SUDARE_TRY(settings.search_reason, config.boolean("evidence.search_reason", false));
    SUDARE_TRY(settings.log_days, config.integer("evidence.log_days", 0, 0, 36'500));
    if (settings.log_days != 0 && settings.log_days < kLogDaysMin)
        return fail(Errc::kBadInput, path + ": field \"evidence.log_days\": " +
                                         std::to_string(settings.log_days) +
                                         "; permitted: 0 (for ever), or 30 to 36500");
    SUDARE_TRY(settings.space_days, config.integer("evidence.space_days", 14, 0, 3650));
    SUDARE_TRY(const std::int64_t expiry, config.integer("expiry_days", 14, 1, 365));
    settings.expiry_days = static_cast<int>(expiry);
    SUDARE_TRY(settings.self_test_hours, config.integer("self_test.hours", 0, 0, 8784));
    SUDARE_TRY(const std::string approval, config.text("approval", "none"));
    if (approval != "none" && approval != "loosening")
        return fail(Errc::kBadInput, path + ": field \"approval\": \"" + approval +
                                         "\"; permitted: none, loosening");
    settings.second_person = approval == "loosening";
    SUDARE_TRY(settings.recordings, config.text("recording.directory", ""));
    std::error_code ignored;
    if (!settings.recordings.empty() && !std::filesystem::is_directory(settings.recordings, ignored))
        return fail(Errc::kBadInput, path + ": field \"recording.directory\": \"" + settings.recordings +
                                         "\" is no directory that the broker can see; start sudare-recorder "
                                         "first, and let its reader_gid be a group of the broker");
    SUDARE_TRY(settings.reserve_megabytes,
               config.integer("recording.reserve_megabytes", 512, 1, 1 << 20));
    SUDARE_TRY(settings.sweep_list, config.text("recording.sweep_list", ""));
    if (!settings.sweep_list.empty() &&
        (settings.recordings.empty() || !settings.sweep_list.starts_with('/')))
        return fail(Errc::kBadInput, path + ": field \"recording.sweep_list\": \"" + settings.sweep_list +
                                         "\" must be an absolute path, and needs \"recording.directory\"");
    SUDARE_CHECK(config.finish());
    const auto page =
        policy::parse(policy::row_of(policy::FieldId::kWebStartPage), settings.start_page);
    if (!page)
        return fail(Errc::kBadInput,
                    path + ": field \"default.start_page\": " + page.error().message);
    return settings;
}

}  // namespace sudare::broker
