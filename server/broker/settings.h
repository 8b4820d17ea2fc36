// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "protocol/core/result.h"

namespace sudare::broker {

// A group of the directory and the group of ours that it stands for.
struct DirectoryGroup {
    std::string group;
    std::string name;  // RFC 4514
};

// Table [directory]: where sudare-directory connects. What it asks whom is its own file's.
struct DirectorySettings {
    std::string socket;  // empty: there is no directory
    uid_t uid = 0;       // who may connect; default: our own uid
    gid_t gid = 0;       // group of the socket; default: our own
    std::chrono::seconds limit{};  // for an answer
    std::vector<DirectoryGroup> groups;
};

// Table [forward]: where sudare-forwarder connects.
struct ForwardSettings {
    std::string socket;  // empty: nothing is forwarded
    uid_t uid = 0;       // who may connect; default: our own uid
    std::optional<gid_t> gid;  // group of the socket, which may read the log; default: our own, and nobody may
    std::chrono::seconds behind{};  // so late is announced
};

// broker.toml (docs/operations.md). Only state_dir is needed.
struct Settings {
    std::string state_dir;     // database and audit log; made with mode 0700 when absent
    std::string audit_dir;     // default: state_dir/audit; may be another disk
    std::string link_socket;   // default: state_dir/link.sock
    std::string admin_socket;  // default: state_dir/admin.sock
    uid_t link_uid = 0;        // who may connect to link_socket: the gateway; default: our own uid
    gid_t link_gid = 0;        // group of link_socket; default: our own
    std::vector<uid_t> admin_uids;  // besides root and ourselves
    gid_t admin_gid = 0;            // members may administer; default: our own
    bool second_person = false;     // for changes that loosen: approval = "loosening"
    DirectorySettings directory;
    ForwardSettings forward;
    std::string signer_socket;      // evidence.signer_socket; empty: no checkpoints
    std::int64_t unsigned_minutes = 5;    // evidence.unsigned_minutes: then log_unsigned
    std::int64_t heartbeat_seconds = 60;  // evidence.heartbeat_seconds; 0: none
    bool search_reason = false;     // evidence.search_reason: a search needs one
    std::int64_t log_days = 0;      // evidence.log_days: of the audit log; 0: for ever
    std::int64_t space_days = 14;   // evidence.space_days: so long before a disk is full it is said; 0: never
    std::string sweep_list;         // recording.sweep_list: what the sweep may remove; empty: nothing
    std::int64_t reserve_megabytes = 512;  // recording.reserve_megabytes: of recorder.toml
    std::string recordings;         // directory of sudare-recorder; empty: nothing is recorded
    int expiry_days = 14;           // certificates of terminals are announced so long before
    std::int64_t self_test_hours = 0;  // self_test.hours: without a self-test, then self_test_missing; 0: never
    std::string start_page;         // default.start_page: what everybody may see
};

Result<Settings> load_settings(const std::string& path);

}  // namespace sudare::broker
