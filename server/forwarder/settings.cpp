// SPDX-License-Identifier: Apache-2.0
#include "server/forwarder/settings.h"

#include <arpa/inet.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <limits>

#include "server/base/config.h"

namespace sudare::forwarder {
namespace {

constexpr std::size_t kHostNameMax = 255;  // RFC 5424, HOSTNAME
constexpr std::size_t kDnsNameMax = 253;

tl::unexpected<Error> bad(const std::string& file, const char* field, const std::string& value,
                          const char* remedy) {
    return fail(Errc::kBadInput,
                file + ": field \"" + field + "\" is \"" + value + "\", but must be " + remedy);
}

bool is_address(const std::string& text) {
    std::array<std::uint8_t, 16> into{};
    return ::inet_pton(AF_INET, text.c_str(), into.data()) == 1 ||
           ::inet_pton(AF_INET6, text.c_str(), into.data()) == 1;
}

// RFC 5424's PRINTUSASCII, of which one word is made.
bool is_host(const std::string& text) {
    return !text.empty() && text.size() <= kHostNameMax &&
           std::ranges::all_of(text, [](char c) { return c > ' ' && c < 0x7f; });
}

bool is_dns_name(const std::string& text) {
    return !text.empty() && text.size() <= kDnsNameMax && std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-' || c == '.';
    });
}

std::string own_host() {
    std::array<char, kHostNameMax + 1> name{};
    const bool known = ::gethostname(name.data(), name.size() - 1) == 0;
    return known && is_host(name.data()) ? name.data() : "-";
}

Result<void> judge(const std::string& path, const Settings& settings) {
    const std::array<std::pair<const char*, const std::string*>, 6> paths{
        {{"state_dir", &settings.state_dir},
         {"audit_dir", &settings.audit_dir},
         {"broker_socket", &settings.broker_socket},
         {"collector.authority", &settings.authority},
         {"collector.certificate", &settings.certificate},
         {"collector.key", &settings.key}}};
    for (const auto& [field, value] : paths)
        if (!value->empty() && !value->starts_with('/'))
            return bad(path, field, *value, "an absolute path");
    if (!is_address(settings.address))
        return bad(path, "collector.address", settings.address,
                   "an IP address, such as 192.0.2.10: the forwarder asks no name server");
    if (!is_dns_name(settings.name))
        return bad(path, "collector.name", settings.name,
                   "the name in the collector's certificate, such as log.city.example.lg.jp");
    if (settings.certificate.empty() != settings.key.empty())
        return bad(path, settings.key.empty() ? "collector.key" : "collector.certificate", "",
                   "set when the other of certificate and key is");
    if (!is_host(settings.message.host))
        return bad(path, "host", settings.message.host,
                   "1 to 255 printable ASCII characters without space");
    return {};
}

}  // namespace

Result<Settings> load_settings(const std::string& path) {
    SUDARE_TRY(Config config, Config::load(path));
    Settings settings;
    SUDARE_TRY(settings.state_dir, config.text("state_dir"));
    SUDARE_TRY(settings.audit_dir, config.text("audit_dir"));
    SUDARE_TRY(settings.broker_socket, config.text("broker_socket"));
    SUDARE_TRY(settings.message.host, config.text("host", own_host()));
    SUDARE_TRY(settings.address, config.text("collector.address"));
    SUDARE_TRY(const std::int64_t port, config.integer("collector.port", 6514, 1, 65535));
    SUDARE_TRY(settings.name, config.text("collector.name"));
    SUDARE_TRY(settings.authority, config.text("collector.authority"));
    SUDARE_TRY(settings.certificate, config.text("collector.certificate", ""));
    SUDARE_TRY(settings.key, config.text("collector.key", ""));
    SUDARE_TRY(const std::int64_t confirm,
               config.integer("collector.confirm_seconds", 10, 1, 3600));
    SUDARE_TRY(const std::int64_t timeout,
               config.integer("collector.timeout_seconds", 60, 1, 3600));
    SUDARE_TRY(const std::int64_t bytes,
               config.integer("collector.message_bytes", 8192, 2048, 131072));
    SUDARE_TRY(const std::int64_t enterprise,
               config.integer("collector.enterprise_number", 32473, 1,
                              std::numeric_limits<std::uint32_t>::max()));
    SUDARE_CHECK(config.finish());
    settings.port = static_cast<std::uint16_t>(port);
    settings.confirm = std::chrono::seconds(confirm);
    settings.timeout = std::chrono::seconds(timeout);
    settings.message.bytes_max = static_cast<std::size_t>(bytes);
    settings.message.enterprise = static_cast<std::uint32_t>(enterprise);
    SUDARE_CHECK(judge(path, settings));
    return settings;
}

}  // namespace sudare::forwarder
