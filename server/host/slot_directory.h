// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

#include "protocol/core/result.h"
#include "server/base/unique_fd.h"
#include "server/host/slot.h"

namespace sudare::host {

// <runtime_dir>/<slot>/ while a session lives:
//     wayland-0, egress.sock   sockets that only the browser's uid may connect to
//     policies/managed/        bound into the box read-only
// The directory belongs to the launcher; the browser's uid may pass through it and no other
// session's may, so nobody can replace what is bound. Removed by the destructor.
class SlotDirectory {
public:
    static Result<SlotDirectory> create(const std::string& runtime_dir, SlotNumber slot,
                                        std::optional<uid_t> browser);
    SlotDirectory(SlotDirectory&& other) noexcept;
    SlotDirectory& operator=(SlotDirectory&&) = delete;
    ~SlotDirectory();

    // Replaces the policy file in one step; Chromium watches the directory.
    [[nodiscard]] Result<void> write_policy(const std::string& json) const;

    [[nodiscard]] std::string wayland_path() const { return path_ + "/wayland-0"; }
    [[nodiscard]] std::string egress_path() const { return path_ + "/egress.sock"; }
    [[nodiscard]] std::string policies_path() const { return path_ + "/policies"; }
    // Listening, close-on-exec; handed to the session and to the egress process.
    [[nodiscard]] int wayland_socket() const { return wayland_.get(); }
    [[nodiscard]] int egress_socket() const { return egress_.get(); }
    // Once the processes have them, the launcher keeps none.
    void drop_sockets();

private:
    explicit SlotDirectory(std::string path) : path_(std::move(path)) {}
    std::string path_;  // empty: moved away
    UniqueFd wayland_;
    UniqueFd egress_;
};

// The directory of all slots, owned by one launcher at a time (a lock file says so). Removes what
// a killed predecessor left there. Errors: kState when another launcher runs there.
class RuntimeDirectory {
public:
    static Result<RuntimeDirectory> open(const std::string& path);

private:
    explicit RuntimeDirectory(UniqueFd lock) : lock_(std::move(lock)) {}
    UniqueFd lock_;
};

}  // namespace sudare::host
