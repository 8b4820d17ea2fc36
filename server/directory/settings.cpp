// SPDX-License-Identifier: Apache-2.0
#include "server/directory/settings.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include <sstream>

#include "server/base/config.h"
#include "server/base/unique_fd.h"
#include "server/base/unix_socket.h"
#include "server/directory/names.h"

namespace sudare::directory {
namespace {

constexpr std::size_t kPasswordFileMax = 1024;
constexpr std::int64_t kSecondsMax = 30;

tl::unexpected<Error> wrong(const std::string& field, const std::string& value, const std::string& remedy) {
    return fail(Errc::kBadInput, "field \"" + field + "\": \"" + value + "\": " + remedy);
}

Result<void> check_url(const std::string& url) {
    std::istringstream words(url);
    std::string one;
    int count = 0;
    while (words >> one) {
        ++count;
        const auto host = one.find("://");
        const std::string rest = host == one.npos ? "" : one.substr(host + 3);
        if ((!one.starts_with("ldaps://") && !one.starts_with("ldap://")) || rest.empty() ||
            rest.find('/') != rest.npos || rest.starts_with(':'))
            return wrong("url", url,
                         "it must be ldaps://HOST or ldaps://HOST:PORT, or ldap:// of a server with StartTLS");
    }
    return count >= 1 && count <= 4 ? Result<void>()
                                    : wrong("url", url, "it must name 1 to 4 servers, with spaces between them");
}

// The first line. An empty password would make the account anonymous (RFC 4513 section 5.1.2).
Result<std::string> read_password(const std::string& path) {
    const std::string field = "search.password_file";
    UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    struct stat status {};
    if (!fd || ::fstat(fd.get(), &status) != 0)
        return wrong(field, path, std::string("cannot be read: ") + ::strerror(errno));
    if ((status.st_mode & (S_IROTH | S_IWOTH | S_IWGRP)) != 0)
        return wrong(field, path, "others can read or write it; chmod 0640 or 0600");
    SUDARE_TRY(auto bytes, read_whole(fd.get(), kPasswordFileMax));
    std::string text(bytes.begin(), bytes.end());
    if (!bytes.empty())  // of an empty file there is no address
        ::explicit_bzero(bytes.data(), bytes.size());
    text.resize(std::min(text.find_first_of("\r\n"), text.size()));
    if (text.empty())
        return wrong(field, path, "its first line is empty; write the password of search.bind_dn there");
    return text;
}

Result<void> check_search(Settings& settings, const std::string& password_file) {
    if (settings.base.empty() || password_file.empty())
        return wrong("search.bind_dn", settings.bind_dn, "it needs search.base and search.password_file");
    if (!settings.person_dn.empty())
        return wrong("person.dn", settings.person_dn, "give it, or search.bind_dn, not both");
    if (!settings.filter.starts_with('(') || !settings.filter.ends_with(')') ||
        settings.filter.find(kPlaceholder) == std::string::npos)
        return wrong("search.filter", settings.filter, "it must have parentheses and {user}, as \"(uid={user})\"");
    for (const auto& [field, dn] : {std::pair("search.base", &settings.base), std::pair("search.bind_dn", &settings.bind_dn)})
        if (!canonical_dn(*dn))
            return wrong(field, *dn, "it must be a distinguished name, as ou=people,dc=city,dc=example");
    SUDARE_TRY(settings.bind_password, read_password(password_file));
    return {};
}

Result<void> check_template(const Settings& settings, const std::string& password_file) {
    if (!settings.base.empty() || !password_file.empty())
        return wrong("search.bind_dn", "", "search.base and search.password_file need it");
    const auto sample = person_dn(settings.person_dn, "sample");
    if (settings.person_dn.find(kPlaceholder) == std::string::npos || !sample ||
        sample->find("sample") == std::string::npos)
        return wrong("person.dn", settings.person_dn,
                     "it must be a distinguished name with {user} in a value, as uid={user},ou=people,dc=city,dc=example,"
                     " or absent, with search.bind_dn");
    return {};
}

}  // namespace

Result<Settings> load_settings(const std::string& path) {
    SUDARE_TRY(Config config, Config::load(path));
    Settings settings;
    SUDARE_TRY(settings.broker_socket, config.text("broker_socket"));
    SUDARE_TRY(settings.url, config.text("url"));
    SUDARE_TRY(settings.authority, config.text("authority"));
    SUDARE_TRY(settings.bind_dn, config.text("search.bind_dn", ""));
    SUDARE_TRY(const std::string password_file, config.text("search.password_file", ""));
    SUDARE_TRY(settings.base, config.text("search.base", ""));
    SUDARE_TRY(settings.filter, config.text("search.filter", "(uid={user})"));
    SUDARE_TRY(settings.person_dn, config.text("person.dn", ""));
    SUDARE_TRY(settings.group_attribute, config.text("group_attribute", "memberOf"));
    SUDARE_TRY(const std::int64_t connect, config.integer("connect_seconds", 3, 1, kSecondsMax));
    SUDARE_TRY(const std::int64_t operation, config.integer("operation_seconds", 5, 1, kSecondsMax));
    settings.connect = std::chrono::seconds(connect);
    settings.operation = std::chrono::seconds(operation);
    SUDARE_CHECK(config.finish());
    auto checked = check_url(settings.url);
    if (checked)
        checked = settings.bind_dn.empty() ? check_template(settings, password_file)
                                           : check_search(settings, password_file);
    return checked ? Result<Settings>(std::move(settings)) : fail(checked.error().code, path + ": " + checked.error().message);
}

}  // namespace sudare::directory
