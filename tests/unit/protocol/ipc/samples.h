// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "protocol/ipc/host_egress.h"
#include "protocol/ipc/link_host.h"

// Valid values of the inner borders in which every field differs from its initial value.
namespace sudare::ipc {

inline SessionPolicy sample_policy() {
    SessionPolicy policy;
    policy.version = 12;
    policy.idle_minutes = 5;
    policy.total_minutes = 60;
    policy.resume_minutes = 15;
    policy.recording = Recording::kRequired;
    policy.web = {true, true, true, "https://portal.example.lg.jp/",
                  {{7, true, 8443, ".example.lg.jp"}, {8, false, 0, "ads.example.lg.jp"}},
                  {"file://*"},
                  {{"入口", "https://portal.example.lg.jp/"}},
                  50,
                  300};
    policy.input = {false, false, false, 300, 0b101};
    policy.display = {1920, 1080, 30, 8000, kWatermarkUser | kWatermarkTime};
    return policy;
}

inline EgressConfig sample_egress() {
    EgressConfig config;
    config.web = sample_policy().web;
    const std::array<std::uint8_t, 16> loopback{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 127, 0, 0, 1};
    config.resolvers = {{loopback, 5353}};
    config.upstream_proxy = {loopback, 3128};
    config.private_sites = {{"demo.example", 8443, loopback}};
    config.refused_blocks = {{loopback, 104}};
    return config;
}

inline SessionStart sample_start() {
    SessionKey key{};
    key[0] = 1;
    key[15] = 0xfe;
    return {42, key, {*Size::make(1920, 1080), 180}, KeyboardLayout::kJp, Locale::kEnglish, sample_policy()};
}

}  // namespace sudare::ipc
