// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "protocol/core/result.h"
#include "server/host/settings.h"
#include "server/host/slot.h"

namespace sudare::host {

// The cgroup of one session: bounds memory, processes and CPU time of everything in it, and finds
// every process when the session ends. A handle; remove() ends it.
class SessionCgroup {
public:
    SessionCgroup() = default;  // none: resource limits are not available
    explicit SessionCgroup(std::vector<std::string> paths) : paths_(std::move(paths)) {}

    // For SpawnSpec::cgroups: one directory (v2), or one for each controller (v1).
    [[nodiscard]] const std::vector<std::string>& paths() const { return paths_; }

    // SIGKILL to every process inside.
    void kill_all() const;
    // True when it is gone. False while dying processes are still in it: call again later.
    [[nodiscard]] bool remove() const;

private:
    std::vector<std::string> paths_;
};

enum class CgroupKind { kNone, kV1, kV2 };

// Below the cgroup in which the launcher itself was started, so that whoever limits the launcher
// limits its sessions as well. Version 2 with the memory, pids and cpu controllers where they
// are, else version 1 with the same three, else none.
class CgroupRoot {
public:
    // name: of the common parent, unique on this machine. What a killed predecessor left there is
    // killed and removed.
    static CgroupRoot open(const std::string& name);

    [[nodiscard]] CgroupKind kind() const { return kind_; }
    // Why kind() is kNone or not kV2, for the log.
    [[nodiscard]] const std::string& remark() const { return remark_; }

    [[nodiscard]] Result<SessionCgroup> make(SlotNumber slot, const ResourceLimits& limits) const;
    // At the end of the launcher, when all sessions are gone.
    void remove() const;

private:
    CgroupKind kind_ = CgroupKind::kNone;
    std::vector<std::string> parents_;  // v2: one; v1: memory, pids, cpu
    std::string remark_;
};

// Where a controller of version 1 ("memory"), or version 2 (""), is mounted, followed by the
// caller's own group there. Texts: /proc/self/mountinfo and /proc/self/cgroup. Empty: not there.
std::string own_cgroup_path(std::string_view mountinfo, std::string_view self_cgroup,
                            std::string_view controller);

}  // namespace sudare::host
