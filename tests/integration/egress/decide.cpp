// SPDX-License-Identifier: Apache-2.0
// What the egress process decides about addresses, without a socket: for each line of JSON
//     {"hosts": [[allow, "pattern", port], ...], "allow_by_default": bool, "urls": ["https://…",
//     …]}
// a line with an array of booleans, or an object {"error": "…"}. Plain http is permitted by the
// policy.
#include <boost/json.hpp>
#include <iostream>
#include <string>

#include "server/egress/access.h"

namespace sudare::egress {
namespace {

namespace json = boost::json;

ipc::EgressConfig config_of(const json::object& rules) {
    ipc::EgressConfig config;
    config.web.plain_http = true;
    config.web.start_page = "about:blank";
    config.web.allow_by_default = rules.at("allow_by_default").as_bool();
    std::uint32_t number = 0;
    std::vector<ipc::HostRule> hosts;
    for (const json::value& row : rules.at("hosts").as_array()) {
        ipc::HostRule rule;
        rule.number = ++number;
        rule.allow = row.at(0).as_bool();
        rule.pattern = std::string(row.at(1).as_string());
        rule.port = row.at(2).to_number<std::uint16_t>();
        hosts.push_back(rule);
    }
    config.web.hosts = hosts;
    return config;
}

// As connection.cpp comes to it: a name that cannot be parsed is refused.
bool allowed(const Access& access, const std::string& url) {
    if (const auto secure = parse_url(url, "https", 443))
        return access.by_name(secure->target, Scheme::kTunnel).allowed();
    const auto plain = parse_url(url, "http", 80);
    return plain && access.by_name(plain->target, Scheme::kPlainHttp).allowed();
}

json::value answer(const std::string& line) {
    const json::value asked = json::parse(line);
    const auto access = Access::create(config_of(asked.as_object()));
    if (!access)
        return {{"error", access.error().message}};
    json::array out;
    for (const json::value& url : asked.at("urls").as_array())
        out.push_back(allowed(**access, std::string(url.as_string())));
    return out;
}

}  // namespace
}  // namespace sudare::egress

int main() {
    for (std::string line; std::getline(std::cin, line);)
        std::cout << sudare::egress::answer(line) << std::endl;
}
