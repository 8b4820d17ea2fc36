// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "protocol/core/result.h"

namespace sudare::broker {

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
    int expiry_days = 30;           // certificates of terminals are announced so long before
    std::string start_page;         // default.start_page: what everybody may see
};

Result<Settings> load_settings(const std::string& path);

}  // namespace sudare::broker
