// SPDX-License-Identifier: Apache-2.0
#include "protocol/ipc/broker_forwarder.h"

#include <array>

#include "protocol/core/reader.h"
#include "protocol/core/writer.h"

namespace sudare::ipc {
namespace {

constexpr std::array<std::string_view, kForwardStates> kNames{
    "slow",           "collector_unreachable", "collector_untrusted", "collector_silent",
    "collector_lost", "log_unreadable",        "another_log"};

}  // namespace

std::string_view name_of(ForwardState state) {
    return kNames.at(static_cast<std::size_t>(state));
}

std::vector<std::uint8_t> payload_of(const ForwardDurable& durable) {
    Writer out(kForwardDownRows[0].range.max);
    out.u64(durable.records);
    out.bytes(durable.last);
    return std::move(out).take();
}

std::vector<std::uint8_t> payload_of(const ForwardReport& report) {
    Writer out(kForwardUpRows[0].range.max);
    out.u64(report.confirmed);
    out.u8(static_cast<std::uint8_t>(report.state));
    return std::move(out).take();
}

std::optional<ForwardDurable> parse_forward_durable(std::span<const std::uint8_t> payload) {
    Reader in(payload);
    ForwardDurable durable;
    durable.records = in.u64();
    in.fill(std::span<std::uint8_t, 32>(durable.last));
    const bool fits = (durable.records == 0) == (durable.last == evidence::Hash{});
    return in.at_end() && fits ? std::optional(durable) : std::nullopt;
}

std::optional<ForwardReport> parse_forward_report(std::span<const std::uint8_t> payload) {
    Reader in(payload);
    const std::uint64_t confirmed = in.u64();
    const std::uint8_t state = in.u8();
    if (!in.at_end() || state >= kForwardStates)
        return std::nullopt;
    return ForwardReport{confirmed, static_cast<ForwardState>(state)};
}

}  // namespace sudare::ipc
