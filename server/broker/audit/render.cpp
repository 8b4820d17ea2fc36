// SPDX-License-Identifier: Apache-2.0
#include "server/broker/audit/render.h"

#include <arpa/inet.h>

#include <algorithm>
#include <ctime>

#include "protocol/core/reason.h"
#include "server/base/log.h"

namespace sudare::audit {
namespace {

constexpr std::array<std::uint8_t, 12> kMappedPrefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

std::string hex(std::span<const std::uint8_t> bytes) {
    std::string out;
    for (const std::uint8_t byte : bytes)
        out += fmt::format("{:02x}", byte);
    return out;
}

std::string render_number(Field field, std::uint64_t number) {
    if (field == Field::kReason && number <= 0xffff)
        if (const auto reason = end_reason_from(static_cast<std::uint16_t>(number)))
            return std::string(name_of(*reason));
    return std::to_string(number);
}

}  // namespace

std::string render(const Entry& entry) {
    if (const auto* number = std::get_if<std::uint64_t>(&entry.value))
        return render_number(entry.field, *number);
    if (const auto* flag = std::get_if<bool>(&entry.value))
        return *flag ? "true" : "false";
    if (const auto* text = std::get_if<std::string>(&entry.value))
        return printable(*text);
    const auto& bytes = std::get<std::vector<std::uint8_t>>(entry.value);
    const bool address = entry.field == Field::kAddress || entry.field == Field::kHostAddress;
    return address ? render_address(bytes) : hex(bytes);
}

std::string render_address(std::span<const std::uint8_t> address) {
    if (address.size() != 16)
        return hex(address);
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (std::equal(kMappedPrefix.begin(), kMappedPrefix.end(), address.begin()))
        ::inet_ntop(AF_INET, address.data() + 12, text.data(), text.size());
    else
        ::inet_ntop(AF_INET6, address.data(), text.data(), text.size());
    return text.data();
}

std::string render_time(std::int64_t nanoseconds) {
    const std::time_t seconds = nanoseconds / 1'000'000'000;
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z", parts.tm_year + 1900,
                       parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec,
                       nanoseconds % 1'000'000'000 / 1000);
}

}  // namespace sudare::audit
