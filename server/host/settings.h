// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/core/result.h"
#include "protocol/ipc/host_egress.h"
#include "server/base/config.h"

// host.toml. Every field is described in docs/operations.md.
namespace sudare::host {

struct ResourceLimits {
    std::uint32_t memory_mib = 2048;  // of all processes of a session, its tmpfs included
    std::uint32_t processes = 768;    // threads count too
    std::uint32_t cpu_percent = 150;  // of one core
};

struct EgressSettings {
    std::vector<ipc::SocketAddress> resolvers;
    ipc::SocketAddress upstream_proxy;  // zeroes: none
    std::vector<ipc::PrivateSite> private_sites;
    std::vector<ipc::AddressBlock> refused_blocks;
};

struct TlsSettings {
    std::string certificate;
    std::string key;
    std::string authority;
    std::string revoked;
};

struct Settings {
    std::string address = "127.0.0.1";
    std::uint16_t port = 0;  // 0: any, printed in the READY line
    std::vector<ipc::AddressBlock> border;  // who may connect; empty: anybody
    TlsSettings tls;
    std::string runtime_dir = "/run/sudare/host";
    std::string programs;           // directory of sudare-session and the others
    std::optional<uid_t> uid_base;  // unset: every process has the uid of sudare-host
    std::uint32_t sessions_max = 32;
    ResourceLimits limits;
    bool limits_required = true;
    EgressSettings egress;
    std::vector<std::string> ca_certificates;  // base64 DER, for Chromium
    std::string time_zone = "Asia/Tokyo";
    std::uint32_t browser_max_age_days = 0;  // 0: no limit
};

// default_programs: used when the file names no directory. Errors name file, field and remedy.
Result<Settings> read_settings(Config config, const std::string& default_programs);

}  // namespace sudare::host
