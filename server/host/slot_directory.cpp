// SPDX-License-Identifier: Apache-2.0
#include "server/host/slot_directory.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <filesystem>

#include "server/base/log.h"
#include "server/base/unix_socket.h"

namespace sudare::host {
namespace {

namespace fs = std::filesystem;

Result<void> make_directory(const std::string& path, mode_t mode) {
    // mkdir obeys the umask, chmod does not.
    if (::mkdir(path.c_str(), 0700) != 0 || ::chmod(path.c_str(), mode) != 0)
        return fail_errno(("mkdir " + path).c_str());
    return {};
}

Result<UniqueFd> listen_for(const std::string& path, std::optional<uid_t> owner) {
    SUDARE_TRY(UniqueFd fd, unix_listen(path, 0600));
    if (owner && ::chown(path.c_str(), *owner, *owner) != 0)
        return fail_errno(("chown " + path).c_str());
    return fd;
}

void remove_tree(const std::string& path) {
    std::error_code error;
    fs::remove_all(path, error);  // never follows a symbolic link
    if (error)
        log_warn("cannot remove \"{}\": {}", path, error.message());
}

bool is_number(const std::string& name) {
    return !name.empty() &&
           std::all_of(name.begin(), name.end(), [](unsigned char c) { return std::isdigit(c); });
}

}  // namespace

SlotDirectory::SlotDirectory(SlotDirectory&& other) noexcept
    : path_(std::exchange(other.path_, {})),
      wayland_(std::move(other.wayland_)),
      egress_(std::move(other.egress_)),
      input_method_(std::move(other.input_method_)) {}

Result<SlotDirectory> SlotDirectory::create(const std::string& runtime_dir, SlotNumber slot,
                                            const Owners& owners) {
    const auto browser = owners.browser;
    const std::string path = runtime_dir + "/" + std::to_string(slot);
    SUDARE_CHECK(make_directory(path, 0711));
    SlotDirectory out(path);  // from here on it is ours to remove
    SUDARE_TRY(out.wayland_, listen_for(out.wayland_path(), browser));
    SUDARE_TRY(out.egress_, listen_for(out.egress_path(), browser));
    SUDARE_TRY(out.input_method_, listen_for(out.input_method_path(), owners.input_method));
    SUDARE_CHECK(make_directory(out.policies_path(), 0750));
    if (browser && ::chown(out.policies_path().c_str(), ::getuid(), *browser) != 0)
        return fail_errno(("chown " + out.policies_path()).c_str());
    SUDARE_CHECK(make_directory(out.policies_path() + "/managed", 0755));
    return out;
}

SlotDirectory::~SlotDirectory() {
    if (!path_.empty())
        remove_tree(path_);
}

// Written beside the directory that Chromium reads and moved in, so that it never reads half a file;
// inside the one that no other session's uid may enter.
Result<void> SlotDirectory::write_policy(const std::string& json) const {
    const std::string fresh = policies_path() + "/policy.new";
    UniqueFd file(::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
    if (!file || ::fchmod(file.get(), 0644) != 0)
        return fail_errno(("create " + fresh).c_str());
    SUDARE_CHECK(
        write_all(file.get(), {reinterpret_cast<const std::uint8_t*>(json.data()), json.size()}));
    const std::string place = policies_path() + "/managed/10-session.json";
    if (::rename(fresh.c_str(), place.c_str()) != 0)
        return fail_errno(("rename to " + place).c_str());
    return {};
}

void SlotDirectory::drop_sockets() {
    wayland_.reset();
    egress_.reset();
    input_method_.reset();
}

Result<RuntimeDirectory> RuntimeDirectory::open(const std::string& path) {
    std::error_code error;
    fs::create_directories(path, error);
    if (error)
        return fail(Errc::kSystem, "cannot make \"" + path + "\": " + error.message());
    if (::chmod(path.c_str(), 0711) != 0)
        return fail_errno(("chmod " + path).c_str());
    UniqueFd lock(
        ::open((path + "/lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!lock)
        return fail_errno(("open " + path + "/lock").c_str());
    if (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0)
        return fail(Errc::kState, "another sudare-host uses \"" + path + "\"");
    for (const auto& entry : fs::directory_iterator(path, error))
        if (is_number(entry.path().filename()) && entry.is_directory(error)) {
            log_info("removing what a former run left at \"{}\"", entry.path().string());
            remove_tree(entry.path());
        }
    return RuntimeDirectory(std::move(lock));
}

}  // namespace sudare::host
