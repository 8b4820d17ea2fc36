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
//     input-method             likewise for the uid of the input method
//     policies/managed/        bound into the browser's box read-only
// The directories belong to the launcher, so nobody can replace what is bound. Anybody may pass through
// the outer one, to find sockets that refuse him; the policies are for the browser's uid alone.
// Removed by the destructor.
class SlotDirectory {
public:
    struct Owners {
        std::optional<uid_t> browser, input_method;  // unset: the launcher's own uid
    };
    static Result<SlotDirectory> create(const std::string& runtime_dir, SlotNumber slot,
                                        const Owners& owners);
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
    [[nodiscard]] std::string input_method_path() const { return path_ + "/input-method"; }
    [[nodiscard]] int input_method_socket() const { return input_method_.get(); }
    // Once the processes have them, the launcher keeps none.
    void drop_sockets();

private:
    explicit SlotDirectory(std::string path) : path_(std::move(path)) {}
    std::string path_;  // empty: moved away
    UniqueFd wayland_;
    UniqueFd egress_;
    UniqueFd input_method_;
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
