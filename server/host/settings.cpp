// SPDX-License-Identifier: Apache-2.0
#include "server/host/settings.h"

#include <unistd.h>

#include <fstream>
#include <iterator>

#include "server/host/address.h"
#include "server/session/browser/chromium_policy.h"

namespace sudare::host {
namespace {

constexpr std::int64_t kUidMax = 2'000'000'000;
constexpr std::size_t kListMax = 256;
constexpr std::int64_t kBrowserAgeMax = 3650;  // days

Result<std::string> whole_file(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file)
        return fail(Errc::kNotFound, "cannot read \"" + path + "\"");
    return std::string(std::istreambuf_iterator<char>(file), {});
}

// Says which field a parser's complaint is about.
tl::unexpected<Error> in_field(const char* field, Error error) {
    error.message = std::string("field \"") + field + "\": " + error.message;
    return tl::unexpected(std::move(error));
}

template <typename T, typename Parse>
Result<std::vector<T>> parsed_list(Config& config, const char* field, std::size_t maximum,
                                   Parse parse) {
    SUDARE_TRY(const std::vector<std::string> texts, config.list(field));
    if (texts.size() > maximum)
        return in_field(field, {Errc::kLimit, "at most " + std::to_string(maximum) + " entries"});
    std::vector<T> out;
    for (const std::string& text : texts) {
        Result<T> value = parse(text);
        if (!value)
            return in_field(field, value.error());
        out.push_back(std::move(*value));
    }
    return out;
}

Result<void> read_listen(Config& config, Settings& out) {
    SUDARE_TRY(out.address, config.text("listen.address", out.address));
    SUDARE_TRY(const std::int64_t port, config.integer("listen.port", 0, 0, 65535));
    out.port = static_cast<std::uint16_t>(port);
    SUDARE_TRY(out.border, parsed_list<ipc::AddressBlock>(config, "border.addresses", kListMax,
                                                          parse_address_block));
    SUDARE_TRY(out.tls.certificate, config.text("tls.certificate"));
    SUDARE_TRY(out.tls.key, config.text("tls.key"));
    SUDARE_TRY(out.tls.authority, config.text("tls.authority"));
    SUDARE_TRY(out.tls.revoked, config.text("tls.revoked"));
    return {};
}

Result<void> read_limits(Config& config, Settings& out) {
    const auto number = [&](const char* field, std::uint32_t& value, std::int64_t low,
                            std::int64_t high) -> Result<void> {
        SUDARE_TRY(const std::int64_t read, config.integer(field, value, low, high));
        value = static_cast<std::uint32_t>(read);
        return {};
    };
    SUDARE_CHECK(number("sessions_max", out.sessions_max, 1, 1024));
    SUDARE_CHECK(number("limits.memory_mib", out.limits.memory_mib, 512, 1 << 20));
    SUDARE_CHECK(number("limits.processes", out.limits.processes, 128, 32768));
    SUDARE_CHECK(number("limits.cpu_percent", out.limits.cpu_percent, 10, 100 * 256));
    SUDARE_TRY(const std::string wanted, config.text("resource_limits", "required"));
    if (wanted != "required" && wanted != "optional")
        return in_field("resource_limits",
                        {Errc::kBadInput, "must be \"required\" or \"optional\""});
    out.limits_required = wanted == "required";
    return {};
}

// Root separates sessions by uid; anybody else cannot, and must not pretend to.
Result<void> read_identity(Config& config, Settings& out) {
    SUDARE_TRY(const std::int64_t base, config.integer("uid_base", 0, 0, kUidMax));
    const bool root = ::getuid() == 0;
    if (root && base < 1000)
        return in_field("uid_base", {Errc::kBadInput,
                                     "must be 1000 or more when started as root; sessions use "
                                     "five uids each from there on"});
    if (!root && base != 0)
        return in_field("uid_base", {Errc::kBadInput, "needs root; remove it or start as root"});
    if (root)
        out.uid_base = static_cast<uid_t>(base);
    return {};
}

Result<void> read_egress(Config& config, EgressSettings& out) {
    SUDARE_TRY(out.resolvers, parsed_list<ipc::SocketAddress>(
                                  config, "egress.resolvers", 4, [](const std::string& text) {
                                      return parse_socket_address(text, 53);
                                  }));
    if (out.resolvers.empty())
        if (const auto text = whole_file("/etc/resolv.conf"))
            out.resolvers = system_resolvers(*text);
    SUDARE_TRY(const std::string proxy, config.text("egress.upstream_proxy", ""));
    if (!proxy.empty()) {
        const auto address = parse_socket_address(proxy, 0);  // 0: refused, the port must be said
        if (!address)
            return in_field("egress.upstream_proxy",
                            {Errc::kBadInput, "must be address:port, numbers only"});
        out.upstream_proxy = *address;
    }
    SUDARE_TRY(out.private_sites, parsed_list<ipc::PrivateSite>(config, "egress.private_sites",
                                                                kListMax, parse_private_site));
    SUDARE_TRY(out.refused_blocks, parsed_list<ipc::AddressBlock>(config, "egress.refused_blocks",
                                                                  kListMax, parse_address_block));
    return {};
}

Result<void> read_browser(Config& config, Settings& out) {
    SUDARE_TRY(const std::vector<std::string> files, config.list("browser.ca_certificates"));
    for (const std::string& path : files) {
        SUDARE_TRY(const std::string pem, whole_file(path));
        const auto found = browser::certificates_from_pem(pem);
        if (!found)
            return in_field("browser.ca_certificates",
                            {found.error().code, path + ": " + found.error().message});
        out.ca_certificates.insert(out.ca_certificates.end(), found->begin(), found->end());
    }
    SUDARE_TRY(out.time_zone, config.text("browser.time_zone", out.time_zone));
    SUDARE_TRY(const std::int64_t days,
               config.integer("browser.max_age_days", 0, 0, kBrowserAgeMax));
    out.browser_max_age_days = static_cast<std::uint32_t>(days);
    return {};
}

}  // namespace

Result<Settings> read_settings(Config config, const std::string& default_programs) {
    Settings out;
    SUDARE_CHECK(read_listen(config, out));
    SUDARE_TRY(out.runtime_dir, config.text("runtime_dir", out.runtime_dir));
    SUDARE_TRY(out.programs, config.text("programs", default_programs));
    for (const auto& [field, path] :
         {std::pair("runtime_dir", &out.runtime_dir), std::pair("programs", &out.programs)})
        if (!path->starts_with('/') || path->ends_with('/'))
            return in_field(field,
                            {Errc::kBadInput, "must be an absolute path without / at its end"});
    SUDARE_CHECK(read_identity(config, out));
    SUDARE_CHECK(read_limits(config, out));
    SUDARE_CHECK(read_egress(config, out.egress));
    SUDARE_CHECK(read_browser(config, out));
    SUDARE_CHECK(config.finish());
    return out;
}

}  // namespace sudare::host
