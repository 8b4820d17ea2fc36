// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <limits>

#include "protocol/core/self_test.h"
#include "server/base/config.h"
#include "server/base/log.h"
#include "server/ctl/self_test.h"

namespace sudare::ctl {
namespace {

constexpr std::int64_t kIdMax = std::numeric_limits<std::uint32_t>::max() - 1;
constexpr std::size_t kRequirementsMax = 200;
constexpr std::size_t kPrivateMax = 16;

std::string trimmed(std::string text) {
    text.erase(0, std::min(text.find_first_not_of(' '), text.size()));
    text.erase(text.find_last_not_of(' ') + 1);
    return text;
}

std::vector<std::string> split(const std::string& text, char sign) {
    std::vector<std::string> out;
    for (std::size_t at = 0; at <= text.size();) {
        const std::size_t end = std::min(text.find(sign, at), text.size());
        out.push_back(trimmed(text.substr(at, end - at)));
        at = end + 1;
    }
    return out;
}

tl::unexpected<Error> bad_requirement(const std::string& text, const std::string& why) {
    return fail(Errc::kBadInput, "field \"requirements\": \"" + printable(text) + "\" " + why);
}

// "SECTION | Japanese text | English text | try,try"
Result<Requirement> read_requirement(const std::string& text) {
    const auto parts = split(text, '|');
    if (parts.size() != 4 || parts[0].empty())
        return bad_requirement(text, "must be \"SECTION | JAPANESE | ENGLISH | TRIES\"; the texts and tries may be empty");
    Requirement out{parts[0], parts[1], parts[2], {}};
    if (parts[3].empty())
        return out;
    for (const std::string& name : split(parts[3], ',')) {
        if (name == "*") {
            out.tries.assign(self_test::kTries.begin(), self_test::kTries.end());
            continue;
        }
        if (!self_test::is_try(name))
            return bad_requirement(text, "names \"" + printable(name) + "\", which is no try; see docs/operations.md");
        out.tries.push_back(name);
    }
    return out;
}

Result<void> read_identity(Config& config, SelfTestConfig& out) {
    SUDARE_TRY(const std::int64_t uid, config.integer("run_as.uid", -1, -1, kIdMax));
    SUDARE_TRY(const std::int64_t gid, config.integer("run_as.gid", -1, -1, kIdMax));
    if ((uid < 0) != (gid < 0))
        return fail(Errc::kBadInput, "fields \"run_as.uid\" and \"run_as.gid\": give both or neither");
    if (uid < 0)
        return {};
    if (::geteuid() != 0)
        return fail(Errc::kBadInput, "field \"run_as.uid\": only root can start sudare-selftest as somebody else; leave it out");
    out.uid = static_cast<uid_t>(uid);
    out.gid = static_cast<gid_t>(gid);
    return {};
}

}  // namespace

Result<SelfTestConfig> load_self_test_config(const std::string& path) {
    SUDARE_TRY(Config config, Config::load(path));
    SelfTestConfig out;
    SUDARE_TRY(out.server, config.text("server"));
    SUDARE_TRY(out.user, config.text("user"));
    SUDARE_TRY(out.password_file, config.text("password_file"));
    SUDARE_TRY(out.certificate, config.text("certificate"));
    SUDARE_TRY(out.key, config.text("key"));
    SUDARE_TRY(out.authority, config.text("authority"));
    SUDARE_TRY(out.revocations, config.text("revoked", ""));
    SUDARE_TRY(out.revoked_certificate, config.text("revoked_certificate"));
    SUDARE_TRY(out.revoked_key, config.text("revoked_key"));
    SUDARE_TRY(out.private_hosts, config.list("private"));
    SUDARE_TRY(out.program, config.text("program", ""));
    SUDARE_TRY(out.organisation, config.text("organisation", ""));
    SUDARE_CHECK(read_identity(config, out));
    SUDARE_TRY(const auto requirements, config.list("requirements"));
    SUDARE_CHECK(config.finish());
    if (out.private_hosts.empty() || out.private_hosts.size() > kPrivateMax)
        return fail(Errc::kBadInput, path + ": field \"private\": name 1 to 16 hosts that nobody may reach, as \"192.168.0.1\"");
    if (requirements.size() > kRequirementsMax)
        return fail(Errc::kBadInput, path + ": field \"requirements\": there are more than 200");
    for (const std::string& text : requirements) {
        SUDARE_TRY(Requirement requirement, read_requirement(text));
        out.requirements.push_back(std::move(requirement));
    }
    return out;
}

}  // namespace sudare::ctl
