// SPDX-License-Identifier: Apache-2.0
#include "server/egress/target.h"

#include <algorithm>
#include <charconv>

#include "protocol/core/limits.h"

namespace sudare::egress {
namespace {

constexpr std::size_t kLabelBytesMax = 63;  // RFC 1035 2.3.4

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool is_name_character(char c) {
    return (c >= 'a' && c <= 'z') || is_digit(c) || c == '-' || c == '_';
}

bool is_hex_digit(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'f');
}

// Visible ASCII. The fragment never leaves a browser.
bool is_url_character(char c) {
    return c > 0x20 && c < 0x7f && c != '#';
}

bool is_label(std::string_view label) {
    return !label.empty() && label.size() <= kLabelBytesMax && label.front() != '-' &&
           label.back() != '-' && std::all_of(label.begin(), label.end(), is_name_character);
}

// "Ends in a number" of the URL standard, on the last label.
bool is_number_label(std::string_view label) {
    if (std::all_of(label.begin(), label.end(), is_digit))
        return true;
    return label.starts_with("0x") && std::all_of(label.begin() + 2, label.end(), is_hex_digit);
}

bool is_name(std::string_view host) {
    if (host.empty() || host.size() > sudare::limits::kHostBytesMax)
        return false;
    std::string_view last;
    for (std::size_t begin = 0; begin <= host.size();) {
        const std::size_t end = std::min(host.find('.', begin), host.size());
        last = host.substr(begin, end - begin);
        if (!is_label(last))
            return false;
        begin = end + 1;
    }
    return !is_number_label(last);
}

tl::unexpected<Error> bad_host() {
    return fail(Errc::kBadInput, "not a host name or address in its canonical spelling");
}

Result<std::uint16_t> parse_port(std::string_view text) {
    unsigned value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool canonical = !text.empty() && text.size() <= 5 && text.front() != '0' &&
                           is_digit(text.front()) && end == text.data() + text.size();
    if (error != std::errc() || !canonical || value > 65535)
        return fail(Errc::kBadInput, "not a port number");
    return static_cast<std::uint16_t>(value);
}

Result<Target> parse_bracketed(std::string_view inner, std::uint16_t port) {
    const auto literal = parse_literal(inner);
    if (!literal || !literal->is_v6())
        return bad_host();
    return Target{literal->to_string(), literal, port};
}

// Splits at the colon that ends the host; the port text may be empty or missing.
struct Split {
    std::string_view host;
    std::optional<std::string_view> port;
};

std::optional<Split> split_authority(std::string_view authority) {
    std::size_t colon = authority.find(':');
    if (authority.starts_with('[')) {
        const std::size_t close = authority.find(']');
        if (close == std::string_view::npos)
            return std::nullopt;
        colon = close + 1;
        if (colon < authority.size() && authority[colon] != ':')
            return std::nullopt;
    }
    if (colon >= authority.size())
        return Split{authority, std::nullopt};
    return Split{authority.substr(0, colon), authority.substr(colon + 1)};
}

}  // namespace

std::string Target::authority() const {
    const std::string shown = literal && literal->is_v6() ? "[" + host + "]" : host;
    return shown + ":" + std::to_string(port);
}

Result<Target> parse_host(std::string_view host, std::uint16_t port) {
    if (host.starts_with('[')) {
        if (host.size() < 2 || host.back() != ']')
            return bad_host();
        return parse_bracketed(host.substr(1, host.size() - 2), port);
    }
    if (host.ends_with('.'))
        host.remove_suffix(1);
    std::string name(host.substr(0, sudare::limits::kHostBytesMax + 1));
    std::transform(name.begin(), name.end(), name.begin(), lower);
    const auto literal = parse_literal(name);
    if (literal && literal->is_v4())
        return Target{name, literal, port};
    if (!is_name(name))
        return bad_host();
    return Target{std::move(name), std::nullopt, port};
}

Result<Target> parse_authority(std::string_view authority) {
    const auto split = split_authority(authority);
    if (!split)
        return bad_host();
    if (!split->port)
        return fail(Errc::kBadInput, "CONNECT needs host:port");
    SUDARE_TRY(const std::uint16_t port, parse_port(*split->port));
    return parse_host(split->host, port);
}

Result<Url> parse_url(std::string_view url, std::string_view scheme, std::uint16_t default_port) {
    const std::string prefix = std::string(scheme) + "://";
    if (url.size() < prefix.size() ||
        !std::equal(prefix.begin(), prefix.end(), url.begin(),
                    [](char want, char got) { return want == lower(got); }))
        return fail(Errc::kDenied, "not a " + std::string(scheme) + " URL in absolute form");
    if (!std::all_of(url.begin(), url.end(), is_url_character))
        return fail(Errc::kBadInput, "character that no URL on the wire holds");
    url.remove_prefix(prefix.size());
    const std::size_t path_at = std::min(url.find_first_of("/?"), url.size());
    const auto split = split_authority(url.substr(0, path_at));
    if (!split)
        return bad_host();
    std::uint16_t port = default_port;
    if (split->port && !split->port->empty()) {
        SUDARE_TRY(port, parse_port(*split->port));
    }
    SUDARE_TRY(Target target, parse_host(split->host, port));
    std::string path(url.substr(path_at));
    if (!path.starts_with('/'))
        path.insert(path.begin(), '/');
    return Url{std::move(target), std::move(path)};
}

}  // namespace sudare::egress
