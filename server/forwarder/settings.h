// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "protocol/core/result.h"
#include "server/forwarder/message.h"

namespace sudare::forwarder {

// forwarder.toml (docs/operations.md).
struct Settings {
    std::string state_dir;  // position; made with mode 0700 when absent
    std::string audit_dir;  // the broker's, to read
    std::string broker_socket;
    std::string address;  // of the collector: an IP address, no name
    std::uint16_t port = 6514;
    std::string name;         // that its certificate must have
    std::string authority;    // PEM file: who signed it
    std::string certificate;  // ours, PEM file; empty: none
    std::string key;
    std::chrono::seconds confirm{10};
    std::chrono::seconds timeout{60};
    MessageOptions message;

    [[nodiscard]] std::string position_file() const { return state_dir + "/position"; }
};

// Errors name file, field, value and remedy.
Result<Settings> load_settings(const std::string& path);

}  // namespace sudare::forwarder
