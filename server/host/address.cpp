// SPDX-License-Identifier: Apache-2.0
#include "server/host/address.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <sstream>

namespace sudare::host {
namespace {

constexpr std::uint16_t kDnsPort = 53;
constexpr unsigned kMappedBits = 96;  // ::ffff:0:0/96 in front of an IPv4 address

using Address = std::array<std::uint8_t, 16>;

std::optional<Address> parse_address(const std::string& text, bool& is_v4) {
    Address out{};
    is_v4 = ::inet_pton(AF_INET, text.c_str(), out.data() + 12) == 1;
    if (is_v4) {
        out[10] = out[11] = 0xff;
        return out;
    }
    if (::inet_pton(AF_INET6, text.c_str(), out.data()) == 1)
        return out;
    return std::nullopt;
}

std::optional<unsigned> parse_number(std::string_view text, unsigned low, unsigned high) {
    unsigned value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || value < low || value > high)
        return std::nullopt;
    return value;
}

tl::unexpected<Error> bad(const std::string& text, const char* wanted) {
    return fail(Errc::kBadInput, "\"" + text + "\" is not " + wanted);
}

}  // namespace

Result<ipc::SocketAddress> parse_socket_address(const std::string& text, std::uint16_t port) {
    static constexpr char kWanted[] = "an address as in 192.0.2.1:53 or [2001:db8::1]:53";
    std::string host = text;
    std::string number = std::to_string(port);
    if (text.starts_with('[')) {
        const std::size_t close = text.find("]:");
        if (close == std::string::npos)
            return bad(text, kWanted);
        host = text.substr(1, close - 1);
        number = text.substr(close + 2);
    } else if (std::count(text.begin(), text.end(), ':') == 1) {
        host = text.substr(0, text.find(':'));
        number = text.substr(text.find(':') + 1);
    }
    bool is_v4 = false;
    const auto address = parse_address(host, is_v4);
    const auto chosen = parse_number(number, 1, 65535);
    if (!address || !chosen)
        return bad(text, kWanted);
    return ipc::SocketAddress{*address, static_cast<std::uint16_t>(*chosen)};
}

Result<ipc::PrivateSite> parse_private_site(const std::string& text) {
    static constexpr char kWanted[] = "a site as in portal.example:443=10.1.2.3";
    const std::size_t equal = text.find('=');
    const std::size_t colon = text.find(':');
    if (equal == std::string::npos || colon == std::string::npos || colon > equal || colon == 0)
        return bad(text, kWanted);
    ipc::PrivateSite site;
    site.host = text.substr(0, colon);
    const auto port = parse_number(text.substr(colon + 1, equal - colon - 1), 1, 65535);
    bool is_v4 = false;
    const auto address = parse_address(text.substr(equal + 1), is_v4);
    if (!port || !address || site.host.size() > limits::kHostBytesMax)
        return bad(text, kWanted);
    site.port = static_cast<std::uint16_t>(*port);
    site.address = *address;
    return site;
}

Result<ipc::AddressBlock> parse_address_block(const std::string& text) {
    static constexpr char kWanted[] = "an address block as in 10.0.0.0/8";
    const std::size_t slash = text.find('/');
    bool is_v4 = false;
    const auto address = parse_address(text.substr(0, slash), is_v4);
    if (!address)
        return bad(text, kWanted);
    const unsigned bits = is_v4 ? 32 : 128;
    const auto prefix = slash == std::string::npos
                            ? std::optional<unsigned>(bits)
                            : parse_number(std::string_view(text).substr(slash + 1), 0, bits);
    if (!prefix)
        return bad(text, kWanted);
    return ipc::AddressBlock{*address,
                             static_cast<std::uint8_t>(*prefix + (is_v4 ? kMappedBits : 0))};
}

std::vector<ipc::SocketAddress> system_resolvers(const std::string& resolv_conf_text) {
    std::vector<ipc::SocketAddress> out;
    std::istringstream lines(resolv_conf_text);
    for (std::string line; std::getline(lines, line) && out.size() < 4;) {
        std::istringstream words(line);
        std::string keyword, address;
        if (words >> keyword >> address && keyword == "nameserver")
            if (const auto parsed = parse_socket_address(address, kDnsPort))
                out.push_back(*parsed);
    }
    return out;
}

}  // namespace sudare::host
