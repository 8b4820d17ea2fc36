// SPDX-License-Identifier: Apache-2.0
#include "server/host/cgroup.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>
#include <thread>

#include "server/base/log.h"
#include "server/base/unique_fd.h"
#include "server/base/unix_socket.h"

namespace sudare::host {
namespace {

namespace fs = std::filesystem;

constexpr std::array kV1Controllers{"memory", "pids", "cpu"};
constexpr std::uint32_t kCpuPeriodMicros = 100'000;  // the kernel's default
// What a killed predecessor left is ending while this launcher starts: processes leave their group
// some milliseconds after their kill.
constexpr std::chrono::milliseconds kLeftoversDeadline{2000}, kLeftoversInterval{5};

std::string read_text(const std::string& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
}

Result<void> write_text(const std::string& path, const std::string& text) {
    UniqueFd file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
    if (!file || ::write(file.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size()))
        return fail_errno(("write " + path).c_str());
    return {};
}

Result<void> make_group(const std::string& path) {
    if (::mkdir(path.c_str(), 0755) != 0 && errno != EEXIST)
        return fail_errno(("mkdir " + path).c_str());
    return {};
}

std::set<pid_t> members(const std::string& path) {
    std::ifstream file(path + "/cgroup.procs");
    return {std::istream_iterator<pid_t>(file), {}};
}

// A pid read from a list may belong to somebody else a moment later. A pidfd pins the process;
// being still in the list after that proves that it is the one we mean.
void kill_members(const std::string& path) {
    std::vector<std::pair<pid_t, UniqueFd>> pinned;
    for (const pid_t pid : members(path))
        pinned.emplace_back(pid, static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
    const std::set<pid_t> still = members(path);
    for (const auto& [pid, pidfd] : pinned)
        if (pidfd && still.contains(pid))
            ::syscall(SYS_pidfd_send_signal, pidfd.get(), SIGKILL, nullptr, 0);
}

std::vector<std::string> words(const std::string& text) {
    std::istringstream in(text);
    return {std::istream_iterator<std::string>(in), {}};
}

bool has_word(const std::vector<std::string>& list, std::string_view word) {
    return std::find(list.begin(), list.end(), word) != list.end();
}

// Version 2 gives controllers to the children of a group only when the group itself holds no
// process, so the launcher moves into a leaf of its own. This is what Delegate=yes of systemd is
// made for. Not measured: no machine of the trials had these controllers on version 2.
Result<std::string> prepare_v2(const std::string& own, const std::string& name) {
    const auto available = words(read_text(own + "/cgroup.controllers"));
    for (const char* controller : kV1Controllers)
        if (!has_word(available, controller))
            return fail(Errc::kUnavailable,
                        std::string("cgroup v2 has no ") + controller + " controller here");
    SUDARE_CHECK(make_group(own + "/" + name + "-launcher"));
    SUDARE_CHECK(write_text(own + "/" + name + "-launcher/cgroup.procs", "0"));
    SUDARE_CHECK(write_text(own + "/cgroup.subtree_control", "+memory +pids +cpu"));
    SUDARE_CHECK(make_group(own + "/" + name));
    SUDARE_CHECK(write_text(own + "/" + name + "/cgroup.subtree_control", "+memory +pids +cpu"));
    return own + "/" + name;
}

Result<std::vector<std::string>> prepare_v1(const std::string& mountinfo, const std::string& self,
                                            const std::string& name) {
    std::vector<std::string> parents;
    for (const char* controller : kV1Controllers) {
        const std::string own = own_cgroup_path(mountinfo, self, controller);
        if (own.empty())
            return fail(Errc::kUnavailable, std::string("no cgroup v1 controller ") + controller);
        parents.push_back(own + "/" + name);
        SUDARE_CHECK(make_group(parents.back()));
    }
    return parents;
}

void end_leftovers(const SessionCgroup& left) {
    const auto deadline = std::chrono::steady_clock::now() + kLeftoversDeadline;
    do {
        left.kill_all();
        if (left.remove())
            return;
        std::this_thread::sleep_for(kLeftoversInterval);
    } while (std::chrono::steady_clock::now() < deadline);
    log_warn("something of a former run does not end");  // removed when its slot is used next
}

void clean_up(const std::string& parent) {
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(parent, error)) {
        if (!entry.is_directory(error))
            continue;
        log_info("ending what a former run left in \"{}\"", entry.path().string());
        end_leftovers(SessionCgroup({entry.path().string()}));
    }
}

Result<void> limit_v2(const std::string& path, const ResourceLimits& limits) {
    const std::uint64_t memory = std::uint64_t{limits.memory_mib} << 20;
    SUDARE_CHECK(write_text(path + "/memory.max", std::to_string(memory)));
    SUDARE_CHECK(write_text(path + "/pids.max", std::to_string(limits.processes)));
    SUDARE_CHECK(write_text(path + "/cpu.max",
                            std::to_string(limits.cpu_percent * (kCpuPeriodMicros / 100)) + " " +
                                std::to_string(kCpuPeriodMicros)));
    // Pages of a session must not reach a disk (promise P5). Absent without swap in the kernel.
    if (::access((path + "/memory.swap.max").c_str(), F_OK) == 0)
        return write_text(path + "/memory.swap.max", "0");
    return {};
}

// paths: in the order of kV1Controllers.
Result<void> limit_v1(const std::vector<std::string>& paths, const ResourceLimits& limits) {
    const std::uint64_t memory = std::uint64_t{limits.memory_mib} << 20;
    SUDARE_CHECK(write_text(paths[0] + "/memory.limit_in_bytes", std::to_string(memory)));
    if (::access((paths[0] + "/memory.swappiness").c_str(), F_OK) == 0)
        SUDARE_CHECK(write_text(paths[0] + "/memory.swappiness", "0"));
    SUDARE_CHECK(write_text(paths[1] + "/pids.max", std::to_string(limits.processes)));
    SUDARE_CHECK(write_text(paths[2] + "/cpu.cfs_period_us", std::to_string(kCpuPeriodMicros)));
    return write_text(paths[2] + "/cpu.cfs_quota_us",
                      std::to_string(limits.cpu_percent * (kCpuPeriodMicros / 100)));
}

}  // namespace

std::string own_cgroup_path(std::string_view mountinfo, std::string_view self_cgroup,
                            std::string_view controller) {
    std::string mount, root;
    std::istringstream mounts{std::string(mountinfo)};
    for (std::string line; mount.empty() && std::getline(mounts, line);) {
        // "... ROOT MOUNTPOINT OPTIONS ... - TYPE SOURCE SUPEROPTIONS" (proc(5))
        const auto fields = words(line);
        const auto dash = std::find(fields.begin(), fields.end(), "-");
        if (fields.size() < 6 || fields.end() - dash < 4)
            continue;
        const std::string options = "," + *(dash + 3) + ",";
        const bool wanted =
            controller.empty()
                ? *(dash + 1) == "cgroup2"
                : *(dash + 1) == "cgroup" &&
                      options.find("," + std::string(controller) + ",") != std::string::npos;
        if (wanted) {
            root = fields[3];
            mount = fields[4];
        }
    }
    std::istringstream groups{std::string(self_cgroup)};
    for (std::string line; !mount.empty() && std::getline(groups, line);) {
        // "NUMBER:CONTROLLERS:PATH" (cgroups(7))
        const std::size_t first = line.find(':');
        const std::size_t second = line.find(':', first + 1);
        if (first == std::string::npos || second == std::string::npos)
            continue;
        const std::string list = "," + line.substr(first + 1, second - first - 1) + ",";
        if (list.find("," + std::string(controller) + ",") == std::string::npos)
            continue;
        std::string path = line.substr(second + 1);
        if (root != "/" && path.starts_with(root))  // a part of the tree is mounted
            path.erase(0, root.size());
        return path == "/" ? mount : mount + path;
    }
    return {};
}

void SessionCgroup::kill_all() const {
    for (const std::string& path : paths_)
        if (!write_text(path + "/cgroup.kill", "1"))  // v2, Linux 5.14
            kill_members(path);
}

bool SessionCgroup::remove() const {
    bool gone = true;
    for (const std::string& path : paths_)
        gone = (::rmdir(path.c_str()) == 0 || errno == ENOENT) && gone;
    return gone;
}

CgroupRoot CgroupRoot::open(const std::string& name) {
    CgroupRoot out;
    const std::string mountinfo = read_text("/proc/self/mountinfo");
    const std::string self = read_text("/proc/self/cgroup");
    const std::string unified = own_cgroup_path(mountinfo, self, "");
    auto v2 = unified.empty() ? Result<std::string>(fail(Errc::kUnavailable, "no cgroup v2"))
                              : prepare_v2(unified, name);
    if (v2) {
        out.kind_ = CgroupKind::kV2;
        out.parents_ = {*v2};
    } else {
        out.remark_ = v2.error().message;
        auto v1 = prepare_v1(mountinfo, self, name);
        if (v1) {
            out.kind_ = CgroupKind::kV1;
            out.parents_ = std::move(*v1);
        } else {
            out.remark_ += "; " + v1.error().message;
        }
    }
    for (const std::string& parent : out.parents_)
        clean_up(parent);
    return out;
}

Result<SessionCgroup> CgroupRoot::make(SlotNumber slot, const ResourceLimits& limits) const {
    if (kind_ == CgroupKind::kNone)
        return SessionCgroup();
    std::vector<std::string> paths;
    for (const std::string& parent : parents_) {
        paths.push_back(parent + "/" + std::to_string(slot));
        // One that is there already is a former run's, and whoever lives in it has this slot's uid.
        if (const SessionCgroup left({paths.back()}); !left.remove())
            return fail(Errc::kState, "\"" + paths.back() + "\" is still in use");
        SUDARE_CHECK(make_group(paths.back()));
    }
    const auto limited =
        kind_ == CgroupKind::kV2 ? limit_v2(paths.front(), limits) : limit_v1(paths, limits);
    SessionCgroup out(std::move(paths));
    if (limited)
        return out;
    [[maybe_unused]] const bool gone = out.remove();
    return tl::unexpected(limited.error());
}

void CgroupRoot::remove() const {
    for (const std::string& parent : parents_)
        if (::rmdir(parent.c_str()) != 0)
            log_warn("cannot remove cgroup \"{}\"", parent);
}

}  // namespace sudare::host
