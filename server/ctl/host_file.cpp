// SPDX-License-Identifier: Apache-2.0
#include "server/ctl/host_file.h"

#include <idn2.h>

#include <algorithm>
#include <memory>

#include "protocol/core/result.h"
#include "server/broker/policy/fields.h"
#include "server/ctl/text_file.h"

namespace sudare::ctl {
namespace {

constexpr std::string_view kBlank = " \t\v\f";

std::string_view trimmed(std::string_view text) {
    const std::size_t begin = text.find_first_not_of(kBlank);
    return begin == text.npos ? std::string_view() : text.substr(begin, text.find_last_not_of(kBlank) - begin + 1);
}

bool is_ascii(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

// A-labels of a name in Unicode.
Result<std::string> ascii_of(std::string_view name) {
    // libidn2 drops what the mapping does not permit, and another host would be left.
    const bool plain = std::ranges::all_of(name, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
               static_cast<unsigned char>(c) >= 0x80;
    });
    if (!plain)
        return fail(Errc::kBadInput, "a name has letters, digits, - and .");
    const std::string text(name);
    std::uint8_t* out = nullptr;
    const int status = ::idn2_lookup_u8(reinterpret_cast<const std::uint8_t*>(text.c_str()), &out,
                                        IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL | IDN2_USE_STD3_ASCII_RULES);
    const std::unique_ptr<std::uint8_t, void (*)(void*)> owned(out, ::idn2_free);
    if (status != IDN2_OK)
        return fail(Errc::kBadInput, std::string("IDNA: ") + ::idn2_strerror(status));
    return std::string(reinterpret_cast<const char*>(out));
}

Result<std::string> host_of(std::string_view line) {
    std::string host(line);
    if (is_ascii(line)) {
        std::ranges::transform(host, host.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    } else {
        const bool suffix = line.starts_with('.');
        const std::size_t colon = std::min(line.find(':'), line.size());
        SUDARE_TRY(const std::string name, ascii_of(line.substr(suffix ? 1 : 0, colon - (suffix ? 1 : 0))));
        host = (suffix ? "." : "") + name + std::string(line.substr(colon));
    }
    SUDARE_TRY([[maybe_unused]] const auto rule, policy::parse_host_rule("allow:" + host));
    return host;
}

}  // namespace

HostFile read_hosts(std::string bytes) {
    HostFile out;
    const std::string text = text_of_file(std::move(bytes));
    std::string_view rest = text;
    for (std::size_t number = 1; !rest.empty(); ++number) {
        const std::size_t end = std::min(rest.find('\n'), rest.size());
        const std::string_view whole = rest.substr(0, end);
        const std::string_view line = trimmed(whole.substr(0, whole.find('#')));
        rest.remove_prefix(std::min(end + 1, rest.size()));
        if (line.empty())
            continue;
        auto host = host_of(line);
        if (host)
            out.hosts.push_back(std::move(*host));
        else
            out.faults.push_back({number, std::string(line.substr(0, 80)), host.error().message});
    }
    std::ranges::sort(out.hosts);
    const auto again = std::unique(out.hosts.begin(), out.hosts.end());
    out.repeated = static_cast<std::size_t>(out.hosts.end() - again);
    out.hosts.erase(again, out.hosts.end());
    return out;
}

}  // namespace sudare::ctl
